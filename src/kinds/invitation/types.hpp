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

/// The kind Invitation as plain structs: who may take what a DataShare offers. What the schema and
/// its CEL rules promise (types_table.hpp) holds for every object that the API server hands out.
namespace adxf::invitation {

using kinds::kApiVersion;
using kinds::LastChange;
using kinds::PlannedAction;

inline constexpr std::string_view kKind = "Invitation";
inline constexpr std::string_view kPlural = "invitations";
inline constexpr std::string_view kFinalizer = "adxfollower.io/invitation";

enum class Access { kActive, kRevoked };
enum class DeletionPolicy { kRevoke, kOrphan };
enum class State { kPending, kAccepted, kRejected, kWithdrawn, kExpired, kRevoking, kRevoked };

std::string_view ToString(Access value);
std::string_view ToString(DeletionPolicy value);
std::string_view ToString(State value);

/// The DataShare of the namespace; mode, suspend and credentials come from it.
struct DataShareRef {
  std::string name{};
  bool operator==(DataShareRef const&) const = default;
};

/// Either an e-mail address, or a user or application of a tenant.
struct Recipient {
  std::optional<std::string> email{};
  std::optional<std::string> tenant_id{};
  std::optional<std::string> object_id{};
  bool operator==(Recipient const&) const = default;
};

struct Spec {
  DataShareRef data_share_ref{};
  std::optional<std::string> invitation_name{};
  Recipient recipient{};
  std::optional<model::Timestamp> expires_at{};
  Access access = Access::kActive;
  std::optional<std::string> consumer_subscription_id{};
  DeletionPolicy deletion_policy = DeletionPolicy::kRevoke;
  bool operator==(Spec const&) const = default;
};

struct ConsumerStatus {
  std::string subscription_id{};
  std::string name{};
  std::string email{};
  std::string tenant{};
  std::string state{};
  std::optional<model::Timestamp> expires_at{};
  bool operator==(ConsumerStatus const&) const = default;
};

struct Status {
  std::vector<model::Condition> conditions{};
  std::int64_t observed_generation = 0;  ///< -1 in an object that was never looked at.
  std::string last_handled_reconcile_at{};
  std::string resource_id{};    ///< ARM id of the invitation; set before it is sent, so that it
                                ///< counts as ours from then on.
  std::string invitation_id{};  ///< What a consumer needs, with `location`.
  std::string location{};
  std::optional<State> state{};
  std::optional<model::Timestamp> sent_at{};
  std::optional<model::Timestamp> responded_at{};
  std::optional<model::Timestamp> revoked_at{};
  std::optional<ConsumerStatus> consumer{};
  std::vector<PlannedAction> plan{};
  std::optional<LastChange> last_change{};
  bool operator==(Status const&) const = default;
};

struct Invitation {
  model::ObjectMeta metadata{};
  Spec spec{};
  Status status{};
  bool operator==(Invitation const&) const = default;
};

/// Cuts every list and text to its limit.
void Truncate(Status& status);

/// Reads an object of the API server. Unknown fields are passed over; a field of the wrong type, or
/// a required one that is missing, is Code::kInvalid with its path in the message.
Result<Invitation> DecodeInvitation(nlohmann::json const& object);

std::string EncodeStatus(Status const& status);

}  // namespace adxf::invitation
