#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "http/transport.hpp"

#include <optional>
#include <string>

namespace adxf::azure {

/// A bearer token and the time it ends.
struct AccessToken {
  Secret value{};
  TimePoint expires_at{};
  std::optional<TimePoint> refresh_at{};  ///< When to ask for the next; nothing: shortly before the
                                          ///< end.

  [[nodiscard]] AccessToken Clone() const { return {value.Clone(), expires_at, refresh_at}; }
};

/// Tokens of one identity, per scope ("https://management.azure.com/.default"). Thread-safe.
class TokenSource {
 public:
  virtual ~TokenSource() = default;

  /// Errors: kUnauthorized with a sentence that says what to do (wrong or expired secret, unknown
  /// client or tenant), kThrottled, kUnavailable, kDeadline, kCancelled.
  virtual Result<AccessToken> Get(std::string const& scope, http::CallContext const& call) = 0;

  /// The service refused the token of this scope: the next Get must not return it again.
  virtual void Invalidate(std::string const& scope) = 0;
};

}  // namespace adxf::azure
