#include "azure/cached_tokens.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;

constexpr auto kRefreshEarly = 300s;
constexpr auto kRetryRefreshAfter = 30s;

bool IsAboutTheCaller(Error const& error) {
  return error.code == Code::kCancelled || error.code == Code::kDeadline;
}

}  // namespace

CachedTokens::CachedTokens(std::unique_ptr<TokenSource> source, Clock const& clock)
    : source_(std::move(source)), clock_(clock) {}

Result<AccessToken> CachedTokens::Get(std::string const& scope, http::CallContext const& call) {
  std::unique_lock lock(mutex_);
  for (auto& entry = entries_[scope];;) {
    auto const now = clock_.Now();
    bool const is_valid = entry.token && now < entry.token->expires_at;
    if (is_valid && (entry.is_fetching || now < entry.refresh_at)) return entry.token->Clone();
    if (!entry.is_fetching) return Fetch(scope, call, lock);
    if (auto waited = AwaitFetch(entry, call, lock); !waited)
      return std::unexpected(std::move(waited).error());
    // A fetch that ended because its own caller stopped says nothing about ours: look again.
    if (entry.failure && !IsAboutTheCaller(*entry.failure)) return std::unexpected(*entry.failure);
  }
}

void CachedTokens::Invalidate(std::string const& scope) {
  std::scoped_lock const lock(mutex_);
  auto& entry = entries_[scope];
  entry.token.reset();
  ++entry.epoch;
}

Result<AccessToken> CachedTokens::Fetch(std::string const& scope, http::CallContext const& call,
                                        std::unique_lock<std::mutex>& lock) {
  auto& entry = entries_[scope];
  entry.is_fetching = true;
  auto const epoch = entry.epoch;
  lock.unlock();
  auto fetched = source_->Get(scope, call);
  lock.lock();
  auto const now = clock_.Now();
  entry.is_fetching = false;
  ++entry.finished_fetches;
  entry.failure = fetched ? std::nullopt : std::optional(fetched.error());
  fetched_.notify_all();
  if (!fetched) {
    if (!entry.token || now >= entry.token->expires_at) return fetched;
    if (!IsAboutTheCaller(fetched.error())) entry.refresh_at = now + kRetryRefreshAfter;
    return entry.token->Clone();
  }
  if (entry.epoch != epoch)
    return fetched;  // Refused while it was on its way; this caller may still try it once.
  auto const life = fetched->expires_at - now;
  entry.refresh_at = fetched->refresh_at.value_or(
      fetched->expires_at - std::min<TimePoint::duration>(kRefreshEarly, life / 2));
  entry.token = fetched->Clone();
  return fetched;
}

Result<void> CachedTokens::AwaitFetch(Entry& entry, http::CallContext const& call,
                                      std::unique_lock<std::mutex>& lock) {
  auto const awaited = entry.finished_fetches;
  auto const patience = std::min<SteadyPoint::duration>(call.deadline - clock_.Steady(), 1h);
  bool const is_done = fetched_.wait_for(lock, call.stop, patience,
                                         [&] { return entry.finished_fetches != awaited; });
  if (is_done) return {};
  if (call.stop.stop_requested())
    return Fail(Code::kCancelled, "stopped while waiting for a token");
  return Fail(Code::kDeadline, "no token arrived in time");
}

}  // namespace adxf::azure
