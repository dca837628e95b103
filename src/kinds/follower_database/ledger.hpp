#pragma once

#include "azure/arm_types.hpp"
#include "azure/cluster_observer.hpp"
#include "azure/session.hpp"
#include "base/boxed.hpp"
#include "base/clock.hpp"
#include "base/shared_text.hpp"
#include "kinds/common/ledger.hpp"
#include "kinds/follower_database/audience.hpp"
#include "kinds/follower_database/concern.hpp"
#include "kinds/follower_database/explain.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/types.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace adxf::follower_database {

/// A long-running operation of this object.
struct OperationInFlight {
  kinds::RunningOperation running{};
  OperationKind kind = OperationKind::kAttach;
  PlannedAction action{};
  std::string correlation_id{};              ///< Of the call that started it.
  std::optional<azure::Attachment> makes{};  ///< What the follower has once it succeeds.
  SteadyPoint written_at{};                  ///< When the follower's observers were told of it.
};

/// A reconcile-at that the status does not tell to be handled: which looks it waits for.
struct OpenRequest {
  /// Of one observer; another one, as after a new Secret, is asked anew.
  struct Asked {
    std::uint64_t observer = 0;
    std::uint64_t look = 0;  ///< The last that had begun: a later one answers.
  };
  Asked follower{};
  Asked leader{};
  bool is_answered = false;
};

/// What one object's passes remember in memory. Losing it (a restart) costs reads, never a wrong
/// write: the lists of the cluster are the truth. Used by one worker at a time, as a key is never
/// worked on twice at once.
struct Ledger {
  SharedText uid{};
  std::shared_ptr<azure::Session> session{};
  std::shared_ptr<azure::Session> leader_session{};
  std::shared_ptr<azure::ClusterObserver> follower{};
  std::shared_ptr<azure::ClusterObserver> leader{};
  bool asks_leader = false;  ///< The leader is looked at to detach from its side.
  Boxed<OperationInFlight> operation{};
  std::vector<PendingChange> pending{};
  std::vector<Correction> corrections{};
  std::optional<std::int64_t> generation{};  ///< Of the spec in the last pass.
  Boxed<OwnRights> own_rights{};
  SteadyPoint rights_read_at{};
  Boxed<Hold> hold{};
  Boxed<Hold> leader_hold{};            ///< Of a detach from the leader's side.
  std::int64_t hold_generation = 0;     ///< A hold is over when the object's generation is another,
  SharedText hold_request{};            ///< or when another reconcile-at is asked for.
  std::optional<SharedText> request{};  ///< The reconcile-at of the last pass.
  Boxed<OpenRequest> open_request{};
  int failures = 0;
  std::optional<TimePoint> remade_at{};
  std::map<std::string, TimePoint> mended{};      ///< As in Observed.
  std::string share_principal{};                  ///< Of the receiving account's identity.
  std::optional<std::string> awaited_mapping{};   ///< Put by us, and its end not seen yet.
  std::vector<std::string> shared_attachments{};  ///< Of which policies in force are read.
  bool needs_azures_lag = false;                  ///< Some database has no figure of ours.
  std::optional<SteadyPoint> working_since{};
  std::optional<SteadyPoint> waiting_since{};  ///< For a turn to write.
  std::optional<SteadyPoint> untold_since{};   ///< Whatever it does, nothing of it was told.
  Boxed<LastChange> last_change{};
  std::optional<SteadyPoint> told_leader_at{};  ///< When only news of the leader's were written.
  std::vector<kinds::Step> ended{};             ///< Operations whose failure no log line tells yet.
  std::optional<kinds::Outcome> told{};         ///< In the log.
  Seat seat{};                                  ///< Taken in the audience.
  std::shared_ptr<Concern const> concern = std::make_shared<Concern const>();
};

using kinds::Pace;

struct FailedCall {
  Error error{};
  Doing doing = Doing::kAttaching;
  TimePoint now{};
  std::string principal_id{};  ///< Of the receiving account's identity; empty: not known.
};

/// Puts writes to rest after a failure, for as long as the error asks for: briefly for contention
/// and passing trouble (growing with each failure in a row), a minute where a right is missing, a
/// tick where somebody must change something.
Hold const& RecordFailure(Ledger& ledger, FollowerDatabase const& want, FailedCall const& failed,
                          Pace const& pace);

enum class Answer { kAccepted, kLost };

/// Remembers what a command asked for, until it shows.
void RecordPending(Ledger& ledger, CoveredChange const& covered, Answer answer, TimePoint now);

/// Forgets what shows, but not what was withdrawn and may show still.
void KeepPending(Ledger& ledger, Plan const& plan);

/// Remembers that a change of others was put right.
void RecordCorrection(Ledger& ledger, PolicyKey const& key, TimePoint now);

/// Remembers which fields are left alone since others change them again and again, and for how
/// long: until they no longer differ.
void RecordContended(Ledger& ledger, Plan const& plan);

/// How long an object may wait for its turn to write before it says so. In a roll-out of thousands
/// each would be written once more for it.
inline constexpr auto kLongestTurn = std::chrono::seconds(60);

/// Whether a pass that settles nothing is not to be told yet: work that is over sooner, from when
/// its turn came, shows only its end; what lasts longer, or has had several turns, shows that it is
/// under way.
bool IsStillQuiet(Ledger& ledger, bool waits_for_turn, SteadyPoint now);

/// The status tells of it now, or of its end.
void NoteTold(Ledger& ledger, bool is_settled);

}  // namespace adxf::follower_database
