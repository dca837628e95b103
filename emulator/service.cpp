#include "emulator/service.hpp"

#include "emulator/arm/context.hpp"
#include "emulator/arm/router.hpp"
#include "emulator/entra/endpoint.hpp"
#include "emulator/entra/managed_identity.hpp"
#include "emulator/entra/tokens.hpp"
#include "emulator/kusto_endpoint.hpp"
#include "emulator/side_door.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace adxf::emulator {

namespace {

using nlohmann::json;

constexpr std::string_view kMetadataPath = "/v1/rest/auth/metadata";

std::string CodeOf(entra::TokenFault fault) {
  switch (fault) {
    case entra::TokenFault::kMissing: return "AuthenticationFailed";
    case entra::TokenFault::kExpired: return "ExpiredAuthenticationToken";
    default: return "InvalidAuthenticationToken";
  }
}

WireReply TokenRefused(Estate const& estate, entra::Refusal const& refusal) {
  auto reply = arm::ErrorReply(401, CodeOf(refusal.fault), refusal.message);
  reply.headers["WWW-Authenticate"] = fmt::format(
      R"(Bearer authorization_uri="{}/common", error="invalid_token", error_description="{}")",
      estate.endpoint, refusal.message);
  return reply;
}

/// The text of a command or query in a request to a cluster.
std::string CommandOf(WireRequest const& request) {
  auto const body = json::parse(request.body, nullptr, false);
  return arm::Text(body, "csl");
}

/// True for requests to Microsoft.DataShare: by the last provider in the path, as ARM routes.
bool IsForDataShare(std::vector<std::string> const& parts) {
  std::string_view named;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (SameName(parts[i], "providers")) named = parts[i + 1];
  }
  return SameName(named, "Microsoft.DataShare");
}

/// Whether a request reads and changes nothing but one follower cluster and its attachments, or a
/// running operation: nearly all do, and with a thousand followers nobody has time to look at all.
bool IsAboutOneFollower(Estate const& estate, FaultSubject const& subject) {
  bool const is_read = subject.method == "GET";
  if (subject.service == "arm" && is_read && Lower(subject.path).contains("/operationresults/"))
    return true;
  auto const* const cluster = FindCluster(estate, subject.cluster);
  if (cluster == nullptr) return false;
  // What a leader shows depends on who follows it.
  bool const may_lead = cluster->attachments.empty() && !cluster->databases.empty();
  if (may_lead) return false;
  if (subject.service == "kusto") return subject.command.starts_with(".show");
  return is_read || (subject.method == "PUT" &&
                     Lower(subject.path).contains("/attacheddatabaseconfigurations/"));
}

bool IsControlPlane(std::string_view service) { return service == "arm" || service == "datashare"; }

WireReply FaultReply(Fault const& fault) {
  WireReply reply;
  reply.status = fault.status;
  reply.body = fault.body;
  reply.headers["Content-Type"] = "application/json; charset=utf-8";
  for (auto const& [name, value] : fault.headers) reply.headers[name] = value;
  return reply;
}

/// The id under which the service would find the call again.
std::string RequestIdOf(WireReply const& reply) {
  for (auto const* name : {"x-ms-correlation-request-id", "x-ms-client-request-id"}) {
    if (auto const found = reply.headers.find(name); found != reply.headers.end())
      return found->second;
  }
  return {};
}

}  // namespace

void Service::Record(std::string_view service, FaultSubject const& subject,
                     WireRequest const& request, WireReply const& reply, std::string const& fault,
                     bool cut) {
  estate_.calls.Add({.time = estate_.Now(),
                     .service = std::string(service),
                     .method = subject.method,
                     .path = subject.path,
                     .command = subject.command,
                     .operation = reply.operation,
                     .app_id = reply.app_id,
                     .user_agent = request.Header("User-Agent"),
                     .cluster = reply.cluster.empty() ? subject.cluster : reply.cluster,
                     .request_id = RequestIdOf(reply),
                     .fault = fault,
                     .status = cut ? 0 : reply.status,
                     .is_write = reply.is_write,
                     .was_accepted = reply.was_accepted});
}

