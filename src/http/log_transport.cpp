#include "http/log_transport.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace adxf::http {
namespace {

/// Response headers worth a log line; none of them can carry a credential.
constexpr std::array<std::string_view, 6> kLoggedHeaders = {
    "x-ms-request-id",
    "x-ms-correlation-request-id",
    "x-ms-client-request-id",
    "x-ms-activity-id",
    "retry-after",
    "x-ms-ratelimit-remaining-subscription-resource-requests"};

constexpr std::array<std::string_view, 9> kShownParameters = {"api-version",
                                                              "watch",
                                                              "limit",
                                                              "resourceVersion",
                                                              "resourceVersionMatch",
                                                              "timeoutSeconds",
                                                              "allowWatchBookmarks",
                                                              "sendInitialEvents",
                                                              "fieldManager"};

std::string LoggableQuery(std::string_view query) {
  std::string result;
  while (!query.empty()) {
    auto const end = std::min(query.find('&'), query.size());
    auto const parameter = query.substr(0, end);
    auto const name = parameter.substr(0, parameter.find('='));
    bool const is_shown = std::ranges::find(kShownParameters, name) != kShownParameters.end();
    result += result.empty() ? '?' : '&';
    result += is_shown ? std::string(parameter) : std::string(name) + "=…";
    query.remove_prefix(std::min(query.size(), end + 1));
  }
  return result;
}

std::string HeadersForLog(Response const& response) {
  std::string result;
  for (auto const name : kLoggedHeaders) {
    auto const value = response.Header(name);
    if (value.empty()) continue;
    if (!result.empty()) result += ' ';
    result += std::string(name) + "=" + std::string(value);
  }
  return result;
}

/// What an exchange came to, whatever its kind.
struct Outcome {
  Response const* response = nullptr;
  Error const* error = nullptr;
  Duration took{};
};

void WriteLine(Log const& log, Request const& request, CallContext const& call,
               Outcome const& outcome) {
  auto const duration = std::chrono::duration_cast<std::chrono::milliseconds>(outcome.took).count();
  Log line = log.With({kv("service", request.service), kv("operation", request.operation),
                       kv("method", ToString(request.method)), kv("host", HostOf(request.url)),
                       kv("path", LoggablePath(request.url)), kv("duration_ms", duration)});
  // The observers' looks serve many objects, and belong to no pass.
  if (!call.reconcile_id.empty()) line = line.With({kv("reconcile_id", call.reconcile_id)});
  if (outcome.error != nullptr) {
    line.Debug("http exchange failed",
               {kv("code", ToString(outcome.error->code)), kv("error", outcome.error->message)});
    return;
  }
  line.Debug("http exchange", {kv("status", outcome.response->status),
                               kv("headers", HeadersForLog(*outcome.response))});
}

}  // namespace

std::string LoggablePath(std::string_view url) {
  auto const scheme_end = url.find("://");
  auto const path = scheme_end == std::string_view::npos ? std::string_view::npos
                                                         : url.find_first_of("/?#", scheme_end + 3);
  if (path == std::string_view::npos) return "/";
  url = url.substr(path, url.find('#') - path);
  auto const query = url.find('?');
  if (query == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, query)) + LoggableQuery(url.substr(query + 1));
}

LogTransport::LogTransport(Transport& next, Log log, Clock const& clock)
    : next_(next), log_(std::move(log)), clock_(clock) {}

Result<Response> LogTransport::Send(Request const& request, CallContext const& call) {
  if (!log_.IsEnabled(LogLevel::kDebug)) return next_.Send(request, call);
  SteadyPoint const start = clock_.Steady();
  auto reply = next_.Send(request, call);
  WriteLine(log_, request, call,
            {.response = reply ? &*reply : nullptr,
             .error = reply ? nullptr : &reply.error(),
             .took = clock_.Steady() - start});
  return reply;
}

LogStreamTransport::LogStreamTransport(StreamTransport& next, Log log, Clock const& clock)
    : next_(next), log_(std::move(log)), clock_(clock) {}

Result<Stream> LogStreamTransport::Open(Request const& request, CallContext const& call) {
  if (!log_.IsEnabled(LogLevel::kDebug)) return next_.Open(request, call);
  SteadyPoint const start = clock_.Steady();
  auto stream = next_.Open(request, call);
  WriteLine(log_, request, call,
            {.response = stream ? &stream->head : nullptr,
             .error = stream ? nullptr : &stream.error(),
             .took = clock_.Steady() - start});
  return stream;
}

}  // namespace adxf::http
