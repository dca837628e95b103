#pragma once

#include "base/clock.hpp"
#include "http/request.hpp"

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace adxf::http {

enum class CallKind { kRead, kWrite, kDelete };
/// "reads", "writes", "deletes", as in ARM's header names.
std::string_view ToString(CallKind kind);
CallKind KindOf(Method method);

struct BucketSize {
  double capacity = 0.0;
  double per_second = 0.0;
};

/// ARM's buckets per region, principal and subscription (ARM throttling, the token-bucket model of
/// 2024).
struct BucketSizes {
  BucketSize reads{.capacity = 250, .per_second = 25};
  BucketSize writes{.capacity = 200, .per_second = 10};
  BucketSize deletes{.capacity = 200, .per_second = 10};
};

/// Mirrors of the service's token buckets, three per key, shared by all pipelines. Thread-safe;
/// never waits.
class TokenBuckets {
 public:
  explicit TokenBuckets(BucketSizes sizes = {});

  /// Takes a token, if need be one that is still to come, and returns when it may be used. In order
  /// of calling.
  SteadyPoint Take(std::string_view key, CallKind kind, SteadyPoint now);
  /// Gives an unused token back.
  void Return(std::string_view key, CallKind kind);
  /// The service says how many are left: the bucket never holds more than that.
  void Lower(std::string_view key, CallKind kind, double remaining, SteadyPoint now);
  /// The service refused: nothing is to be sent before `until`.
  void Block(std::string_view key, CallKind kind, SteadyPoint until, SteadyPoint now);
  [[nodiscard]] double Remaining(std::string_view key, CallKind kind, SteadyPoint now);

 private:
  struct Bucket {
    BucketSize size{};
    double tokens = 0.0;  ///< Below zero: promised to callers that wait.
    SteadyPoint filled{};
    SteadyPoint blocked_until{};
  };
  Bucket& Refilled(std::string_view key, CallKind kind, SteadyPoint now);

  std::array<BucketSize, 3> const sizes_;
  std::mutex mutex_;
  std::map<std::string, std::array<Bucket, 3>, std::less<>> buckets_;  // guarded by mutex_
};

}  // namespace adxf::http