Delivery Service::Serve(std::string_view service, FaultSubject const& subject,
                        WireRequest const& request, Handler const& handler) {
  std::lock_guard const lock(estate_.mutex);
  auto const settle = [this, is_of_one = IsAboutOneFollower(estate_, subject), &subject] {
    if (is_of_one) return SettleOne(estate_, subject.cluster);
    Settle(estate_);
  };
  settle();
  auto const fault = estate_.faults.Take(subject);
  auto const acts = [&](FaultAction action) { return fault && fault->action == action; };
  Delivery delivery;
  delivery.reply =
      acts(FaultAction::kStatus) || acts(FaultAction::kDropBefore) ? FaultReply(*fault) : handler();
  delivery.cut = acts(FaultAction::kDropBefore) || acts(FaultAction::kDropAfter);
  if (fault) delivery.delay = fault->delay;
  if (acts(FaultAction::kMalformed)) delivery.reply.body.resize(delivery.reply.body.size() / 2);
  settle();
  Record(service, subject, request, delivery.reply, fault ? fault->id : "", delivery.cut);
  if (recorder_ && IsControlPlane(service) && !fault) recorder_(request, delivery.reply);
  return delivery;
}

WireReply Service::Arm(WireRequest const& request) {
  auto const caller = entra::VerifyToken(estate_, key_, request.Header("Authorization"),
                                         entra::ArmAudiences(estate_));
  return caller ? arm::HandleArm(estate_, *caller, request) : TokenRefused(estate_, caller.error());
}

WireReply Service::Kusto(std::string const& cluster_key, WireRequest const& request) {
  auto const& cluster = *FindCluster(estate_, cluster_key);
  KustoRequest wanted{.method = request.method,
                      .path = request.path,
                      .query = request.query,
                      .headers = request.headers,
                      .body = request.body};
  if (!SameName(request.path, kMetadataPath)) {
    auto caller = entra::VerifyToken(estate_, key_, request.Header("Authorization"),
                                     entra::KustoAudiences(cluster));
    if (!caller) {
      WireReply refused;
      refused.status = 401;
      refused.headers["WWW-Authenticate"] =
          fmt::format(R"(Bearer authorization_uri="{}/{}")", estate_.endpoint, cluster.tenant_id);
      return refused;
    }
    wanted.caller = std::move(*caller);
  }
  auto answer = HandleKusto(estate_, cluster_key, wanted);
  WireReply reply{.status = answer.status,
                  .headers = std::move(answer.headers),
                  .body = std::move(answer.body),
                  .operation = std::move(answer.operation),
                  .cluster = cluster_key,
                  .app_id = wanted.caller ? wanted.caller->app_id : "",
                  .is_write = answer.is_write,
                  .was_accepted = answer.was_accepted};
  reply.headers.try_emplace("Content-Type", "application/json; charset=utf-8");
  return reply;
}

Delivery Service::ServeControl(WireRequest const& request) {
  if (request.is_local && IsSideDoorPath(request.path)) {
    std::lock_guard const lock(estate_.mutex);
    Settle(estate_);
    Delivery delivery;
    delivery.reply = HandleSideDoor(estate_, request);
    Settle(estate_);
    return delivery;
  }
  FaultSubject subject{.method = request.method, .path = request.Target()};
  if (request.path.starts_with("/metadata/identity/")) {
    subject.service = "imds";
    return Serve("imds", subject, request,
                 [&] { return entra::HandleIdentityEndpoint(estate_, key_, request); });
  }
  if (entra::IsEntraPath(request.path)) {
    subject.service = "entra";
    return Serve("entra", subject, request,
                 [&] { return entra::HandleEntra(estate_, key_, request); });
  }
  auto const parts = PathParts(request.path);
  subject.service = IsForDataShare(parts) ? "datashare" : "arm";
  if (parts.size() > 7 && SameName(parts.at(5), "Microsoft.Kusto"))
    subject.cluster = Lower(parts.at(7));
  return Serve(subject.service, subject, request, [&] { return Arm(request); });
}

Delivery Service::ServeCluster(std::string const& cluster_key, WireRequest const& request) {
  FaultSubject const subject{.service = "kusto",
                             .method = request.method,
                             .path = request.Target(),
                             .command = CommandOf(request),
                             .cluster = cluster_key};
  bool is_running = true;
  auto delivery = Serve("kusto", subject, request, [&] {
    auto const* const cluster = FindCluster(estate_, cluster_key);
    is_running = cluster != nullptr && cluster->state == "Running";
    if (is_running) return Kusto(cluster_key, request);
    WireReply unreachable;
    unreachable.status = 0;
    unreachable.cluster = cluster_key;
    return unreachable;
  });
  delivery.cut = delivery.cut || !is_running;
  return delivery;
}

}  // namespace adxf::emulator
