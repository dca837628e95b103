#pragma once

#include "base/result.hpp"
#include "kinds/common/types.hpp"
#include "model/condition.hpp"
#include "model/object_meta.hpp"
#include "model/timestamp.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The kind DataShare as plain structs: what a provider offers. What the schema and its CEL rules
/// promise (types_table.hpp) holds for every object that the API server hands out.
namespace adxf::data_share {

using kinds::Adoption;
using kinds::kApiVersion;
using kinds::LastChange;
using kinds::Mode;
using kinds::PlannedAction;
using kinds::SecretRef;
using kinds::Selection;
using kinds::TruncatedList;

inline constexpr std::string_view kKind = "DataShare";
inline constexpr std::string_view kPlural = "datashares";
inline constexpr std::string_view kFinalizer = "adxfollower.io/data-share";

enum class DeletionPolicy { kDelete, kOrphan };

std::string_view ToString(DeletionPolicy value);

/// The Data Share account that offers; with a location it is created if absent.
struct AccountRef {
  std::string resource_id{};
  std::optional<std::string> location{};
  bool operator==(AccountRef const&) const = default;
};

/// Parts of a database. Data Share has no lists of functions.
struct TableSharing {
  Selection tables{};
  Selection external_tables{};
  Selection materialized_views{};
  bool operator==(TableSharing const&) const = default;
};

/// A cluster, a database of it, or with `sharing` parts of the database.
struct DataSet {
  std::string name{};
  std::string cluster_resource_id{};
  std::optional<std::string> database{};
  std::optional<TableSharing> sharing{};
  bool operator==(DataSet const&) const = default;
};

struct Spec {
  AccountRef account{};
  std::optional<std::string> share_name{};
  Adoption adoption = Adoption::kNever;
  std::string description{};
  std::string terms_of_use{};
  std::vector<DataSet> data_sets{};
  bool allow_breaking_consumers = false;
  DeletionPolicy deletion_policy = DeletionPolicy::kDelete;
  Mode mode = Mode::kManage;
  bool suspend = false;
  std::optional<SecretRef> credentials_secret_ref{};
  bool operator==(Spec const&) const = default;
};

struct AccountStatus {
  std::string resource_id{};
  std::string location{};
  std::string principal_id{};  ///< Of its system identity: who needs a role on the clusters.
  std::string tenant_id{};
  bool operator==(AccountStatus const&) const = default;
};

struct DataSetStatus {
  std::string name{};
  std::string id{};
  std::string state{};
  bool operator==(DataSetStatus const&) const = default;
};

struct ConsumerStatus {
  std::string subscription_id{};
  std::string name{};
  std::string email{};
  std::string tenant{};
  std::string state{};
  std::optional<model::Timestamp> since{};
  bool operator==(ConsumerStatus const&) const = default;
};

/// How many invitations there are, by state.
struct InvitationCounts {
  std::int64_t pending = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::int64_t withdrawn = 0;
  bool operator==(InvitationCounts const&) const = default;
};

/// How many consumers there are, by state; the list may tell of fewer.
struct ConsumerCounts {
  std::int64_t active = 0;
  std::int64_t revoking = 0;
  std::int64_t revoked = 0;
  std::int64_t source_deleted = 0;
  bool operator==(ConsumerCounts const&) const = default;
};

struct Status {
  std::vector<model::Condition> conditions{};
  std::int64_t observed_generation = 0;  ///< -1 in an object that was never looked at.
  std::string last_handled_reconcile_at{};
  std::optional<AccountStatus> account{};
  std::string share_id{};  ///< ARM id of the share; set before it is made, so that it counts as
                           ///< ours from then on.
  std::vector<DataSetStatus> data_sets{};
  std::vector<ConsumerStatus> consumers{};
  std::optional<ConsumerCounts> consumers_by_state{};
  std::optional<InvitationCounts> invitations{};
  std::vector<PlannedAction> plan{};
  std::optional<LastChange> last_change{};
  std::vector<TruncatedList> truncated{};
  bool operator==(Status const&) const = default;
};

struct DataShare {
  model::ObjectMeta metadata{};
  Spec spec{};
  Status status{};
  bool operator==(DataShare const&) const = default;
};

/// Cuts every list and text to its limit and says so in `truncated`. A list that is not told anew
/// stays as it was cut before: who tells it anew calls kinds::ForgetCut.
void Truncate(Status& status);

/// Reads an object of the API server. Unknown fields are passed over; a field of the wrong type, or
/// a required one that is missing, is Code::kInvalid with its path in the message.
Result<DataShare> DecodeDataShare(nlohmann::json const& object);

std::string EncodeStatus(Status const& status);

/// The name of the share in Azure.
std::string ShareName(DataShare const& share);

}  // namespace adxf::data_share
