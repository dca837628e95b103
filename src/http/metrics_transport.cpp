#include "http/metrics_transport.hpp"

#include "http/rate_limits.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace adxf::http {
namespace {

void Count(Metrics& metrics, Request const& request, std::string const& code, Duration took) {
  if (request.service == "kubernetes") {
    auto const origin = OriginOf(request.url);
    metrics.KubernetesRequestDone(code, ToString(request.method),
                                  origin.substr(std::min(origin.size(), origin.find("://") + 3)),
                                  took);
    return;
  }
  metrics.AzureRequestDone(request.service, request.operation, code, took);
}

/// In which of a few ways a command ended; few, because each is a series for each cluster.
std::string_view ClassOf(Result<Response> const& reply) {
  if (!reply) return reply.error().code == Code::kThrottled ? "throttled" : "no_answer";
  if (reply->IsSuccess()) return "success";
  if (reply->status == 429) return "throttled";
  return reply->status < 500 ? "refused" : "failed";
}

void CountThrottled(Metrics& metrics, Request const& request, bool is_throttled) {
  if (is_throttled && request.service != "kubernetes") metrics.AzureThrottled(request.service);
}

void TellRateLimits(Metrics& metrics, Request const& request, Response const& response) {
  auto const subscription = SubscriptionIn(request.url);
  for (auto const& limit : RateLimitsIn(response, KindOf(request.method)))
    metrics.SetAzureRateLimitRemaining(subscription, limit.kind, limit.remaining);
}

constexpr char const* kNoAnswer = "<error>";  // As client-go names it.

}  // namespace

MetricsTransport::MetricsTransport(Transport& next, Metrics& metrics, Clock const& clock)
    : next_(next), metrics_(metrics), clock_(clock) {}

Result<Response> MetricsTransport::Send(Request const& request, CallContext const& call) {
  SteadyPoint const start = clock_.Steady();
  auto reply = next_.Send(request, call);
  Count(metrics_, request, reply ? std::to_string(reply->status) : kNoAnswer,
        clock_.Steady() - start);
  CountThrottled(metrics_, request,
                 reply ? reply->status == 429 : reply.error().code == Code::kThrottled);
  if (request.service == "kusto")
    metrics_.KustoCommandDone(HostOf(request.url), request.operation, ClassOf(reply));
  if (request.service == "arm" && reply) TellRateLimits(metrics_, request, *reply);
  return reply;
}

MetricsStreamTransport::MetricsStreamTransport(StreamTransport& next, Metrics& metrics,
                                               Clock const& clock)
    : next_(next), metrics_(metrics), clock_(clock) {}

Result<Stream> MetricsStreamTransport::Open(Request const& request, CallContext const& call) {
  SteadyPoint const start = clock_.Steady();
  auto stream = next_.Open(request, call);
  Count(metrics_, request, stream ? std::to_string(stream->head.status) : kNoAnswer,
        clock_.Steady() - start);
  CountThrottled(metrics_, request,
                 stream ? stream->head.status == 429 : stream.error().code == Code::kThrottled);
  return stream;
}

}  // namespace adxf::http
