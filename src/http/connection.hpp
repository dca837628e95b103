#pragma once

#include "base/freed.hpp"
#include "http/transport.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace adxf::http {

/// One connection, TCP or TLS on top of it: a synchronous stream as Boost.Beast takes it, whose
/// waits end with the call that it is bound to. For one thread at a time.
class Connection {
 public:
  using Tls = std::unique_ptr<SSL, Freed<SSL_free>>;
  using ErrorCode = boost::system::error_code;

  /// While one lives, what the connection waits for ends with its call. After a stop nothing more
  /// can be done with the connection.
  class [[nodiscard]] Bounds {
   public:
    Bounds(Connection& connection, CallContext const& call);
    ~Bounds();
    Bounds(Bounds const&) = delete;
    Bounds& operator=(Bounds const&) = delete;

   private:
    struct Wake {
      int socket;
      void operator()() const;
    };

    Connection& connection_;
    std::stop_callback<Wake> wake_;
  };

  /// Takes over a socket that does not block, and may be connecting still.
  explicit Connection(int socket) : socket_(socket) {}
  ~Connection();
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;

  /// Waits until it can be written to, which is when it has been connected.
  bool AwaitConnected(ErrorCode& error);
  /// Makes a TLS connection of it. Errors of the certificate are told by VerifyError().
  void StartTls(Tls tls, ErrorCode& error);
  /// Why the other side's certificate is not trusted; "" when it is.
  [[nodiscard]] std::string VerifyError() const;

  /// Whether the other side has neither closed it nor sent anything that nobody asked for.
  [[nodiscard]] bool IsIdle() const;

  template <class Buffers>
  std::size_t read_some(Buffers const& buffers, ErrorCode& error) {  // NOLINT: Beast's name
    boost::asio::mutable_buffer const first(*boost::asio::buffer_sequence_begin(buffers));
    return Read(first.data(), first.size(), error);
  }
  template <class Buffers>
  std::size_t read_some(Buffers const& buffers) {  // NOLINT: Beast's name
    ErrorCode error;
    auto const count = read_some(buffers, error);
    if (error) throw boost::system::system_error(error);
    return count;
  }

  /// Writes all of it.
  void Write(std::string_view text, ErrorCode& error);

 private:
  std::size_t Read(void* data, std::size_t size, ErrorCode& error);
  std::size_t ReadPlain(void* data, std::size_t size, ErrorCode& error);
  std::size_t WriteSome(std::string_view text, ErrorCode& error);
  /// Whether what OpenSSL could not do yet may be tried again.
  bool AwaitTls(int outcome, ErrorCode& error);
  /// Whether the call that it is bound to must end, and why.
  bool IsOver(ErrorCode& error) const;
  /// Whether the socket is ready for `events` of poll(2), or broken.
  bool Await(short events, ErrorCode& error);

  int const socket_;
  Tls tls_;
  CallContext const* call_ = nullptr;  ///< Of the Bounds there are.
  bool was_written_ = false;           ///< And nothing read since.
};

}  // namespace adxf::http
