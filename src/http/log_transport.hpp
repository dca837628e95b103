#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "http/transport.hpp"

#include <string>
#include <string_view>

namespace adxf::http {

/// Path and query of a URL for a log line: only the values of well-known harmless parameters are
/// shown, since poll URLs carry signatures in theirs.
std::string LoggablePath(std::string_view url);

/// One debug line per exchange: method, host, path, status, duration and those response headers
/// that an allow-list names. Never a body, never Authorization. Thread-safe.
class LogTransport final : public Transport {
 public:
  LogTransport(Transport& next, Log log, Clock const& clock);
  Result<Response> Send(Request const& request, CallContext const& call) override;

 private:
  Transport& next_;
  Log const log_;
  Clock const& clock_;
};

/// The same for streams: one line when the head of the answer is there.
class LogStreamTransport final : public StreamTransport {
 public:
  LogStreamTransport(StreamTransport& next, Log log, Clock const& clock);
  Result<Stream> Open(Request const& request, CallContext const& call) override;

 private:
  StreamTransport& next_;
  Log const log_;
  Clock const& clock_;
};

}  // namespace adxf::http
