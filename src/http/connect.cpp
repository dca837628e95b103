#include "http/connect.hpp"

#include "base/encoding.hpp"
#include "http/resolve.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <openssl/x509v3.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace adxf::http {
namespace {

using ErrorCode = Connection::ErrorCode;
using Opened = Result<std::unique_ptr<Connection>>;

struct Target {
  bool is_secure = false;
  std::string host{};  ///< As getaddrinfo and certificates have it: IPv6 without brackets.
  std::string port{};
  std::string authority{};  ///< "host:port"
};

Target TargetOf(std::string_view origin) {
  auto const start = origin.find("://") + 3;
  std::string host = HostOf(origin);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return {.is_secure = origin.starts_with("https"),
          .host = std::move(host),
          .port = std::string(origin.substr(origin.rfind(':') + 1)),
          .authority = std::string(origin.substr(start))};
}

Opened ConnectTo(Endpoint const& endpoint, CallContext const& call) {
  int const made =
      socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  ErrorCode error(errno, boost::system::system_category());
  if (made < 0) return Failure(ErrorOfCall(call, error));
  auto connection = std::make_unique<Connection>(made);
  int const yes = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  auto const* const address = reinterpret_cast<sockaddr const*>(&endpoint.address);
  if (connect(made, address, endpoint.size) == 0) return connection;
  error.assign(errno, boost::system::system_category());
  Connection::Bounds const bounds(*connection, call);
  if (error.value() == EINPROGRESS) connection->AwaitConnected(error);
  if (error) return Failure(ErrorOfCall(call, error));
  return connection;
}

/// The first of a host's addresses that answers. None takes the time of those behind it.
Opened ConnectToAny(Target const& target, CallContext const& call) {
  TRY_ASSIGN(auto const endpoints, Resolve(target.host, target.port, call));
  Error last;
  auto untried = static_cast<int>(endpoints.size());
  for (auto const& endpoint : endpoints) {
    auto const now = std::chrono::steady_clock::now();
    auto connection = ConnectTo(
        endpoint, {.deadline = now + (call.deadline - now) / untried--, .stop = call.stop});
    if (connection) return connection;
    last = connection.error();
    if (last.code == Code::kCancelled) break;
  }
  return Failure(last);
}

/// Asks a proxy for a way to the target, which is read by nobody on the way.
Result<void> OpenTunnel(Connection& connection, Proxy const& proxy, Target const& target,
                        CallContext const& call) {
  namespace beast = boost::beast;
  auto text = "CONNECT " + target.authority + " HTTP/1.1\r\nHost: " + target.authority + "\r\n";
  if (!proxy.user.IsEmpty()) {
    std::string const user(proxy.user.Reveal());
    text += "Proxy-Authorization: Basic " +
            EncodeBase64(user + ":" + std::string(proxy.password.Reveal())) + "\r\n";
  }
  ErrorCode error;
  connection.Write(text + "\r\n", error);
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::empty_body> answer;
  answer.skip(true);
  if (!error) beast::http::read_header(connection, buffer, answer, error);
  if (error) return Failure(ErrorOfCall(call, error).Because("asking the proxy"));
  if (answer.get().result_int() / 100 == 2) return {};
  return Fail(Code::kUnavailable, "the proxy answered " +
                                      std::to_string(answer.get().result_int()) +
                                      "; check HTTPS_PROXY and what the proxy lets through");
}

bool IsAddress(std::string const& host) {
  std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>> const address(
      a2i_IPADDRESS(host.c_str()));
  return address != nullptr;
}

/// A side of a TLS connection that takes only certificates for `host`.
Result<Connection::Tls> MakeTls(std::string const& host, TlsOptions const& options) {
  auto const context = TlsContextFor(options);
  if (!context) return Fail(Code::kUnavailable, context.error().message);
  Connection::Tls tls(SSL_new(context->get()));
  if (!tls) return Fail(Code::kInternal, "OpenSSL cannot begin a connection");
  SSL_set_verify(tls.get(), SSL_VERIFY_PEER, nullptr);
  SSL_set_read_ahead(tls.get(), 1);  // One system call for a record instead of two.
  if (IsAddress(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls.get()), host.c_str());
  } else {
    SSL_set_hostflags(tls.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(tls.get(), host.c_str());
    SSL_set_tlsext_host_name(tls.get(), host.c_str());
  }
  return tls;
}

Result<void> StartTls(Connection& connection, Target const& target, TlsOptions const& options,
                      CallContext const& call) {
  TRY_ASSIGN(auto tls, MakeTls(target.host, options));
  ErrorCode error;
  connection.StartTls(std::move(tls), error);
  if (!error) return {};
  auto failure = ErrorOfCall(call, error);
  if (auto const why = connection.VerifyError(); !why.empty()) failure.message += ": " + why;
  return Failure(std::move(failure));
}

}  // namespace

Error ErrorOfCall(CallContext const& call, ErrorCode const& error) {
  if (call.stop.stop_requested())
    return {.code = Code::kCancelled, .message = "asked to stop during an HTTP call"};
  if (error == boost::asio::error::timed_out && call.deadline <= std::chrono::steady_clock::now())
    return {.code = Code::kDeadline, .message = "no complete answer before the deadline"};
  return {.code = Code::kUnavailable, .message = error.message()};
}

Opened Connect(std::string const& origin, ClientOptions const& options, CallContext const& call) {
  auto const target = TargetOf(origin);
  bool const has_proxy = options.proxy.Serves(origin);
  TRY_ASSIGN(auto connection, ConnectToAny(has_proxy ? TargetOf(options.proxy.url) : target, call));
  Connection::Bounds const bounds(*connection, call);
  if (has_proxy) {
    if (auto opened = OpenTunnel(*connection, options.proxy, target, call); !opened)
      return Failure(std::move(opened).error());
  }
  if (target.is_secure) {
    if (auto started = StartTls(*connection, target, options.tls, call); !started)
      return Failure(std::move(started).error());
  }
  // What is wrong it tells by itself; requests that only read may go on.
  if (options.fence != nullptr) {
    [[maybe_unused]] auto const outcome = options.fence->Pass();
  }
  return connection;
}

}  // namespace adxf::http
