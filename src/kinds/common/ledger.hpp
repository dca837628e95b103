#pragma once

#include "azure/arm_types.hpp"
#include "azure/session.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "kinds/common/decision.hpp"
#include "kinds/common/plan.hpp"
#include "kinds/common/types.hpp"
#include "model/object_meta.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace adxf::kinds {

/// How fast to ask again.
struct Pace {
  Duration poll_min = std::chrono::seconds(2);
  Duration poll_max = std::chrono::seconds(30);
  Duration tick = std::chrono::minutes(15);
  Duration secret_refresh = std::chrono::minutes(5);
  Duration patience = std::chrono::minutes(10);  ///< For what Azure took, until it shows.
};

/// How long writes rest after a failure: briefly for contention and passing trouble (growing with
/// each failure in a row), a minute where a right is missing, a tick where somebody must change
/// something; at least as long as the service asked.
Duration RestAfter(Error const& error, Problem const& problem, int failures, Pace const& pace);

/// True where a write whose call failed may have been done all the same: no answer came, or none
/// that can be believed. Only what is read afterwards tells. An answer that is invalid by our own
/// rules (a poll URL that is not ARM's) follows a write that was accepted.
bool MayHaveHappened(Error const& error);
/// No word came of what became of a command, unlike an error that the service tells.
bool IsAnswerLost(Error const& error);

/// A long-running operation that Azure has accepted, and when to ask about it next.
struct RunningOperation {
  azure::OperationRef ref{};
  std::shared_ptr<azure::Session> session{};  ///< Who started it, and so may ask about it.
  SteadyPoint next_poll{};
  Duration step{};
};

RunningOperation Begin(azure::OperationRef ref, std::shared_ptr<azure::Session> session,
                       Clock const& clock);

struct PollResult {
  bool is_over = false;
  bool has_succeeded = false;    ///< Azure said so; false where it has forgotten the operation.
  std::optional<Error> error{};  ///< Why, when it is over and did not succeed.
};

/// One look at the operation, if it is time.
PollResult Poll(RunningOperation& operation, Clock const& clock, Pace const& pace,
                http::CallContext const& call);

/// What the passes over one object remember in memory. Losing it (a restart) costs reads, never a
/// wrong write. Used by one worker at a time.
struct WorkLedger {
  struct Operation {
    RunningOperation running{};
    PlannedAction action{};
    std::string correlation_id{};  ///< Of the call that started it.
  };

  std::string uid{};
  std::shared_ptr<azure::Session> session{};
  std::shared_ptr<azure::Session> last_session{};  ///< Outlives its Secret, for a deletion.
  bool uses_secret = false;                        ///< Of an object; nobody watches it.
  bool can_give_up_claim =
      false;  ///< Stored by this process, and no write since may have been done.
  std::optional<Operation> operation{};
  std::optional<TimePoint> sent_at{};  ///< What must not go twice may have gone then, and was not
                                       ///< seen since.
  std::optional<Hold> hold{};
  std::int64_t hold_generation = 0;  ///< A hold is over when the object's generation is another,
  std::string hold_request{};        ///< or when another reconcile-at is asked for.
  int failures = 0;
  Duration quick_step{};  ///< Of looks while something is under way.
  std::optional<SteadyPoint> working_since{};
  std::optional<LastChange> last_change{};
  std::optional<Outcome> told{};  ///< In the log.

  /// Ends a hold that is over, or that another wish has overtaken.
  void EndStaleHold(model::ObjectMeta const& metadata, TimePoint now);
  void HoldWrites(model::ObjectMeta const& metadata, Error const& error, Problem problem,
                  TimePoint now, Pace const& pace);
};

}  // namespace adxf::kinds
