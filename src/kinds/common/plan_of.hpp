#pragma once

#include "kinds/common/plan.hpp"

#include <vector>

namespace adxf::kinds {

/// Everything that a pass wants, as data: in the order of the members that are writes. Execution
/// stops at the first write that fails or is not finished.
template <class Status, class Action>
struct PlanOf {
  bool adds_finalizer = false;
  bool records_claim = false;  ///< Writes the status at once: what is made next must count as ours
                               ///< even if the answer is lost.
  std::vector<Action> actions{};  ///< Writes to Azure.
  bool removes_finalizer = false;
  Status status{};  ///< As it should be when the writes so far succeed.
  Requeue requeue{};
  std::vector<EventNote> events{};
  bool is_settled = false;  ///< False: under way; the status is written only when this lasts.

  [[nodiscard]] bool Writes() const { return !actions.empty(); }
};

}  // namespace adxf::kinds
