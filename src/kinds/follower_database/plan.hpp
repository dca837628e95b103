#pragma once

#include "base/clock.hpp"
#include "kinds/follower_database/plan_actions.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <string>
#include <vector>

namespace adxf::follower_database {

using kinds::EventNote;
using kinds::Requeue;

/// Everything that a pass wants, as data.
struct Plan {
  std::vector<Action>
      actions{};    ///< In order; execution stops at the first that fails or is not finished.
  Status status{};  ///< As it should be when the actions so far succeed.
  Requeue requeue{};
  std::vector<EventNote> events{};
  bool is_settled = false;  ///< False: under way; the status is written only when this lasts.
  bool has_compared_policies = false;
  std::vector<CoveredChange>
      unmet{};  ///< Policies that do not show yet; meaningful after a comparison.
  std::vector<PolicyKey> withdrawn{};  ///< As in PolicyComparison.
  std::vector<PolicyKey> contended{};  ///< What others change again and again, and is left alone.
  bool remakes_attachment =
      false;  ///< The attachment had been there and vanished: this pass makes it again.
};

/// Decides what to do about one object. Pure: equal arguments give equal plans.
///
/// The order of questions: being deleted? suspended? an identity to act with? follower cluster
/// usable? a failed write to rest from? an operation under way? attachment there and ours? leader
/// usable? attachment as declared? databases there? policies as declared? then Ready.
Plan Decide(FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// The status after an action failed: the planned status with the problem in its conditions.
Status WithProblem(FollowerDatabase const& want, Status status, Problem const& problem,
                   TimePoint now);

/// `<namespace>.<name>.<instance>`, or the name that the user chose.
std::string AttachmentName(FollowerDatabase const& want, std::string const& instance);

}  // namespace adxf::follower_database
