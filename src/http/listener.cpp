#include "http/listener.hpp"

#include "http/cpprest_on_clang.hpp"

#include <cpprest/http_listener.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <utility>

namespace adxf::http {
namespace {

using web::http::experimental::listener::http_listener;

constexpr int kPortTries = 10;

/// A port that was free a moment ago: the library can only be told a number.
std::optional<int> FreePort() {
  int const probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return std::nullopt;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  bool const is_bound = bind(probe, any, size) == 0 && getsockname(probe, any, &size) == 0;
  close(probe);
  return is_bound ? std::optional<int>(ntohs(address.sin_port)) : std::nullopt;
}

void Reply(web::http::http_request const& request, ListenerReply const& reply) {
  web::http::http_response response(static_cast<web::http::status_code>(reply.status));
  response.set_body(reply.body, reply.content_type);
  if (reply.status == 405) response.headers().add("Allow", "GET");
  // A client that has gone away is no error of ours, but an exception that nobody looks at ends the
  // process.
  request.reply(response).then([](pplx::task<void> const& sent) {
    try {
      sent.get();
    } catch (...) {
      return;
    }
  });
}

void Answer(ListenerHandler const& handler, web::http::http_request const& request) {
  if (request.method() != web::http::methods::GET) {
    Reply(request, {.status = 405, .body = "only GET is answered here\n"});
    return;
  }
  ListenerReply reply{.status = 500, .body = "internal error\n"};
  try {
    reply = handler(request.request_uri().path());
  } catch (...) {
    reply.status = 500;
  }
  Reply(request, reply);
}

std::string UriOf(std::string const& address, int port) {
  bool const is_bare_ipv6 = address.find(':') != std::string::npos && !address.starts_with('[');
  return "http://" + (is_bare_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port) +
         "/";
}

}  // namespace

class Listener::Server {
 public:
  Server(std::string const& address, int port, ListenerHandler handler)
      : port_(port), listener_(web::uri(UriOf(address, port))) {
    listener_.support([handler = std::move(handler)](web::http::http_request const& request) {
      Answer(handler, request);
    });
    listener_.open().wait();
  }
  ~Server() {
    try {
      listener_.close().wait();
    } catch (...) {
      return;
    }
  }
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  [[nodiscard]] int Port() const { return port_; }

 private:
  int const port_;
  http_listener listener_;
};

Listener::Listener(std::unique_ptr<Server> server) : server_(std::move(server)) {}
Listener::~Listener() = default;

int Listener::Port() const { return server_->Port(); }

Result<std::unique_ptr<Listener>> Listener::Open(std::string const& address, int port,
                                                 ListenerHandler const& handler) {
  std::string problem = "no port is free";
  for (int attempt = 0; attempt < (port == 0 ? kPortTries : 1); ++attempt) {
    auto const chosen = port == 0 ? FreePort() : std::optional(port);
    if (!chosen) break;
    try {
      return std::unique_ptr<Listener>(
          new Listener(std::make_unique<Server>(address, *chosen, handler)));
    } catch (std::exception const& error) {
      problem = error.what();
    }
  }
  return Fail(Code::kUnavailable, "cannot listen on " + address + " port " + std::to_string(port) +
                                      ": " + problem +
                                      "; choose another metrics.address or metrics.port");
}

}  // namespace adxf::http
