#pragma once

#include "base/result.hpp"
#include "http/transport.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace adxf::test {

inline Error AzureError(Code code, std::string service_code,
                        std::optional<std::chrono::seconds> retry_after = std::nullopt) {
  Error error;
  error.code = code;
  error.message = "Azure says " + service_code;
  error.service_code = std::move(service_code);
  error.retry_after = retry_after;
  return error;
}

/// Calls of a fake by name: counted, and refused or their answers lost as a test wants.
/// Thread-safe.
class CallScript {
 public:
  using Hook = std::function<void(std::string const&, http::CallContext const&)>;

  /// The next call of that name is refused and changes nothing; calls queue up.
  void FailNext(std::string name, Error error) {
    std::lock_guard const lock(mutex_);
    faults_.push_back({.name = std::move(name), .error = std::move(error)});
  }
  /// The next call of that name takes effect, and its answer is lost.
  void LoseNextAnswer(std::string name) {
    std::lock_guard const lock(mutex_);
    faults_.push_back(
        {.name = std::move(name), .error = AzureError(Code::kUnavailable, ""), .acts_first = true});
  }
  /// Every call of that name, until Heal().
  void FailAlways(std::string name, Error error) {
    std::lock_guard const lock(mutex_);
    outages_[std::move(name)] = std::move(error);
  }
  void Heal() {
    std::lock_guard const lock(mutex_);
    outages_.clear();
  }
  /// Runs before each call, without a lock.
  void BeforeEach(Hook hook) {
    std::lock_guard const lock(mutex_);
    hook_ = std::move(hook);
  }
  [[nodiscard]] std::size_t Count(std::string const& name) const {
    std::lock_guard const lock(mutex_);
    auto const found = counts_.find(name);
    return found == counts_.end() ? 0 : found->second;
  }
  void ForgetCalls() {
    std::lock_guard const lock(mutex_);
    counts_.clear();
  }

  /// What the fake calls: `act` does the work and runs without this object's lock.
  template <class T, class Act>
  Result<T> Answer(std::string const& name, http::CallContext const& call, Act const& act) {
    if (auto const hook = Counted(name)) hook(name, call);
    if (call.stop.stop_requested()) return Fail(Code::kCancelled, "asked to stop");
    auto const fault = TakeFault(name);
    if (!fault) return act();
    if (fault->acts_first) static_cast<void>(act());
    return Failure(fault->error);
  }

 private:
  struct Fault {
    std::string name{};
    Error error{};
    bool acts_first = false;
  };

  Hook Counted(std::string const& name) {
    std::lock_guard const lock(mutex_);
    ++counts_[name];
    return hook_;
  }

  std::optional<Fault> TakeFault(std::string const& name) {
    std::lock_guard const lock(mutex_);
    if (auto const outage = outages_.find(name); outage != outages_.end())
      return Fault{.name = name, .error = outage->second};
    auto const fault = std::ranges::find(faults_, name, &Fault::name);
    if (fault == faults_.end()) return std::nullopt;
    auto taken = *fault;
    faults_.erase(fault);
    return taken;
  }

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::map<std::string, std::size_t> counts_;
  std::map<std::string, Error> outages_;
  std::deque<Fault> faults_;
  Hook hook_;
};

}  // namespace adxf::test
