#pragma once

#include "base/deflated_text.hpp"
#include "base/result.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::http {

struct ListenerReply {
  int status = 200;
  std::string body{};
  std::string content_type = "text/plain; charset=utf-8";
  /// Makes the body instead where that takes long: on the listener's own thread, one at a time, so
  /// that it holds up no other answers. It is sent as gzip to clients that take it.
  std::function<std::vector<DeflatedText>()> slow_body{};
};

/// Answers a GET; called on a library thread, several at a time, and must not block. Unknown paths:
/// status 404.
using ListenerHandler = std::function<ListenerReply(std::string_view path)>;

/// The small HTTP server for metrics and health. Only GET; other methods are answered 405. When
/// more than a few slow answers are waited for, further ones are refused with 503.
class Listener {
 public:
  /// Port 0 takes a free one. Errors: kUnavailable, when the address cannot be bound.
  static Result<std::unique_ptr<Listener>> Open(std::string const& address, int port,
                                                ListenerHandler const& handler);
  ~Listener();
  Listener(Listener const&) = delete;
  Listener& operator=(Listener const&) = delete;

  /// The port that is bound.
  [[nodiscard]] int Port() const;

 private:
  class Server;
  explicit Listener(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace adxf::http
