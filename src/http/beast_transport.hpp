#pragma once

#include "http/client_options.hpp"
#include "http/transport.hpp"

#include <memory>

namespace adxf::http {

class ConnectionPool;

/// Transport over Boost.Beast, on the caller's own thread. Connections are kept per origin;
/// redirects are never followed. What fails on a kept connection before anything of an answer is
/// sent again on a new one if it is repeatable, and never else. Thread-safe.
class BeastTransport final : public Transport {
 public:
  explicit BeastTransport(ClientOptions options = {});
  ~BeastTransport() override;
  Result<Response> Send(Request const& request, CallContext const& call) override;

 private:
  ClientOptions const options_;
  std::shared_ptr<ConnectionPool> const pool_;
};

/// StreamTransport over Boost.Beast; nothing is read from the network that nobody waits for. `call`
/// of Open bounds the wait for the head.
class BeastStreamTransport final : public StreamTransport {
 public:
  explicit BeastStreamTransport(ClientOptions options = {});
  ~BeastStreamTransport() override;
  Result<Stream> Open(Request const& request, CallContext const& call) override;

 private:
  ClientOptions const options_;
  std::shared_ptr<ConnectionPool> const pool_;
};

}  // namespace adxf::http
