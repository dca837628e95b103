#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/request.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace adxf::http {

/// What every blocking call takes with it.
struct CallContext {
  SteadyPoint deadline{};  ///< The whole call, retries included, ends by then with Code::kDeadline.
  std::stop_token stop{};  ///< A requested stop ends the call at once with Code::kCancelled.
  std::string reconcile_id{};  ///< For logs; empty outside a pass.
};

/// Sends one request and waits for the whole answer. Thread-safe.
/// Errors: kDeadline, kCancelled, kUnavailable (network, cut connection, oversized body), kInvalid
/// (bad URL).
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Result<Response> Send(Request const& request, CallContext const& call) = 0;
};

/// Lines of a streamed answer, read on the caller's own thread.
class LineSource {
 public:
  virtual ~LineSource() = default;

  /// The next line without its newline; nullopt at a clean end of the stream.
  /// Errors: kDeadline when nothing arrives until call.deadline, kCancelled, kUnavailable when the
  /// connection breaks.
  virtual Result<std::optional<std::string>> Next(CallContext const& call) = 0;
};

/// An opened stream. When `head.status` is not 2xx the body is in `head.body` and `lines` is null.
struct Stream {
  Response head{};
  std::unique_ptr<LineSource> lines{};
};

/// Opens a streamed answer (watches). Destroying the LineSource closes the connection.
class StreamTransport {
 public:
  virtual ~StreamTransport() = default;
  virtual Result<Stream> Open(Request const& request, CallContext const& call) = 0;
};

}  // namespace adxf::http
