#pragma once

#include "kinds/common/plan_of.hpp"
#include "kinds/invitation/plan_input.hpp"
#include "kinds/invitation/types.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace adxf::invitation {

/// May send a mail, so it is planned only where Azure shows no invitation of that name.
struct Send {
  std::string name{};
  Recipient recipient{};
  std::optional<TimePoint> expires_at{};
  bool operator==(Send const&) const = default;
};
/// Takes a pending invitation back, or clears away one that was answered.
struct Withdraw {
  std::string name{};
  bool operator==(Withdraw const&) const = default;
};
struct Revoke {
  std::string consumer_id{};
  bool operator==(Revoke const&) const = default;
};
struct Reinstate {
  std::string consumer_id{};
  TimePoint expires_at{};
  bool operator==(Reinstate const&) const = default;
};
/// Moves the end of an access.
struct Adjust {
  std::string consumer_id{};
  TimePoint expires_at{};
  bool operator==(Adjust const&) const = default;
};

/// What a pass may write to Azure.
using Action = std::variant<Send, Withdraw, Revoke, Reinstate, Adjust>;

/// In words, for logs and status.plan.
PlannedAction Describe(Action const& action);

using kinds::FieldChange;

/// The fields in which a consumer's access differs from what is declared.
std::vector<FieldChange> Changes(Action const& action, Observed const& seen);

using Plan = kinds::PlanOf<Status, Action>;

/// Decides what to do about one object. Pure: equal arguments give equal plans.
///
/// The order of questions: being deleted? a DataShare, and one that is not suspended? an identity?
/// an older object with the same invitation? Azure readable? at rest, or an operation under way?
/// then: who has accepted; is access to be given or taken; sent, answered, as declared?
Plan Decide(Invitation const& want, Observed const& seen, TimePoint now);

/// The plan for an object that is being deleted: the access is ended and seen to be over, the
/// invitation removed. What cannot be read never counts as gone.
Plan PlanWithdraw(Invitation const& want, Observed const& seen, TimePoint now);

/// The status after an action failed.
Status WithProblem(Invitation const& want, Status status, Problem const& problem, TimePoint now);

/// The status after Azure said that `refused` was not done: where it was to send the invitation,
/// nothing is there that could be ours, and what others send under its name later is theirs.
Status Unmade(Status status, Action const& refused);

[[nodiscard]] bool IsSameRecipient(Recipient const& want, SeenInvitation const& have);

/// `<namespace>.<name>.<instance>`, or the name that the user chose.
std::string InvitationName(Invitation const& want, std::string const& instance);

}  // namespace adxf::invitation
