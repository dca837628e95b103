#include "azure/cluster_observer.hpp"

#include "azure/azure_error.hpp"
#include "azure/wanted_in_force.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <utility>

namespace adxf::azure {
namespace {

constexpr auto kLatencyLimit = std::chrono::seconds(10);  // the thread has probes to make

std::uint64_t NextSerial() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

template <class T>
bool Differs(std::shared_ptr<T const> const& before, std::optional<T> const& after) {
  if (!after) return false;
  return !before || *before != *after;
}

template <class T>
void Replace(std::shared_ptr<T const>& target, std::optional<T>& value) {
  if (value) target = std::make_shared<T const>(std::move(*value));
}

bool SameTrouble(std::optional<Error> const& a, std::optional<Error> const& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || (a->code == b->code && a->service_code == b->service_code);
}

}  // namespace

struct ClusterObserver::Reading {
  bool as_follower = false;
  bool as_leader = false;
  TimePoint began{};
  std::optional<ClusterInfo> cluster{};
  std::optional<std::vector<Attachment>> attachments{};
  std::optional<std::vector<ArmDatabase>> databases{};
  std::optional<std::vector<FollowerRow>> overrides{};
  std::optional<std::vector<FollowerOfLeader>> followers{};
  bool is_missing = false;
  std::optional<Error> inventory_error{};
  std::optional<Error> overrides_error{};
  std::optional<Error> followers_error{};
};

ClusterObserver::ClusterObserver(model::ResourceId cluster, std::shared_ptr<Session> session,
                                 ObserverTicks ticks, Clock& clock, Random& random, Log log)
    : serial_(NextSerial()),
      cluster_(std::move(cluster)),
      session_(std::move(session)),
      ticks_(ticks),
      clock_(clock),
      random_(random),
      log_(std::move(log)),
      external_tables_(ticks.tick, clock),
      in_force_({.retry = ticks.quick_min, .retry_unknown = ticks.quick_max}, clock, log_),
      latency_(ticks.latency, clock),
      pace_(ticks, clock.Steady()),
      probe_due_(clock.Steady()) {}

/// Locks for a change, and tells at its end when something is due from then on.
class ClusterObserver::Change {
 public:
  explicit Change(ClusterObserver& of) : of_(of), lock_(of.mutex_) {}
  ~Change() {
    of_.is_look_quick_ = of_.pace_.IsQuick();
    of_.next_due_ = of_.FindNextDue();
  }
  Change(Change const&) = delete;
  Change& operator=(Change const&) = delete;

