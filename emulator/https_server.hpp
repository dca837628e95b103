#pragma once

#include "emulator/service.hpp"
#include "emulator/tls.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace adxf::emulator {

/// One HTTPS port. Each connection has a thread of its own, so a delayed answer holds nobody else
/// up. Stops and joins all of them in its destructor.
class HttpsServer {
 public:
  using Handler = std::function<Delivery(WireRequest const&)>;

  /// Binds at once (port 0: a free one) and throws std::runtime_error if it cannot; serves after
  /// `Start`.
  HttpsServer(std::string const& address, std::uint16_t port, TlsIdentity const& identity);
  ~HttpsServer();
  HttpsServer(HttpsServer const&) = delete;
  HttpsServer& operator=(HttpsServer const&) = delete;

  [[nodiscard]] std::uint16_t Port() const;
  void Start(Handler handler);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace adxf::emulator
