#include "emulator/https_server.hpp"

#include "base/clock.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <sys/socket.h>

#include <atomic>
#include <list>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <thread>

namespace adxf::emulator {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t kLargestBody = 16ULL * 1024 * 1024;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

WireRequest ToWire(Request const& request, bool is_local) {
  std::string const target(request.target());
  auto const question = target.find('?');
  WireRequest wire{.method = std::string(request.method_string()),
                   .path = target.substr(0, question),
                   .query = question == std::string::npos ? "" : target.substr(question + 1),
                   .body = request.body(),
                   .is_local = is_local};
  for (auto const& field : request)
    wire.headers[std::string(field.name_string())] = std::string(field.value());
  return wire;
}

Response ToHttp(WireReply const& reply, Request const& request) {
  Response response(static_cast<http::status>(reply.status), request.version());
  for (auto const& [name, value] : reply.headers) response.set(name, value);
  response.keep_alive(request.keep_alive());
  response.body() = reply.body;
  if (reply.status != 204) response.prepare_payload();
  return response;
}

}  // namespace

struct HttpsServer::Parts {
  struct Connection {
    explicit Connection(tcp::socket peer) : socket(std::move(peer)) {}
    tcp::socket socket;
    std::atomic<bool> is_done = false;
    std::jthread thread{};
  };

  asio::io_context io{};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tcp::acceptor acceptor{io};
  Handler handler{};
  RealClock clock{};
  std::mutex mutex{};
  std::list<Connection> connections{};  // guarded by mutex; a node is only removed by the accepting
                                        // thread or at the end
  std::jthread accepting{};

  void Accept(std::stop_token const& stop);
  void Serve(Connection& connection, std::stop_token const& stop);
  bool ServeOne(asio::ssl::stream<tcp::socket&>& stream, boost::beast::flat_buffer& buffer,
                bool is_local, std::stop_token const& stop);
  void Reap();
};

void HttpsServer::Parts::Reap() {
  std::lock_guard const lock(mutex);
  connections.remove_if([](Connection const& connection) { return connection.is_done.load(); });
}

void HttpsServer::Parts::Accept(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    error_code error;
    tcp::socket socket(io);
    acceptor.accept(socket, error);
    if (stop.stop_requested()) return;
    if (error) continue;
    Reap();
    std::lock_guard const lock(mutex);
    auto& connection = connections.emplace_back(std::move(socket));
    connection.thread = std::jthread([this, &connection](std::stop_token const& inner) {
      Serve(connection, inner);
      connection.is_done = true;
    });
  }
}

void HttpsServer::Parts::Serve(Connection& connection, std::stop_token const& stop) {
  error_code error;
  connection.socket.set_option(tcp::no_delay(true), error);
  auto const peer = connection.socket.remote_endpoint(error);
  bool const is_local = !error && peer.address().is_loopback();
  asio::ssl::stream<tcp::socket&> stream(connection.socket, tls);
  stream.handshake(asio::ssl::stream_base::server, error);
  boost::beast::flat_buffer buffer;
  while (!error && !stop.stop_requested()) {
    if (!ServeOne(stream, buffer, is_local, stop)) break;
  }
  connection.socket.shutdown(tcp::socket::shutdown_both, error);
}

bool HttpsServer::Parts::ServeOne(asio::ssl::stream<tcp::socket&>& stream,
                                  boost::beast::flat_buffer& buffer, bool is_local,
                                  std::stop_token const& stop) {
  error_code error;
  http::request_parser<http::string_body> parser;
  parser.body_limit(kLargestBody);
  http::read(stream, buffer, parser, error);
  if (error) return false;
  auto const delivery = handler(ToWire(parser.get(), is_local));
  if (delivery.delay.count() > 0 && !clock.WaitUntil(clock.Steady() + delivery.delay, stop))
    return false;
  if (delivery.cut) return false;
  auto const response = ToHttp(delivery.reply, parser.get());
  http::write(stream, response, error);
  return !error && response.keep_alive();
}

HttpsServer::HttpsServer(std::string const& address, std::uint16_t port,
                         TlsIdentity const& identity)
    : parts_(std::make_unique<Parts>()) {
  try {
    parts_->tls.use_certificate_chain(asio::buffer(identity.certificate_pem));
    parts_->tls.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
    tcp::endpoint const endpoint(asio::ip::make_address(address), port);
    parts_->acceptor.open(endpoint.protocol());
    parts_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    parts_->acceptor.bind(endpoint);
    parts_->acceptor.listen();
  } catch (boost::system::system_error const& error) {
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port) + ": " +
                             error.what());
  }
}

std::uint16_t HttpsServer::Port() const { return parts_->acceptor.local_endpoint().port(); }

void HttpsServer::Start(Handler handler) {
  parts_->handler = std::move(handler);
  parts_->accepting =
      std::jthread([parts = parts_.get()](std::stop_token const& stop) { parts->Accept(stop); });
}

HttpsServer::~HttpsServer() {
  parts_->accepting.request_stop();
  // Closing does not wake a thread that blocks in accept or read; shutting down does.
  ::shutdown(parts_->acceptor.native_handle(), SHUT_RDWR);
  if (parts_->accepting.joinable()) parts_->accepting.join();
  std::lock_guard const lock(parts_->mutex);
  for (auto& connection : parts_->connections) {
    connection.thread.request_stop();
    ::shutdown(connection.socket.native_handle(), SHUT_RDWR);
  }
  for (auto& connection : parts_->connections) connection.thread.join();
}

}  // namespace adxf::emulator
