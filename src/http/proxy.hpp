#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace adxf::http {

/// An HTTP proxy, and what is reached without it.
struct Proxy {
  std::string url{};  ///< "http://host:port", without user information; "": there is no proxy.
  Secret user{};
  Secret password{};
  /// Entries of NO_PROXY: "*", a name (and all below it), ".name" or "*.name" (only what is below),
  /// an address, or a range of addresses like 10.0.0.0/8; each but the last may end in a port.
  std::vector<std::string> exceptions{};

  [[nodiscard]] Proxy Clone() const;

  /// Whether this proxy is to be used for an origin as OriginOf() gives it. Never for this machine
  /// and for link-local addresses, where metadata endpoints are.
  [[nodiscard]] bool Serves(std::string_view origin) const;
};

/// The value of HTTPS_PROXY: "http://user:password@host:port"; scheme, user and port may be absent.
/// Errors: kInvalid, with a sentence that quotes nothing of it: only proxies that are spoken to in
/// plain HTTP are supported (they tunnel TLS).
Result<Proxy> ParseProxy(std::string_view text);

}  // namespace adxf::http
