#include "http/token_buckets.hpp"

#include <algorithm>
#include <cstddef>

namespace adxf::http {

std::string_view ToString(CallKind kind) {
  switch (kind) {
    case CallKind::kRead: return "reads";
    case CallKind::kWrite: return "writes";
    case CallKind::kDelete: return "deletes";
  }
  return "reads";
}

CallKind KindOf(Method method) {
  if (method == Method::kGet) return CallKind::kRead;
  return method == Method::kDelete ? CallKind::kDelete : CallKind::kWrite;
}

TokenBuckets::TokenBuckets(BucketSizes sizes) : sizes_{sizes.reads, sizes.writes, sizes.deletes} {}

SteadyPoint TokenBuckets::Take(std::string_view key, CallKind kind, SteadyPoint now) {
  std::lock_guard const lock(mutex_);
  auto& bucket = Refilled(key, kind, now);
  bucket.tokens -= 1.0;
  SteadyPoint ready = std::max(now, bucket.blocked_until);
  if (bucket.tokens < 0.0) {
    std::chrono::duration<double> const until_filled(-bucket.tokens / bucket.size.per_second);
    ready = std::max(ready, now + std::chrono::ceil<SteadyPoint::duration>(until_filled));
  }
  return ready;
}

void TokenBuckets::Return(std::string_view key, CallKind kind) {
  std::lock_guard const lock(mutex_);
  auto const found = buckets_.find(key);
  if (found == buckets_.end()) return;
  auto& bucket = found->second[static_cast<std::size_t>(kind)];
  bucket.tokens = std::min(bucket.size.capacity, bucket.tokens + 1.0);
}

void TokenBuckets::Lower(std::string_view key, CallKind kind, double remaining, SteadyPoint now) {
  std::lock_guard const lock(mutex_);
  auto& bucket = Refilled(key, kind, now);
  bucket.tokens = std::min(bucket.tokens, remaining);
}

void TokenBuckets::Block(std::string_view key, CallKind kind, SteadyPoint until, SteadyPoint now) {
  std::lock_guard const lock(mutex_);
  auto& bucket = Refilled(key, kind, now);
  bucket.blocked_until = std::max(bucket.blocked_until, until);
}

double TokenBuckets::Remaining(std::string_view key, CallKind kind, SteadyPoint now) {
  std::lock_guard const lock(mutex_);
  return Refilled(key, kind, now).tokens;
}

TokenBuckets::Bucket& TokenBuckets::Refilled(std::string_view key, CallKind kind, SteadyPoint now) {
  auto const index = static_cast<std::size_t>(kind);
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    found = buckets_.emplace(key, std::array<Bucket, 3>{}).first;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      found->second[i] = {
          .size = sizes_[i], .tokens = sizes_[i].capacity, .filled = now, .blocked_until = now};
    }
  }
  auto& bucket = found->second[index];
  double const elapsed =
      std::chrono::duration<double>(std::max(now, bucket.filled) - bucket.filled).count();
  bucket.tokens = std::min(bucket.size.capacity, bucket.tokens + elapsed * bucket.size.per_second);
  bucket.filled = std::max(now, bucket.filled);
  return bucket;
}

}  // namespace adxf::http
