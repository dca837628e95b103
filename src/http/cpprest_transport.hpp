#pragma once

#include "http/proxy.hpp"
#include "http/tls.hpp"
#include "http/transport.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace adxf::http {

/// Sets the size of cpprestsdk's thread pool, and keeps it from reading the system's certificates
/// for every connection. Call once in `main`, before anything else of this folder and while there
/// is one thread; later calls have no effect.
void InitialiseHttp(int threads);

struct ClientOptions {
  TlsOptions tls{};
  std::string user_agent = "adx-follower-operator";
  Fence* fence = nullptr;             ///< See AskWhenConnected; null: nobody is asked.
  std::size_t max_body = 64UL << 20;  ///< A longer answer is kUnavailable.
  std::size_t max_line = 8UL << 20;   ///< A longer line of a stream is kUnavailable.
  std::size_t max_unread =
      1UL << 20;  ///< A stream stops reading from the network when so much waits for the reader.
  Proxy proxy{};
};

class ClientPool;

/// Transport over cpprestsdk. Connections are kept per origin; redirects are never followed. The
/// library sends again what fails on a kept connection, if it can: a request that is not repeatable
/// has a body that can be read once, or none and a connection of its own. Thread-safe. Must be
/// destroyed before `main` ends.
class CpprestTransport final : public Transport {
 public:
  explicit CpprestTransport(ClientOptions options = {});
  ~CpprestTransport() override;
  Result<Response> Send(Request const& request, CallContext const& call) override;

 private:
  std::unique_ptr<ClientPool> pool_;
};

/// StreamTransport over cpprestsdk; an open stream has a connection to itself. `call` of Open
/// bounds the wait for the head.
class CpprestStreamTransport final : public StreamTransport {
 public:
  explicit CpprestStreamTransport(ClientOptions options = {});
  ~CpprestStreamTransport() override;
  Result<Stream> Open(Request const& request, CallContext const& call) override;

 private:
  std::unique_ptr<ClientPool> pool_;
};

}  // namespace adxf::http
