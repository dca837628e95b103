#pragma once

#include "http/transport.hpp"

#include <sys/socket.h>

#include <string>
#include <vector>

namespace adxf::http {

struct Endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;
};

/// The addresses of a host, a name or an address (IPv6 without brackets); never none.
/// Errors: kUnavailable, kDeadline, kCancelled.
Result<std::vector<Endpoint>> Resolve(std::string const& host, std::string const& port,
                                      CallContext const& call);

}  // namespace adxf::http
