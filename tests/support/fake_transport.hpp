#pragma once

#include "http/transport.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace adxf::test {

inline http::Response Answer(int status, std::string body = {}, http::Headers headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

/// Answers from a script first, then from a handler, and records every request. Thread-safe; the
/// handler runs without the lock. Without an answer left it returns kInternal "FakeTransport has no
/// answer for <METHOD> <url>".
class FakeTransport final : public http::Transport {
 public:
  using Handler =
      std::function<Result<http::Response>(http::Request const&, http::CallContext const&)>;

  FakeTransport() = default;
  explicit FakeTransport(Handler handler) : handler_(std::move(handler)) {}

  /// The next request gets `reply`; calls queue up.
  FakeTransport& Reply(Result<http::Response> reply) {
    std::lock_guard const lock(mutex_);
    script_.push_back(std::move(reply));
    return *this;
  }
  FakeTransport& Reply(int status, std::string body = {}, http::Headers headers = {}) {
    return Reply(Answer(status, std::move(body), std::move(headers)));
  }
  FakeTransport& ReplyError(Code code, std::string message = "scripted error") {
    return Reply(Fail(code, std::move(message)));
  }

  void HandleWith(Handler handler) {
    std::lock_guard const lock(mutex_);
    handler_ = std::move(handler);
  }

  Result<http::Response> Send(http::Request const& request,
                              http::CallContext const& call) override {
    Handler handler;
    {
      std::lock_guard const lock(mutex_);
      requests_.push_back(request);
      contexts_.push_back(call);
      if (!script_.empty()) {
        auto reply = std::move(script_.front());
        script_.pop_front();
        return reply;
      }
      handler = handler_;
    }
    if (handler) return handler(request, call);
    return Fail(Code::kInternal, "FakeTransport has no answer for " +
                                     std::string(http::ToString(request.method)) + " " +
                                     request.url);
  }

  [[nodiscard]] std::vector<http::Request> requests() const {
    std::lock_guard const lock(mutex_);
    return requests_;
  }
  [[nodiscard]] std::vector<http::CallContext> contexts() const {
    std::lock_guard const lock(mutex_);
    return contexts_;
  }
  [[nodiscard]] std::size_t count() const {
    std::lock_guard const lock(mutex_);
    return requests_.size();
  }
  [[nodiscard]] http::Request last() const {
    std::lock_guard const lock(mutex_);
    return requests_.empty() ? http::Request{} : requests_.back();
  }
  void Forget() {
    std::lock_guard const lock(mutex_);
    requests_.clear();
    contexts_.clear();
  }

 private:
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::deque<Result<http::Response>> script_;
  Handler handler_;
  std::vector<http::Request> requests_;
  std::vector<http::CallContext> contexts_;
};

/// Lines as scripted; afterwards the end of the stream, or `ending` if given.
class FakeLines final : public http::LineSource {
 public:
  explicit FakeLines(std::vector<std::string> lines, std::optional<Error> ending = std::nullopt)
      : lines_(lines.begin(), lines.end()), ending_(std::move(ending)) {}

  Result<std::optional<std::string>> Next(http::CallContext const& call) override {
    if (call.stop.stop_requested()) return Fail(Code::kCancelled, "asked to stop");
    if (!lines_.empty()) {
      std::optional<std::string> line = std::move(lines_.front());
      lines_.pop_front();
      return line;
    }
    if (ending_) return Failure(*ending_);
    return std::optional<std::string>{};
  }

 private:
  std::deque<std::string> lines_;
  std::optional<Error> ending_;
};

/// Opens streams from a script first, then from a handler, and records every request. Thread-safe.
class FakeStreamTransport final : public http::StreamTransport {
 public:
  using Handler =
      std::function<Result<http::Stream>(http::Request const&, http::CallContext const&)>;

  FakeStreamTransport() = default;
  explicit FakeStreamTransport(Handler handler) : handler_(std::move(handler)) {}

  FakeStreamTransport& Stream(std::vector<std::string> lines,
                              std::optional<Error> ending = std::nullopt) {
    http::Stream stream;
    stream.head.status = 200;
    stream.lines = std::make_unique<FakeLines>(std::move(lines), std::move(ending));
    return Reply(std::move(stream));
  }
  FakeStreamTransport& Refuse(int status, std::string body = {}) {
    http::Stream stream;
    stream.head = Answer(status, std::move(body));
    return Reply(std::move(stream));
  }
  FakeStreamTransport& Reply(Result<http::Stream> reply) {
    std::lock_guard const lock(mutex_);
    script_.push_back(std::move(reply));
    return *this;
  }

  Result<http::Stream> Open(http::Request const& request, http::CallContext const& call) override {
    Handler handler;
    {
      std::lock_guard const lock(mutex_);
      requests_.push_back(request);
      if (!script_.empty()) {
        auto reply = std::move(script_.front());
        script_.pop_front();
        return reply;
      }
      handler = handler_;
    }
    if (handler) return handler(request, call);
    return Fail(Code::kInternal, "FakeStreamTransport has no answer for " + request.url);
  }

  [[nodiscard]] std::vector<http::Request> requests() const {
    std::lock_guard const lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::deque<Result<http::Stream>> script_;
  Handler handler_;
  std::vector<http::Request> requests_;
};

}  // namespace adxf::test
