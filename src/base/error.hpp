#pragma once

#include <chrono>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

namespace adxf {

/// What a caller does about an error, not where it came from.
enum class Code {
  kInvalid,       ///< The request can never succeed as it is; change the input.
  kNotFound,      ///< The thing named is not there.
  kConflict,      ///< Somebody else changed or holds it; look again, then retry.
  kThrottled,     ///< Asked to slow down; obey `retry_after`.
  kUnavailable,   ///< Transient: network, 5xx, cut connection, unreadable answer.
  kUnauthorized,  ///< The credential was refused (401, or the token endpoint said no).
  kForbidden,     ///< The identity is known and lacks the right (403).
  kCancelled,     ///< We were asked to stop.
  kDeadline,      ///< Our own deadline passed.
  kInternal,      ///< A defect of ours.
};

std::string_view ToString(Code code);

/// An error as a value. `message` is a sentence that a user can act on and never holds a secret or
/// a raw body.
struct Error {
  Code code = Code::kInternal;
  std::string message{};
  std::string
      service_code{};  ///< The service's own code, e.g. `LinkedAuthorizationFailed`; empty if none.
  std::string request_id{};  ///< Correlation id to quote to the service's support; empty if none.
  std::optional<std::chrono::seconds> retry_after{};  ///< As the service asked.
  int http_status = 0;                                ///< 0 where no HTTP answer was involved.
  std::source_location where = std::source_location::current();

  /// The same error with the context put in front: "reading the lease: <message>".
  [[nodiscard]] Error Because(std::string_view context) const;

  /// True for errors that may go away by themselves (conflict, throttled, unavailable, deadline).
  [[nodiscard]] bool IsTransient() const;
};

}  // namespace adxf
