#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace adxf::emulator {

enum class FaultAction {
  kStatus,      ///< Answer with status, headers and body; nothing is done.
  kDelay,       ///< Serve as usual, answer later.
  kDropBefore,  ///< Cut the connection; nothing is done.
  kDropAfter,   ///< Do the work, then cut the connection.
  kMalformed,   ///< Do the work, answer with its status and half a body.
};

/// A rule: which requests, how often, what happens. All given conditions must hold.
struct Fault {
  std::string id{};
  std::string
      service{};         ///< arm | datashare | kusto | entra | imds, empty: any; arm: datashare too
  std::string method{};  ///< empty: any
  std::string cluster{};  ///< key, empty: any
  std::optional<std::regex> path{};
  std::optional<std::regex> command{};
  std::string path_text{};
  std::string command_text{};
  std::uint64_t skip = 0;                ///< Let that many matches pass first.
  std::optional<std::uint64_t> count{};  ///< Act that often; absent: for ever.
  FaultAction action = FaultAction::kStatus;
  int status = 500;
  std::string body{};
  std::map<std::string, std::string> headers{};
  std::chrono::milliseconds delay{0};
  std::uint64_t matched = 0;
  std::uint64_t acted = 0;
};

struct FaultSubject {
  std::string service{};
  std::string method{};
  std::string path{};  ///< with query
  std::string command{};
  std::string cluster{};
};

class Faults {
 public:
  void Add(Fault fault) { rules_.push_back(std::move(fault)); }
  bool Remove(std::string const& id);
  void Clear() { rules_.clear(); }
  [[nodiscard]] std::vector<Fault> const& All() const { return rules_; }

  /// The first rule that acts on this request; counts the match.
  std::optional<Fault> Take(FaultSubject const& subject);

 private:
  std::vector<Fault> rules_{};
};

}  // namespace adxf::emulator
