#pragma once

#include "azure/token_source.hpp"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace adxf::azure {

/// Keeps the tokens of another source. Guarantees: at most one request per scope is under way; a
/// token is refreshed when its source says so, else 300 s (or half its life, if that is shorter)
/// before it ends; while a refresh
/// fails the old token is served as long as it is valid, and the next attempt waits 30 s; an
/// invalidated token is not served again.
class CachedTokens final : public TokenSource {
 public:
  CachedTokens(std::unique_ptr<TokenSource> source, Clock const& clock);

  Result<AccessToken> Get(std::string const& scope, http::CallContext const& call) override;
  void Invalidate(std::string const& scope) override;

 private:
  struct Entry {
    std::optional<AccessToken> token{};
    TimePoint refresh_at{};
    bool is_fetching = false;
    std::uint64_t finished_fetches = 0;
    std::optional<Error> failure{};  ///< Of the last fetch; empty when it succeeded.
    std::uint64_t epoch =
        0;  ///< Moves with Invalidate, so that a fetch begun before it is not kept.
  };

  Result<AccessToken> Fetch(std::string const& scope, http::CallContext const& call,
                            std::unique_lock<std::mutex>& lock);
  Result<void> AwaitFetch(Entry& entry, http::CallContext const& call,
                          std::unique_lock<std::mutex>& lock);

  std::unique_ptr<TokenSource> source_;
  Clock const& clock_;
  std::mutex mutex_;
  std::condition_variable_any fetched_;
  std::map<std::string, Entry> entries_;  // guarded by mutex_; entries are never removed
};

}  // namespace adxf::azure
