#pragma once

#include "base/boxed.hpp"
#include "base/clock.hpp"
#include "base/shared_text.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace adxf::azure {

/// Attachments of whose databases policies in force are wanted: of each the first by name.
struct InForceOf {
  std::vector<SharedText> attachments{};
  std::size_t at_most = 0;  ///< Databases of one attachment.
  bool operator==(InForceOf const&) const = default;
};

/// What one look is for.
struct Interest {
  bool as_follower = false;  ///< Attachments and overrides, beside the cluster and its databases.
  bool as_leader = false;    ///< Who follows it, beside the cluster and its databases.
  bool latency = false;      ///< Azure's own figure of the lag of all that the cluster follows.
  std::optional<Duration> probe{};  ///< Versions, for sync lag, this often.
  SharedText follows{};  ///< The database that is followed, "*" for all: its external tables.
  Boxed<InForceOf> in_force{};
  bool operator==(Interest const&) const = default;
};

/// All interests in one cluster, which thousands of objects may have: what they come to together is
/// known without walking through them. Not thread-safe.
class Interests {
 public:
  using ByWho = std::unordered_map<SharedText, Interest>;

  /// Replaces what `who` asked before, which is returned; the same again changes nothing.
  Interest Put(SharedText const& who, Interest const& interest);
  void Remove(SharedText const& who);
  [[nodiscard]] bool Has(SharedText const& who, Interest const& interest) const;

  [[nodiscard]] ByWho const& All() const { return all_; }
  [[nodiscard]] bool IsAsFollower() const { return followers_ > 0; }
  [[nodiscard]] bool IsAsLeader() const { return leaders_ > 0; }
  [[nodiscard]] bool IsForLatency() const { return latencies_ > 0; }
  /// The shortest that anybody asks for.
  [[nodiscard]] std::optional<Duration> Probe() const;

 private:
  void Count(Interest const& interest, int by);

  ByWho all_{};
  int followers_ = 0;
  int leaders_ = 0;
  int latencies_ = 0;
  std::map<Duration, int> probes_{};  // how many ask for each
};

}  // namespace adxf::azure
