#include "http/listener.hpp"

#include "http/cpprest_on_clang.hpp"

#include <cpprest/http_listener.h>
#include <pplx/threadpool.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace adxf::http {
namespace {

using web::http::experimental::listener::http_listener;

constexpr int kPortTries = 10;
constexpr std::size_t kLibraryThreads = 2;

/// The library would take forty threads. Of what asks here, only a scrape is any work, and that has
/// a thread of its own.
void BoundTheLibrary() {
  [[maybe_unused]] static bool const kIsBound = [] {
    try {
      crossplat::threadpool::initialize_with_threads(kLibraryThreads);
      return true;
    } catch (std::exception const&) {
      return false;  // In use already: its size is settled.
    }
  }();
}

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

/// One of the few slow answers that may be on their way at once; given back when the last copy
/// goes.
using Place = std::shared_ptr<void>;

void Send(web::http::http_request const& request, web::http::http_response const& response,
          Place const& place = {}) {
  // A client that has gone away is no error of ours, but an exception that nobody looks at ends the
  // process.
  request.reply(response).then([place](pplx::task<void> const& sent) {
    try {
      sent.get();
    } catch (...) {
      return;
    }
  });
}

void Reply(web::http::http_request const& request, ListenerReply reply, Place const& place = {}) {
  web::http::http_response response(static_cast<web::http::status_code>(reply.status));
  response.set_body(std::move(reply.body), reply.content_type);
  if (reply.status == 405) response.headers().add("Allow", "GET");
  Send(request, response, place);
}

bool TakesGzip(web::http::http_request const& request) {
  using namespace web::http::compression;  // NOLINT(*-build-using-namespace): long names, four of
                                           // them
  utility::string_t accepted;
  if (!request.headers().match("Accept-Encoding", accepted)) return false;
  try {
    auto const gzip = builtin::get_compress_factory(builtin::algorithm::GZIP);
    return details::get_compressor_from_header(accepted, details::accept_encoding, {gzip}) !=
           nullptr;
  } catch (web::http::http_exception const&) {
    return false;  // A header that nobody understands asks for nothing.
  }
}

/// Makes slow bodies one after the other on a thread of its own. Those that are sent to clients
/// that do not read count as well: each holds a whole body.
class SlowAnswers {
 public:
  SlowAnswers() : thread_([this](std::stop_token const& stop) { Run(stop); }) {}

  void Add(web::http::http_request const& request, ListenerReply reply) {
    auto place = TakePlace();
    if (!place) {
      Reply(request, {.status = 503, .body = "too many of these are asked for at once\n"});
      return;
    }
    std::lock_guard const lock(mutex_);
    waiting_.push_back({request, std::move(reply), std::move(place)});
    arrived_.notify_one();
  }

 private:
  static constexpr int kMostAtOnce = 8;
  struct Waiting {
    web::http::http_request request{};
    ListenerReply reply{};
    Place place{};
  };

  /// Null when all are taken. Clients may outlive the listener, and so does what counts them.
  Place TakePlace() {
    if (taken_->fetch_add(1) >= kMostAtOnce) {
      taken_->fetch_sub(1);
      return nullptr;
    }
    return {taken_.get(), [taken = taken_](void*) { taken->fetch_sub(1); }};
  }

  void Run(std::stop_token const& stop) {
    while (auto const next = Take(stop)) Answer(*next);
  }

  std::optional<Waiting> Take(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait(lock, stop, [this] { return !waiting_.empty(); })) return std::nullopt;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    return next;
  }

  static void Answer(Waiting const& next) {
    auto const& [request, reply, place] = next;
    try {
      auto const pieces = reply.slow_body();
      bool const is_compressed = TakesGzip(request);
      web::http::http_response response(static_cast<web::http::status_code>(reply.status));
      response.set_body(is_compressed ? GzipOf(pieces) : TextOf(pieces), reply.content_type);
      if (is_compressed) response.headers().add("Content-Encoding", "gzip");
      Send(request, response, place);
    } catch (...) {
      Reply(request, {.status = 500, .body = "internal error\n"}, place);
    }
  }

  std::shared_ptr<std::atomic<int>> const taken_ = std::make_shared<std::atomic<int>>(0);
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Waiting> waiting_;  // guarded by mutex_
  std::jthread thread_;          // last, so that it ends before what it uses
};

void Answer(ListenerHandler const& handler, SlowAnswers& slow,
            web::http::http_request const& request) {
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
  if (reply.slow_body) {
    slow.Add(request, std::move(reply));
  } else {
    Reply(request, std::move(reply));
  }
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
    listener_.support([this, handler = std::move(handler)](web::http::http_request const& request) {
      Answer(handler, slow_, request);
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
  SlowAnswers slow_;  // outlives the listener, which waits for answers when it closes
  http_listener listener_;
};

Listener::Listener(std::unique_ptr<Server> server) : server_(std::move(server)) {}
Listener::~Listener() = default;

int Listener::Port() const { return server_->Port(); }

Result<std::unique_ptr<Listener>> Listener::Open(std::string const& address, int port,
                                                 ListenerHandler const& handler) {
  BoundTheLibrary();
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
