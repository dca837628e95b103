#pragma once

#include "base/fence.hpp"
#include "http/proxy.hpp"
#include "http/tls.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace adxf::http {

/// How a client connects, and what it takes.
struct ClientOptions {
  TlsOptions tls{};
  std::string user_agent = "adx-follower-operator";
  /// Asked whenever a connection has been made, which is after the caller did: a process that slept
  /// meanwhile finds out before the request is on its way. Null: nobody is asked.
  Fence* fence = nullptr;
  std::size_t max_body = 64UL << 20;  ///< A longer answer is kUnavailable.
  std::size_t max_line = 8UL << 20;   ///< A longer line of a stream is kUnavailable.
  Proxy proxy{};
  /// A connection that nobody has used for longer is not used again: servers, and what is on the
  /// way to them, forget one, not always with a word about it.
  std::chrono::seconds longest_rest{30};
};

}  // namespace adxf::http
