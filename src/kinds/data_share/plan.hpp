#pragma once

#include "kinds/common/plan_of.hpp"
#include "kinds/data_share/plan_input.hpp"
#include "kinds/data_share/types.hpp"

#include <string>
#include <variant>
#include <vector>

namespace adxf::data_share {

struct CreateAccount {
  std::string location{};
  bool operator==(CreateAccount const&) const = default;
};
struct PutShare {
  std::string description{};
  std::string terms{};
  bool is_new = false;
  bool operator==(PutShare const&) const = default;
};
struct PutDataSet {
  DataSet data_set{};
  bool is_new = false;
  bool operator==(PutDataSet const&) const = default;
};
struct DeleteDataSet {
  std::string name{};
  bool operator==(DeleteDataSet const&) const = default;
};
struct RevokeConsumer {
  std::string id{};
  std::string who{};
  bool operator==(RevokeConsumer const&) const = default;
};
struct DeleteInvitation {
  std::string name{};
  bool operator==(DeleteInvitation const&) const = default;
};
struct DeleteShare {
  bool operator==(DeleteShare const&) const = default;
};

/// What a pass may write to Azure. Every action is safe to repeat.
using Action = std::variant<CreateAccount, PutShare, PutDataSet, DeleteDataSet, RevokeConsumer,
                            DeleteInvitation, DeleteShare>;

/// In words, for logs, events and status.plan.
PlannedAction Describe(Action const& action);

using kinds::FieldChange;

/// The fields in which what is there differs from what is put; none for what is new, or goes.
std::vector<FieldChange> Changes(Action const& action, Observed const& seen);

using Plan = kinds::PlanOf<Status, Action>;

/// Decides what to do about one object. Pure: equal arguments give equal plans.
///
/// The order of questions: being deleted? suspended? an identity to act with? an older object with
/// the same share? Azure readable? a failed write to rest from, an operation under way? account
/// there? share there, and ours? as declared? its data sets as declared? then Ready.
Plan Decide(DataShare const& want, Observed const& seen, TimePoint now);

/// The status after an action failed.
Status WithProblem(DataShare const& want, Status status, Problem const& problem, TimePoint now);

/// The status after Azure said that `refused` was not done: where it was to make the share, nothing
/// is there that could be ours, and what others make under its name later is theirs.
Status Unmade(Status status, Action const& refused);

/// The plan for an object that is being deleted: after the Invitations that go too, the consumers
/// are revoked, the invitations and data sets removed, then the share; never the account. What
/// cannot be read never counts as gone.
Plan PlanUnshare(DataShare const& want, Observed const& seen, TimePoint now);

/// The ARM id of the share.
std::string ShareId(DataShare const& want);

}  // namespace adxf::data_share
