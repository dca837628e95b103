#pragma once

#include "azure/arm_types.hpp"
#include "base/clock.hpp"
#include "model/resource_id.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What Microsoft.DataShare 2021-08-01 keeps, as far as the operator uses it. States are texts as
/// Azure spells them: an unknown one is shown to the user as it is.
namespace adxf::azure {

/// An account is a region's place for shares (as provider) and share subscriptions (as consumer).
struct ShareAccount {
  model::ResourceId id{};
  std::string location{};      ///< Normalised.
  std::string principal_id{};  ///< Object id of its system identity; empty without one.
  std::string tenant_id{};     ///< Of that identity.
  std::string provisioning_state{};

  bool operator==(ShareAccount const&) const = default;
};

struct ShareSpec {
  std::string description{};
  std::string terms{};
  bool operator==(ShareSpec const&) const = default;
};

struct Share {
  std::string name{};
  ShareSpec spec{};
  std::string kind{};  ///< "InPlace", "CopyBased".
  std::string provisioning_state{};
  bool operator==(Share const&) const = default;
};

enum class DataSetKind { kKustoCluster, kKustoDatabase, kKustoTable, kOther };

std::string_view ToString(DataSetKind kind);          ///< "KustoCluster", …
DataSetKind ParseDataSetKind(std::string_view text);  ///< kOther for what is not Kusto's.

/// What is shared: a cluster, a database or part of one.
struct DataSetSpec {
  DataSetKind kind = DataSetKind::kKustoDatabase;
  model::ResourceId target{};  ///< The cluster's id, or the database's. Empty for kOther.
  TableSharing sharing{};      ///< kKustoTable; Data Share has no functions.
  bool operator==(DataSetSpec const&) const = default;
};

struct DataSet {
  std::string name{};
  DataSetSpec spec{};
  std::string id{};  ///< The GUID by which a consumer's mapping names it.
  std::string provisioning_state{};
  bool operator==(DataSet const&) const = default;
};

/// To an e-mail address, or to a user or application of a tenant.
struct InvitationSpec {
  std::string email{};
  std::string tenant_id{};
  std::string object_id{};
  std::optional<TimePoint> expires_at{};
  bool operator==(InvitationSpec const&) const = default;
};

struct ShareInvitation {
  std::string name{};
  InvitationSpec spec{};
  std::string id{};      ///< The GUID that a consumer needs.
  std::string status{};  ///< "Pending", "Accepted", "Rejected", "Withdrawn".
  std::optional<TimePoint> sent_at{};
  std::optional<TimePoint> responded_at{};
  bool operator==(ShareInvitation const&) const = default;
};

/// A consumer of a share as its provider sees it.
struct ProviderSubscription {
  std::string id{};      ///< The last part of its path: the consumer's subscription object.
  std::string status{};  ///< "Active", "Revoking", "Revoked", "SourceDeleted".
  std::string consumer_name{};
  std::string consumer_email{};
  std::string consumer_tenant{};  ///< Its name, not its id.
  std::optional<TimePoint> created_at{};
  std::optional<TimePoint> shared_at{};
  std::optional<TimePoint> expires_at{};
  bool operator==(ProviderSubscription const&) const = default;
};

/// An invitation as its recipient sees it.
struct ConsumerInvitation {
  std::string id{};
  std::string location{};  ///< As Azure gives it; goes into the subscription as it is.
  std::string share_name{};
  std::string provider_name{};
  std::string provider_email{};
  std::string provider_tenant{};
  std::string terms{};
  std::string status{};
  std::optional<TimePoint> expires_at{};
  std::int64_t data_set_count = 0;
  bool operator==(ConsumerInvitation const&) const = default;
};

/// An accepted invitation: what a consumer maps from.
struct ShareSubscription {
  std::string name{};
  std::string invitation_id{};
  std::string source_location{};
  std::string status{};  ///< "Active", "Revoking", "Revoked", "SourceDeleted".
  std::string share_name{};
  std::string provider_name{};
  std::string provider_email{};
  std::string provider_tenant{};
  std::string terms{};
  std::optional<TimePoint> expires_at{};
  std::string provisioning_state{};
  bool operator==(ShareSubscription const&) const = default;
};

/// A data set as the consumer sees it.
struct SourceDataSet {
  std::string id{};
  DataSetKind kind = DataSetKind::kOther;
  std::string name{};
  std::string path{};
  std::string location{};
  bool operator==(SourceDataSet const&) const = default;
};

struct DataSetMapping {
  std::string name{};
  DataSetKind kind = DataSetKind::kOther;
  model::ResourceId cluster{};  ///< The consumer's.
  std::string data_set_id{};
  std::string status{};  ///< "Ok", "Broken".
  std::string provisioning_state{};
  bool operator==(DataSetMapping const&) const = default;
};

}  // namespace adxf::azure
