#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/spacing.hpp"
#include "kube/event_sink.hpp"
#include "kube/kube_api.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace adxf::kube {

struct EventRecorderOptions {
  std::string controller = "adxfollower.io/operator";  ///< reportingController
  std::string instance{};                              ///< reportingInstance: the pod's name.
  std::size_t capacity = 256;                ///< Waiting events; more are dropped and counted.
  std::chrono::seconds fold_window{360};     ///< Equal events within it become one series.
  std::chrono::seconds series_interval{30};  ///< A series is written at most this often.
  /// A roll-out of thousands must not spend a third of its writes on telling of them: after so many
  /// at once events wait for this long each. Warnings go before, and do not wait.
  int burst = 50;
  std::chrono::milliseconds spacing{200};
};

/// Writes events.k8s.io/v1 Events on a thread of its own. Equal events (same object, type, reason,
/// action and note) within the window become one Event with a series.
class EventRecorder final : public EventSink {
 public:
  EventRecorder(EventRecorderOptions options, KubeApi& api, Clock& clock, Random& random, Log log);
  ~EventRecorder() override;

  void Publish(ObjectEvent event) override;

  void Start();
  /// Writes what is waiting for at most two seconds, then ends the thread.
  void Stop();

  /// Writes everything that waits, on the caller's thread; for tests and for Stop().
  void Flush(std::stop_token const& stop = {});

  [[nodiscard]] std::uint64_t Dropped() const;
  [[nodiscard]] std::uint64_t Failed() const;

 private:
  struct Series {
    std::string name{};
    int count = 1;
    int written = 1;
    TimePoint last_observed{};
    SteadyPoint last_seen{};
    SteadyPoint last_write{};
  };
  using FoldKey = std::string;

  void Run(std::stop_token const& stop);
  std::optional<ObjectEvent> Take();
  std::optional<ObjectEvent> TakeInTime(std::stop_token const& stop);
  void Write(ObjectEvent const& event, std::stop_token const& stop);
  void WriteNew(FoldKey const& key, ObjectEvent const& event, std::stop_token const& stop);
  void WriteSeries(FoldKey const& key, ObjectEvent const& event, std::stop_token const& stop);
  void ForgetOld();
  [[nodiscard]] http::CallContext Call(std::stop_token const& stop) const;
  void CountFailure(Error const& error, ObjectEvent const& event, std::stop_token const& stop);

  EventRecorderOptions const options_;
  KubeApi& api_;
  Clock& clock_;
  Random& random_;
  Log const log_;

  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  // Guarded by mutex_.
  std::deque<ObjectEvent> warnings_;
  std::deque<ObjectEvent> waiting_;  // those that are no warnings
  Spacing spacing_{options_.burst, options_.spacing};
  std::uint64_t dropped_ = 0;
  std::uint64_t failed_ = 0;

  std::mutex writing_;
  // Guarded by writing_.
  std::map<FoldKey, Series> series_;
  SteadyPoint last_forgotten_{};
  std::optional<SteadyPoint> end_by_;  ///< Set by Stop().

  std::jthread thread_;
};

}  // namespace adxf::kube
