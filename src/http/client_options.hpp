#pragma once

#include "base/fence.hpp"
#include "http/proxy.hpp"
#include "http/tls.hpp"

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
};

}  // namespace adxf::http
