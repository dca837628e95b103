#include "http/resolve.hpp"

#include "base/freed.hpp"

#include <netdb.h>

#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace adxf::http {
namespace {

using Endpoints = std::vector<Endpoint>;

Result<Endpoints> AskSystem(std::string const& host, std::string const& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  int const outcome = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (outcome != 0)
    return Fail(Code::kUnavailable, "no address of " + host + ": " + gai_strerror(outcome));
  std::unique_ptr<addrinfo, Freed<freeaddrinfo>> const owner(found);
  Endpoints endpoints;
  for (auto const* it = found; it != nullptr; it = it->ai_next) {
    auto& endpoint = endpoints.emplace_back();
    std::memcpy(&endpoint.address, it->ai_addr, it->ai_addrlen);
    endpoint.size = it->ai_addrlen;
  }
  return endpoints;
}

/// What a thread that asks and one that waits have in common.
struct Question {
  std::mutex mutex{};
  std::condition_variable_any answered{};
  std::optional<Result<Endpoints>> answer{};  // guarded by mutex
};

}  // namespace

Result<Endpoints> Resolve(std::string const& host, std::string const& port,
                          CallContext const& call) {
  if (auto numeric = AskSystem(host, port, AI_NUMERICHOST)) return numeric;
  auto const question = std::make_shared<Question>();
  try {
    // The system's resolver cannot be interrupted; whoever must go leaves it to end by itself.
    std::thread([question, host, port] {
      auto answer = AskSystem(host, port, AI_ADDRCONFIG);
      std::lock_guard const lock(question->mutex);
      question->answer = std::move(answer);
      question->answered.notify_all();
    }).detach();
  } catch (std::system_error const& error) {
    return Fail(Code::kUnavailable, "cannot look for " + host + ": " + error.what());
  }
  std::unique_lock lock(question->mutex);
  question->answered.wait_until(lock, call.stop, call.deadline,
                                [&] { return question->answer.has_value(); });
  if (question->answer) return std::move(*question->answer);
  if (call.stop.stop_requested())
    return Fail(Code::kCancelled, "asked to stop while looking for " + host);
  return Fail(Code::kDeadline, "no answer about the name " + host + " before the deadline");
}

}  // namespace adxf::http
