#pragma once

#include "azure/arm_types.hpp"
#include "azure/commands/show_databases.hpp"
#include "azure/commands/show_follower_databases.hpp"
#include "azure/external_tables.hpp"
#include "azure/follower_latency.hpp"
#include "azure/interest.hpp"
#include "azure/look_pace.hpp"
#include "azure/made_attachments.hpp"
#include "azure/news.hpp"
#include "azure/policies_in_force.hpp"
#include "azure/session.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace adxf::azure {

/// What was seen of a cluster, parts of it possibly older than others. Values are shared and
/// immutable.
struct ClusterView {
  std::shared_ptr<ClusterInfo const> cluster{};
  std::shared_ptr<std::vector<Attachment> const> attachments{};
  std::shared_ptr<MadeAttachments::List const> made{};  ///< Since `attachments`; never null.
  std::shared_ptr<std::vector<ArmDatabase> const> databases{};
  std::shared_ptr<std::vector<FollowerRow> const> overrides{};
  std::optional<TimePoint> overrides_read_at{};  ///< When the look that read them began.
  std::shared_ptr<std::vector<FollowerOfLeader> const> followers{};
  std::shared_ptr<std::vector<ExternalTable> const>
      external_tables{};  ///< Those with a managed identity; null when not read.
  std::shared_ptr<InForceByDatabase const> in_force{};  ///< Never null.
  bool is_missing =
      false;  ///< Not there, said a service that lets this identity read the subscription.
  /// cluster, attachments and databases were read after the last write on the cluster, or all that
  /// this write did is in `made`.
  bool is_fresh = false;
  std::optional<Error>
      inventory_error{};  ///< Of the last look; the values are those of the last that succeeded.
  std::optional<Error> overrides_error{};
  bool are_followers_fresh = false;  ///< `followers` was read after the last write.
  std::optional<Error> followers_error{};
  std::uint64_t last_look = 0;  ///< Number of the look that ended last, whatever came of it.
};

/// Watches one Azure cluster with one identity, for all objects on it that use that identity: one
/// attachments list, one ARM databases list, one `.show follower databases` a look, one `.show
/// databases` a probe; and, where they are wanted, what is in force on some databases when that may
/// have changed, and Azure's own figure of the lag. Thread-safe; Look, ReadInForce, Probe and
/// ReadLatency are called by one thread at a time.
class ClusterObserver {
 public:
  ClusterObserver(model::ResourceId cluster, std::shared_ptr<Session> session, ObserverTicks ticks,
                  Clock& clock, Random& random, Log log);

  [[nodiscard]] model::ResourceId const& Cluster() const { return cluster_; }
  [[nodiscard]] Session& Who() const { return *session_; }
  /// Of all observers of this process; none comes twice.
  [[nodiscard]] std::uint64_t Serial() const { return serial_; }
  [[nodiscard]] ClusterView View() const;

  /// Who is interested, and in what; replaces what `who` asked before. Without anybody an observer
  /// is dropped.
  void Subscribe(std::string const& who, Interest const& interest);
  void Unsubscribe(std::string const& who);
  [[nodiscard]] bool IsWanted() const;

  /// Something is under way: look again at the next quick tick. Threads that sleep learn of it by
  /// ObserverPool::Expect.
  void Expect();
  /// Nobody writes there any more: what was just made is looked at now.
  void Hurry();
  /// A write was sent at this moment: what was read before is stale. Resets the quick ticks.
  void NoteWrite(SteadyPoint at);
  /// The write that was sent at that moment is over, and made this. What was fresh before it is
  /// fresh again, unless somebody wrote after it.
  void NoteMade(Attachment attachment, SteadyPoint written_at);
  /// Look as soon as possible. Returns the number of the last look that has begun: one with a
  /// greater number sees what was there at this moment.
  std::uint64_t LookNow();

  /// When anything is due; never when nobody is interested.
  [[nodiscard]] std::optional<SteadyPoint> NextDue() const;
  [[nodiscard]] bool IsLookDue(SteadyPoint now) const;
  /// Whether the next look is a quick one.
  [[nodiscard]] bool IsLookQuick() const { return is_look_quick_; }
  [[nodiscard]] bool IsInForceDue(SteadyPoint now) const;
  [[nodiscard]] bool IsProbeDue(SteadyPoint now) const;
  [[nodiscard]] bool IsLatencyDue(SteadyPoint now) const;

  /// Reads the cluster. Returns what differs from the last look.
  News Look(std::stop_token const& stop);
  /// Reads what is in force on some of the databases that are due. Returns what differs.
  News ReadInForce(std::stop_token const& stop);
  /// Reads the versions of all databases; empty when they cannot be read now.
  std::vector<DatabaseRow> Probe(std::stop_token const& stop);
  /// Empty when Azure has no figure now, or it cannot be read.
  std::optional<LatencySample> ReadLatency(std::stop_token const& stop);

 private:
  struct Reading;
  class Change;

  [[nodiscard]] http::CallContext Call(std::stop_token const& stop) const;
  Reading Read(Interest const& interest, std::stop_token const& stop);
  void ReadInventory(Reading& reading, http::CallContext const& call);
  bool IsGoneForCertain(Error const& error, http::CallContext const& call);
  News Merge(Reading reading, SteadyPoint started, std::uint64_t number);
  [[nodiscard]] bool IsFresh() const;                                // mutex_ held
  [[nodiscard]] bool HasDatabaseOf(Interest const& interest) const;  // mutex_ held
  bool ReadExternalTables(ClusterInfo const& cluster, std::stop_token const& stop);
  [[nodiscard]] SteadyPoint FindNextDue() const;  // mutex_ held; max() for never
  /// After whatever changed when in_force_ or latency_ are due.
  void FindDueAnew();

  std::uint64_t const serial_;
  model::ResourceId const cluster_;
  std::shared_ptr<Session> const session_;
  ObserverTicks const ticks_;
  Clock& clock_;
  Random& random_;
  Log const log_;
  ExternalTables external_tables_;
  PoliciesInForce in_force_;
  FollowerLatency latency_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  ClusterView view_;
  Interests interests_;
  std::uint64_t looks_begun_ = 0;
  SteadyPoint last_read_{};            // start of the last look that succeeded
  SteadyPoint last_followers_read_{};  // start of the last that listed the followers
  SteadyPoint last_write_{};
  bool was_fresh_before_write_ = false;
  bool is_last_write_known_ = false;  // all that it did is in made_
  MadeAttachments made_{};
  LookPace pace_;
  SteadyPoint probe_due_{};
  bool was_read_ = false;

  // Asked for of every observer whenever anything changes anywhere, so without a lock.
  std::atomic<SteadyPoint> next_due_{SteadyPoint::max()};
  std::atomic<bool> is_look_quick_ = false;
};

}  // namespace adxf::azure
