#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "kinds/common/reconciler.hpp"
#include "kube/event_sink.hpp"
#include "kube/kube_api.hpp"
#include "kube/watcher.hpp"
#include "operator/observers.hpp"
#include "runtime/change.hpp"
#include "runtime/controller.hpp"
#include "runtime/finalizer.hpp"
#include "runtime/status_writer.hpp"
#include "runtime/store.hpp"
#include "runtime/store_feed.hpp"
#include "runtime/work_queue.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace adxf::app {

/// What every kind of the operator runs with; all of it outlives the rigs.
struct RigParts {
  kube::KubeApi& api;
  http::StreamTransport& streams;
  std::string server_url{};
  runtime::StatusWriter& statuses;
  kube::EventSink& events;
  Metrics& metrics;
  Clock& clock;
  Random& random;
  Log log;
  kinds::Pace pace{};
  runtime::ReadyLatch const* leads = nullptr;  ///< See ControllerParts.
  std::vector<std::string> namespaces{};       ///< Empty: all.
};

/// Keeps a store up to date with all objects of a type in the namespaces that are watched, by one
/// watch for each of them or one for all, and tells of each change there.
template <runtime::StoredObject Object>
class ObjectWatch {
 public:
  using Feed = runtime::StoreFeed<Object>;

  /// `finalizers`: the kind's.
  ObjectWatch(RigParts const& parts, kube::ResourceType const& type, runtime::Store<Object>& store,
              typename Feed::Decode const& decode, typename Feed::Listener const& listener,
              runtime::Finalizers& finalizers) {
    auto const heard = [listener, log = parts.log,
                        kind = type.kind](runtime::Change<Object> const& change) {
      TellOfKept(change, kind, log);
      listener(change);
    };
    auto scopes = parts.namespaces;
    if (scopes.empty()) scopes.emplace_back();
    for (auto const& scope : scopes) {
      feeds_.push_back(std::make_unique<Feed>(store, decode, heard, scope, &finalizers));
      watchers_.push_back(
          std::make_unique<kube::Watcher>(kube::WatchTarget{.type = type, .ns = scope},
                                          kube::WatchParts{.api = parts.api,
                                                           .streams = parts.streams,
                                                           .server_url = parts.server_url,
                                                           .clock = parts.clock,
                                                           .random = parts.random,
                                                           .log = parts.log},
                                          *feeds_.back()));
    }
    finalizers.OnLetGo([this](kube::ObjectKey const& key) {
      for (auto const& feed : feeds_) {
        if (feed->Scope().empty() || feed->Scope() == key.ns) feed->LetGo(key);
      }
    });
  }

  void Start() {
    for (auto const& watcher : watchers_) watcher->Start();
  }
  void Stop() {
    for (auto const& watcher : watchers_) watcher->RequestStop();
    for (auto const& watcher : watchers_) watcher->Stop();
  }

 private:
  /// Nobody can see such an object any more, so the log is all that tells of it.
  static void TellOfKept(runtime::Change<Object> const& change, std::string const& kind,
                         Log const& log) {
    auto const is_kept = [](auto const& object) { return object && object->metadata.is_gone; };
    if (!change.after || is_kept(change.before) == is_kept(change.after)) return;
    log.Warn(
        is_kept(change.after)
            ? "the API server took the object away without waiting for its finalizer, which was "
              "put in that moment; what it has in Azure is removed as its deletion policy says"
            : "an object of this name was made while what its predecessor has in Azure was "
              "being removed; what is left of that stays",
        {kv("kind", kind), kv("namespace", change.key.ns), kv("name", change.key.name)});
  }

  std::vector<std::unique_ptr<Feed>> feeds_;
  std::vector<std::unique_ptr<kube::Watcher>> watchers_;
};

/// A kind whose passes read for themselves, with its store, queue, controller and watch.
template <kinds::PassKind K>
class KindRig {
 public:
  using Object = typename K::Object;
  using Listener = std::function<void(runtime::Change<Object> const&)>;

  /// `name` is the controller's, in metrics; `finalizer` the kind's.
  KindRig(RigParts parts, std::string name, std::string_view finalizer)
      : parts_(std::move(parts)),
        name_(std::move(name)),
        finalizers_(parts_.api, K::Type(), std::string(finalizer), parts_.clock),
        queue_metrics_(parts_.metrics, name_),
        controller_metrics_(parts_.metrics, name_),
        queue_({}, parts_.clock, parts_.random, queue_metrics_) {}

  [[nodiscard]] runtime::Store<Object>& Store() { return store_; }
  [[nodiscard]] runtime::WorkQueue& Queue() { return queue_; }
  [[nodiscard]] bool IsReady() const { return store_.Ready().IsOpen(); }

  /// Puts it together around the kind; `listener` hears of each change beside the kind. The
  /// controller waits for `caches` beside its own store.
  void Build(std::unique_ptr<K> kind, Listener listener,
             std::vector<runtime::ReadyLatch const*> caches) {
    kind_ = std::move(kind);
    reconciler_ = std::make_unique<kinds::PassReconciler<K>>(
        typename kinds::PassReconciler<K>::Parts{.kind = *kind_,
                                                 .store = store_,
                                                 .kube = parts_.api,
                                                 .finalizers = finalizers_,
                                                 .statuses = parts_.statuses,
                                                 .events = parts_.events,
                                                 .clock = parts_.clock,
                                                 .random = parts_.random,
                                                 .log = parts_.log,
                                                 .pace = parts_.pace});
    caches.push_back(&store_.Ready());
    parts_.metrics.RegisterController(name_, kWorkers);
    controller_ = std::make_unique<runtime::Controller>(
        runtime::ControllerOptions{.name = name_, .kind = K::Type().kind, .workers = kWorkers},
        runtime::ControllerParts{.reconciler = *reconciler_,
                                 .queue = queue_,
                                 .caches = std::move(caches),
                                 .leads = parts_.leads,
                                 .clock = parts_.clock,
                                 .random = parts_.random,
                                 .observer = controller_metrics_,
                                 .log = parts_.log});
    watch_ = std::make_unique<ObjectWatch<Object>>(
        parts_, K::Type(), store_, K::Decode,
        [this, heard = std::move(listener)](runtime::Change<Object> const& change) {
          kind_->NoteChange(change);
          heard(change);
          if (auto const priority = runtime::PriorityOf(change)) queue_.Add(change.key, *priority);
        },
        finalizers_);
  }

  void Start() {
    controller_->Start();
    watch_->Start();
  }
  /// No news and no new passes any more; call it on every rig before Stop().
  void BeginStop() {
    watch_->Stop();
    controller_->BeginStop();
  }
  void Stop() { controller_->Stop(); }

 private:
  static constexpr int kWorkers = 2;

  RigParts const parts_;
  std::string const name_;
  runtime::Finalizers finalizers_;
  QueueMetrics queue_metrics_;
  ControllerMetrics controller_metrics_;
  runtime::Store<Object> store_{parts_.namespaces};
  runtime::WorkQueue queue_;
  std::unique_ptr<K> kind_;
  std::unique_ptr<kinds::PassReconciler<K>> reconciler_;
  std::unique_ptr<runtime::Controller> controller_;
  std::unique_ptr<ObjectWatch<Object>> watch_;
};

}  // namespace adxf::app