 private:
  ClusterObserver& of_;
  std::lock_guard<std::mutex> lock_;
};

ClusterView ClusterObserver::View() const {
  std::lock_guard const lock(mutex_);
  ClusterView view = view_;
  view.made = made_.View();
  view.is_fresh = IsFresh();
  view.are_followers_fresh =
      view.followers && last_followers_read_ > last_write_ && !view.followers_error;
  view.external_tables = external_tables_.View();
  view.in_force = in_force_.View();
  return view;
}

bool ClusterObserver::IsFresh() const {
  bool const is_known = last_read_ > last_write_ || is_last_write_known_;
  return was_read_ && is_known && !view_.inventory_error;
}

void ClusterObserver::Subscribe(std::string const& who, Interest const& interest) {
  Change const change(*this);
  if (interests_.Has(who, interest)) return;
  bool const had_followers = interests_.IsAsFollower();
  bool const was_asked_as_leader = interests_.IsAsLeader();
  auto const probe_before = interests_.Probe();
  auto const before = interests_.Put(who, interest);
  bool const may_want_others =
      before.in_force != interest.in_force && (before.in_force || HasDatabaseOf(interest));
  if (may_want_others) in_force_.Want(WantedInForce(view_, interests_));
  latency_.Want(interests_.IsForLatency());
  auto const now = clock_.Steady();
  bool const lacks_tables =
      before.follows != interest.follows && external_tables_.Lacks(interest.follows);
  bool const asks_for_more = (!had_followers && interest.as_follower) ||
                             (!was_asked_as_leader && interest.as_leader) || lacks_tables;
  if (asks_for_more) pace_.LookAt(now);
  if (interests_.Probe() != probe_before) probe_due_ = now;
}

/// What is in force is wanted of databases that are there: in a roll-out most who come have none
/// yet.
bool ClusterObserver::HasDatabaseOf(Interest const& interest) const {
  if (!interest.in_force || !view_.databases) return false;
  auto const& attachments = interest.in_force->attachments;
  return std::ranges::any_of(*view_.databases, [&](ArmDatabase const& database) {
    return std::ranges::any_of(attachments, [&](std::string const& it) {
      return EqualsIgnoreCase(it, database.attachment_name);
    });
  });
}

void ClusterObserver::Unsubscribe(std::string const& who) {
  Change const change(*this);
  interests_.Remove(who);
  latency_.Want(interests_.IsForLatency());
}

bool ClusterObserver::IsWanted() const {
  std::lock_guard const lock(mutex_);
  return !interests_.All().empty();
}

void ClusterObserver::Expect() {
  in_force_.Expect();
  Change const change(*this);
  pace_.Expect();
}

void ClusterObserver::Hurry() {
  Change const change(*this);
  pace_.Hurry(clock_.Steady());
}

void ClusterObserver::NoteWrite(SteadyPoint at) {
  Change const change(*this);
  was_fresh_before_write_ = IsFresh();
  is_last_write_known_ = false;
  last_write_ = at;
  pace_.Wrote(at);
}

void ClusterObserver::NoteMade(Attachment attachment, SteadyPoint written_at) {
  Change const change(*this);
  pace_.Made(clock_.Steady());
  if (!view_.attachments) return;  // not looked at as a follower
  made_.Note(std::move(attachment), clock_.Steady());
  if (last_write_ == written_at) is_last_write_known_ = was_fresh_before_write_;
}

std::uint64_t ClusterObserver::LookNow() {
  Change const change(*this);
  pace_.LookAt(clock_.Steady());
  return looks_begun_;
}

std::optional<SteadyPoint> ClusterObserver::NextDue() const {
  auto const due = next_due_.load();
  return due == SteadyPoint::max() ? std::nullopt : std::optional(due);
}

void ClusterObserver::FindDueAnew() { Change const change(*this); }

SteadyPoint ClusterObserver::FindNextDue() const {
  if (interests_.All().empty()) return SteadyPoint::max();
  auto due = pace_.Due();
  if (interests_.Probe()) due = std::min(due, probe_due_);
  due = std::min(due, latency_.NextDue().value_or(due));
  return std::min(due, in_force_.NextDue().value_or(due));
}

bool ClusterObserver::IsLookDue(SteadyPoint now) const {
  std::lock_guard const lock(mutex_);
  return pace_.Due() <= now;
}

bool ClusterObserver::IsInForceDue(SteadyPoint now) const {
  auto const due = in_force_.NextDue();
  return due && *due <= now;
}

bool ClusterObserver::IsProbeDue(SteadyPoint now) const {
  std::lock_guard const lock(mutex_);
  return interests_.Probe() && probe_due_ <= now;
}

bool ClusterObserver::IsLatencyDue(SteadyPoint now) const {
  auto const due = latency_.NextDue();
  return due && *due <= now;
}

News ClusterObserver::Look(std::stop_token const& stop) {
  Interest interest;
  std::uint64_t number = 0;
  SteadyPoint started{};
  {
    std::lock_guard const lock(mutex_);
    number = ++looks_begun_;
    started = clock_.Steady();  // together: who asks later asks for the next one
    interest = {.as_follower = interests_.IsAsFollower(), .as_leader = interests_.IsAsLeader()};
  }
  auto reading = Read(interest, stop);
  // Before the rest is shown: whoever sees the cluster for the first time sees these with it.
  bool const has_tables_changed = reading.cluster && ReadExternalTables(*reading.cluster, stop);
  auto news = Merge(std::move(reading), started, number);
  news.is_general = news.is_general || has_tables_changed;
  return news;
}

bool ClusterObserver::ReadExternalTables(ClusterInfo const& cluster, std::stop_token const& stop) {
  if (!cluster.IsRunning()) return false;
  std::set<std::string> wanted;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [who, interest] : interests_.All()) {
      if (!interest.follows.empty()) wanted.insert(interest.follows);
    }
  }
  return external_tables_.Read(session_->Kusto(), cluster.uri, wanted, Call(stop));
}

News ClusterObserver::ReadInForce(std::stop_token const& stop) {
  auto const cluster = View().cluster;
  if (!cluster) return {};
  auto names = in_force_.Read(session_->Kusto(), cluster->uri, Call(stop));
  FindDueAnew();
  return {.names = std::move(names)};
}

std::vector<DatabaseRow> ClusterObserver::Probe(std::stop_token const& stop) {
  std::shared_ptr<ClusterInfo const> cluster;
  {
    Change const change(*this);
    probe_due_ = clock_.Steady() + interests_.Probe().value_or(ticks_.tick);
    cluster = view_.cluster;
  }
  if (!cluster || !cluster->IsRunning()) return {};
  auto rows = Run(session_->Kusto(), cluster->uri, ShowDatabases{}, Call(stop));
  if (rows) {
    in_force_.SawVersions(*rows);
    FindDueAnew();
    return std::move(*rows);
  }
  log_.Debug("versions could not be read",
             {kv("cluster", cluster_.Text()), kv("error", rows.error().message)});
  return {};
}

