#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "kube/kube_api.hpp"
#include "kube/watch_machine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace adxf::kube {

/// Receives what a watch tells, always on the watcher's thread and in order.
class WatchHandler {
 public:
  virtual ~WatchHandler() = default;

  /// A full state follows; keep showing the old one until OnInitDone.
  virtual void OnInit() = 0;
  /// An object of the full state. An error is logged and the object skipped.
  virtual Result<void> OnInitApply(nlohmann::json const& object) = 0;
  virtual void OnInitDone() = 0;
  virtual Result<void> OnApply(nlohmann::json const& object) = 0;
  /// The last known state of an object that is gone.
  virtual Result<void> OnDelete(nlohmann::json const& object) = 0;
};

/// Namespace and name out of an object's metadata. Error: kInvalid when there is no name.
Result<ObjectKey> KeyOfObject(nlohmann::json const& object);

struct WatchTarget {
  ResourceType type{};
  std::string ns{};    ///< "": all namespaces.
  std::string name{};  ///< Given: this one object alone.
};

struct WatchHealth {
  bool is_synced = false;                   ///< A full state has been delivered.
  std::optional<SteadyPoint> last_heard{};  ///< Last answer of the server.
  int failures_in_a_row = 0;
  std::string last_error{};  ///< Empty while well.
};

/// What a watcher works with; all of it outlives the watcher.
struct WatchParts {
  KubeApi& api;                    ///< For lists in pages.
  http::StreamTransport& streams;  ///< For watches; authenticates.
  std::string server_url;
  Clock& clock;
  Random& random;
  Log log;
};

/// Keeps a handler up to date with all objects of a type, on one thread of its own.
class Watcher {
 public:
  Watcher(WatchTarget target, WatchParts parts, WatchHandler& handler, WatchPolicy policy = {});
  ~Watcher();

  /// Starts the thread; Stop() (or the destructor) ends it.
  void Start();
  /// Begins to stop; of several watchers all begin before the first is waited for.
  void RequestStop();
  void Stop();

  /// The loop itself, on the caller's thread, until `stop`.
  void Run(std::stop_token const& stop);

  [[nodiscard]] WatchHealth Health() const;

 private:
  WatchInput Execute(WatchCommand const& command, std::stop_token const& stop);
  WatchInput ListNextPage(SendList const& command, std::stop_token const& stop);
  WatchInput Open(OpenWatch const& command, std::stop_token const& stop);
  WatchInput ReadOne();
  WatchInput Parse(std::string const& line);
  void Deliver(WatchOutput const& output);
  void DeliverObject(Emit emit, nlohmann::json const& object);
  void NoteStep(WatchInput const& input, WatchState const& state, WatchOutput const& output);

  WatchTarget const target_;
  WatchParts const parts_;
  WatchHandler& handler_;
  WatchPolicy const policy_;

  // Of the thread that runs.
  struct Current;
  std::unique_ptr<Current> current_;

  mutable std::mutex mutex_;
  WatchHealth health_;  // guarded by mutex_

  std::jthread thread_;
};

}  // namespace adxf::kube
