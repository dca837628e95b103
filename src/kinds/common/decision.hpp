#pragma once

#include "base/error.hpp"
#include "base/log.hpp"
#include "kinds/common/plan.hpp"
#include "kinds/common/types.hpp"
#include "model/condition.hpp"
#include "model/object_meta.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a pass decided and what came of it, as one log line: the same for all kinds.
namespace adxf::kinds {

/// One action of a plan, and what came of it.
struct Step {
  enum class End {
    kLater,        ///< Not tried: an earlier one is not finished.
    kDone,         ///< Azure, or Kubernetes, has it.
    kUnderWay,     ///< Azure accepted it.
    kWaiting,      ///< Others write on the cluster: it waits for its turn.
    kFailed,       ///< Azure refused it, or could not; `error` tells.
    kInterrupted,  ///< The object changed, or the API server could not be asked.
  };
  PlannedAction action{};
  std::vector<FieldChange> changes{};
  End end = End::kLater;
  std::string correlation_id{};  ///< Under which Azure knows the call; empty where none was made.
  std::optional<Error> error{};
};

/// A pass over one object. References are to what the pass holds anyway: an idle one copies
/// nothing.
struct Decision {
  std::string_view kind;
  model::ObjectMeta const& object;
  std::string_view reconcile_id;
  std::vector<Step> const& steps;
  std::vector<model::Condition> const& before;   ///< Of the object when the pass began.
  std::vector<model::Condition> const& after;    ///< As they are to be told.
  std::vector<PlannedAction> const& would_do;    ///< Of mode Observe: status.plan.
  std::vector<PlannedAction> const& would_have;  ///< The same when the pass began.
  bool lets_go = false;                 ///< The finalizer goes next: nobody tells conditions then.
  std::vector<EventNote> last_words{};  ///< What became of the things in Azure, where it does.
  bool is_settled = false;              ///< Nothing is under way.
  bool looks_again_soon = false;
};

/// A digest of what an object came to, to know whether it was told already.
using Outcome = std::size_t;

struct DecisionLine {
  LogLevel level = LogLevel::kInfo;
  std::vector<LogField> fields{};
};

/// The line of a pass that did something, or that came to another end than `told`; none for an idle
/// one. Without `told`, as after a start, the conditions of the object count as told: objects at
/// rest have nothing to say. Remembers in `told` what the line tells.
///
/// kWarn: a person has to look, which is said once and not for each repetition; others' change is
/// put right; or something stays in Azure. kInfo: everything else.
std::optional<DecisionLine> LineOf(Decision const& decision, std::optional<Outcome>& told);

/// Writes the line, if there is one.
void Tell(Log const& log, Decision const& decision, std::optional<Outcome>& told);

}  // namespace adxf::kinds