std::optional<LatencySample> ClusterObserver::ReadLatency(std::stop_token const& stop) {
  auto call = Call(stop);
  call.deadline = std::min(call.deadline, clock_.Steady() + kLatencyLimit);
  auto sample = latency_.Read(session_->Arm(), cluster_, call);
  FindDueAnew();
  if (sample) return *sample;
  log_.Debug("FollowerLatency could not be read",
             {kv("cluster", cluster_.Text()), kv("error", sample.error().message)});
  return std::nullopt;
}

http::CallContext ClusterObserver::Call(std::stop_token const& stop) const {
  return {.deadline = clock_.Steady() +
                      std::chrono::duration_cast<SteadyPoint::duration>(ticks_.call_limit),
          .stop = stop};
}

ClusterObserver::Reading ClusterObserver::Read(Interest const& interest,
                                               std::stop_token const& stop) {
  Reading reading{
      .as_follower = interest.as_follower, .as_leader = interest.as_leader, .began = clock_.Now()};
  // One limit for the whole look: a cluster that hangs must not hold its thread for each call anew.
  auto const call = Call(stop);
  if (interest.as_leader) {  // a right of its own: who may not read the cluster may have it
    auto followers = session_->Arm().ListFollowers(cluster_, call);
    if (followers) {
      reading.followers = std::move(*followers);
    } else {
      reading.followers_error = std::move(followers).error();
    }
  }
  ReadInventory(reading, call);
  return reading;
}

void ClusterObserver::ReadInventory(Reading& reading, http::CallContext const& call) {
  auto cluster = session_->Arm().GetCluster(cluster_, call);
  if (!cluster) {
    reading.is_missing = IsGoneForCertain(cluster.error(), call);
    reading.inventory_error = std::move(cluster).error();
    return;
  }
  if (reading.as_follower) {
    auto attachments = session_->Arm().ListAttachments(cluster_, call);
    if (!attachments) {
      reading.inventory_error = std::move(attachments).error();
      return;
    }
    reading.attachments = std::move(*attachments);
  }
  auto databases = session_->Arm().ListDatabases(cluster_, call);
  if (!databases) {
    reading.inventory_error = std::move(databases).error();
    return;
  }
  reading.databases = std::move(*databases);
  if (reading.as_follower && cluster->IsRunning()) {
    auto overrides = Run(session_->Kusto(), cluster->uri, ShowFollowerDatabases{}, call);
    if (overrides) {
      reading.overrides = std::move(*overrides);
    } else {
      reading.overrides_error = std::move(overrides).error();
    }
  }
  reading.cluster = std::move(*cluster);
}

bool ClusterObserver::IsGoneForCertain(Error const& error, http::CallContext const& call) {
  if (!SaysGone(error)) return false;
  return session_->Arm()
      .CanReadSubscription(std::string(cluster_.SubscriptionId()), call)
      .has_value();
}

News ClusterObserver::Merge(Reading reading, SteadyPoint started, std::uint64_t number) {
  Change const change(*this);
  News news{.is_general = !was_read_ || Differs(view_.cluster, reading.cluster) ||
                          Differs(view_.followers, reading.followers) ||
                          view_.is_missing != reading.is_missing ||
                          !SameTrouble(view_.inventory_error, reading.inventory_error) ||
                          !SameTrouble(view_.overrides_error, reading.overrides_error) ||
                          !SameTrouble(view_.followers_error, reading.followers_error)};
  news.AddDifferences(view_.attachments, reading.attachments);
  news.AddDifferences(view_.databases, reading.databases);
  news.AddDifferences(view_.overrides, reading.overrides);
  if (reading.attachments) made_.ForgetThoseBefore(started);
  Replace(view_.cluster, reading.cluster);
  Replace(view_.attachments, reading.attachments);
  Replace(view_.databases, reading.databases);
  if (reading.overrides) view_.overrides_read_at = reading.began;
  Replace(view_.overrides, reading.overrides);
  if (reading.followers) last_followers_read_ = started;
  Replace(view_.followers, reading.followers);
  if (!reading.as_leader) view_.followers.reset();
  if (!reading.as_follower) {  // not read any more, so they must not pass for fresh
    view_.attachments.reset();
    view_.overrides.reset();
  }
  view_.last_look = number;
  view_.is_missing = reading.is_missing;
  view_.inventory_error = std::move(reading.inventory_error);
  view_.overrides_error = std::move(reading.overrides_error);
  view_.followers_error = std::move(reading.followers_error);
  was_read_ = true;
  in_force_.Want(WantedInForce(view_, interests_));
  if (!view_.inventory_error) last_read_ = started;
  auto const inventory_error =
      view_.inventory_error ? view_.inventory_error : view_.overrides_error;
  auto const error = inventory_error ? inventory_error : view_.followers_error;
  if (error)
    log_.Debug("cluster could not be read",
               {kv("cluster", cluster_.Text()), kv("error", error->message)});
  pace_.Looked(
      {.is_changed = news.IsAny(), .is_fresh = IsFresh(), .began = started, .error = error},
      clock_.Steady(), random_);
  return news;
}

}  // namespace adxf::azure
