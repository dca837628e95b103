#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <deque>
#include <string>

namespace adxf::emulator {

/// One exchange with the emulated services, in the order they were answered.
struct Call {
  std::uint64_t number = 0;
  TimePoint time{};
  std::string service{};  ///< arm | datashare | kusto | entra | imds
  std::string method{};
  std::string path{};     ///< with query, without host
  std::string command{};  ///< Kusto: the text sent
  std::string
      operation{};  ///< "PUT attachedDatabaseConfigurations", ".show follower database", "token"
  std::string app_id{};
  std::string user_agent{};  ///< as the caller calls itself
  std::string cluster{};     ///< key of the cluster addressed, if any
  std::string request_id{};  ///< what the answer calls it: ARM's correlation id, or Kusto's
                             ///< client request id
  std::string fault{};       ///< id of the fault rule that acted
  int status = 0;            ///< 0: no answer was sent
  bool is_write = false;
  bool was_accepted = false;  ///< the work was done or started, whatever became of the answer
};

/// Numbered, bounded (the oldest go first), numbers are never reused.
class CallLog {
 public:
  std::uint64_t Add(Call call);
  [[nodiscard]] std::deque<Call> const& All() const { return calls_; }
  [[nodiscard]] std::uint64_t Last() const { return last_; }
  void Clear() { calls_.clear(); }

 private:
  static constexpr std::size_t kLimit = 500'000;
  std::deque<Call> calls_{};
  std::uint64_t last_ = 0;
};

}  // namespace adxf::emulator
