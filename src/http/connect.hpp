#pragma once

#include "http/client_options.hpp"
#include "http/connection.hpp"

#include <memory>
#include <string>

namespace adxf::http {

/// Connects to an origin as OriginOf() gives it: by way of the proxy if there is one for it, with
/// TLS if its scheme says so, and verified then; asks the fence at the end. Name servers are the
/// system's; all addresses of a name are tried in their order.
/// Errors: kUnavailable, kDeadline, kCancelled.
Result<std::unique_ptr<Connection>> Connect(std::string const& origin, ClientOptions const& options,
                                            CallContext const& call);

/// What an error of a connection means for the call that it serves.
Error ErrorOfCall(CallContext const& call, Connection::ErrorCode const& error);

}  // namespace adxf::http
