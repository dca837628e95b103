#pragma once

#include "emulator/model.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What exists in the emulated Azure Data Share, as plain values. Written by: emulator/datashare
/// (requests and seed); `Account::is_soft_blocked` also by the side door.
namespace adxf::emulator::datashare {

/// Who made something, as `userName` and `userEmail` tell it.
struct Author {
  std::string name{};
  std::string email{};
  std::string tenant_id{};
};

enum class DataSetKind { kCluster, kDatabase, kTable };
enum class InvitationStatus { kPending, kAccepted, kRejected, kWithdrawn };
enum class SubscriptionStatus { kActive, kRevoking, kRevoked, kSourceDeleted };

std::string_view ToString(DataSetKind kind);           ///< KustoCluster, KustoDatabase, KustoTable
std::string_view ToString(InvitationStatus status);    ///< Pending, …
std::string_view ToString(SubscriptionStatus status);  ///< Active, …
std::optional<DataSetKind> ParseDataSetKind(std::string_view text);

struct DataSet {
  std::string name{};
  std::string id{};  ///< a GUID: what a mapping names
  DataSetKind kind = DataSetKind::kDatabase;
  std::string resource_id{};  ///< of the cluster or database, as sent
  std::string cluster_id{};   ///< of the provider's cluster
  std::string database{};     ///< "*" for a whole cluster
  std::optional<SharingLists> sharing{};
  std::string provisioning_state = "Succeeded";
};

struct Share {
  std::string name{};
  std::string id{};  ///< a GUID: a share made again under the same name is another
  std::string description{};
  std::string terms{};
  std::string kind = "CopyBased";
  TimePoint created{};
  Author author{};
  std::string provisioning_state = "Succeeded";
  ByName<DataSet> data_sets{};
};

/// What a consumer maps a data set of the provider's onto. Whether it is Ok or Broken is not kept:
/// it is Ok while the attachment it made is there.
struct Mapping {
  std::string name{};
  DataSetKind kind = DataSetKind::kDatabase;
  std::string cluster_id{};  ///< the consumer's cluster, as sent
  std::string data_set_id{};
  std::string attachment{};  ///< the name that Data Share gave its attachment there
  std::string provisioning_state = "Creating";
};

struct ShareSubscription {
  std::string name{};
  std::string id{};  ///< a GUID: what the provider knows it by
  std::string invitation_id{};
  std::string source_location{};  ///< as sent
  std::string share_id{};
  Share share{};      ///< as it was on acceptance, shown when it is gone
  Author provider{};  ///< who sent the invitation
  TimePoint shared{};
  Author author{};
  TimePoint created{};
  std::optional<TimePoint> expires{};
  SubscriptionStatus status = SubscriptionStatus::kActive;
  std::string provisioning_state = "Succeeded";
  ByName<Mapping> mappings{};
};

/// Key in Holdings::accounts: its id.
struct Account {
  std::string name{};
  std::string subscription{};
  std::string resource_group{};
  std::string tenant_id{};
  std::string location{};  ///< as sent
  ByName<std::string> tags{};
  std::string principal_id{};  ///< of its system-assigned identity
  TimePoint created{};
  Author author{};
  std::string provisioning_state = "Succeeded";
  bool is_soft_blocked = false;
  ByName<Share> shares{};
  ByName<ShareSubscription> subscriptions{};

  [[nodiscard]] std::string Id() const;
};

/// Outlives its share, for the consumer to see what became of it.
struct Invitation {
  std::string name{};
  std::string id{};  ///< a GUID
  std::string account_id{};
  std::string share_id{};
  std::string share_name{};
  std::string location{};  ///< of the provider's account, short form
  std::string target_email{};
  std::string target_tenant{};
  std::string target_object{};
  std::optional<TimePoint> expires{};
  InvitationStatus status = InvitationStatus::kPending;
  TimePoint sent{};
  std::optional<TimePoint> responded{};
  Author author{};
  bool is_deleted = false;  ///< The provider has it no more.
};

/// A mail that Data Share sent.
struct Mail {
  std::string kind{};  ///< invitation | activation
  std::string to{};
  TimePoint sent{};
  std::string share{};
  std::string invitation_id{};
  std::string link_id{};
  std::string code{};
};

/// The pair of a tenant and an address, which a guest proves to be its own.
struct EmailRegistration {
  std::string tenant_id{};
  std::string email{};
  std::string code{};
  std::string status = "ActivationPending";
  TimePoint expires{};
  int failed_attempts = 0;
};

struct Holdings {
  ByName<Account> accounts{};        ///< by id
  ByName<Invitation> invitations{};  ///< by id, all that were ever sent
  std::vector<Mail> mails{};
  std::vector<EmailRegistration> registrations{};
  std::map<std::string, std::uint64_t> generations{};  ///< how often an account of that id was made
};

}  // namespace adxf::emulator::datashare
