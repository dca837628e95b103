#include "emulator/arm/router.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace adxf::emulator::arm {

namespace {

constexpr std::array<std::string_view, 8> kKustoVersions{"2022-02-01", "2022-07-07", "2022-11-11",
                                                         "2022-12-29", "2023-05-02", "2023-08-15",
                                                         "2024-04-13", "2025-02-14"};
constexpr std::array<std::string_view, 9> kResourcesVersions{
    "2016-06-01", "2018-05-01", "2019-10-01", "2020-01-01", "2021-01-01",
    "2021-04-01", "2022-09-01", "2022-12-01", "2024-03-01"};

template <class Array>
std::string Joined(Array const& versions) {
  return fmt::format("{}", fmt::join(versions, ", "));
}

/// What the {names} of a pattern stand for in a path; nothing where it does not fit.
std::optional<ByName<std::string>> Match(std::string_view pattern,
                                         std::vector<std::string> const& parts) {
  auto const wanted = PathParts(pattern);
  if (wanted.size() != parts.size()) return std::nullopt;
  ByName<std::string> params;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto const& name = wanted[i];
    if (name.starts_with('{')) {
      params[name.substr(1, name.size() - 2)] = parts[i];
    } else if (!SameName(name, parts[i])) {
      return std::nullopt;
    }
  }
  return params;
}

struct Routed {
  Route const* route = nullptr;
  ByName<std::string> params{};
  std::vector<std::string_view> other_methods{};  ///< the path exists, for these
};

Routed Find(std::string_view method, std::vector<std::string> const& parts) {
  Routed routed;
  for (auto const& route : Routes()) {
    auto params = Match(route.Pattern(), parts);
    if (!params) continue;
    if (route.method == method) return {.route = &route, .params = std::move(*params)};
    routed.other_methods.push_back(route.method);
  }
  return routed;
}

std::string ProviderOf(std::vector<std::string> const& parts) {
  auto const found =
      std::ranges::find_if(parts, [](auto const& part) { return SameName(part, "providers"); });
  return found == parts.end() || found + 1 == parts.end() ? std::string{} : *(found + 1);
}

/// "clusters/databases" out of /…/providers/Microsoft.Kusto/clusters/a/databases/b.
std::string TypeOf(std::vector<std::string> const& parts) {
  auto at =
      std::ranges::find_if(parts, [](auto const& part) { return SameName(part, "providers"); });
  std::string type;
  for (at = at == parts.end() ? at : at + 2; at < parts.end(); at += 2) {
    type += (type.empty() ? "" : "/") + *at;
    if (at + 1 == parts.end()) break;
  }
  return type;
}

WireReply Unrouted(Routed const& routed, std::vector<std::string> const& parts,
                   WireRequest const& request) {
  if (!routed.other_methods.empty()) {
    auto reply = ErrorReply(
        405, "MethodNotAllowed",
        fmt::format("The requested resource does not support http method '{}'.", request.method));
    reply.headers["Allow"] = Joined(routed.other_methods);
    return reply;
  }
  auto const provider = ProviderOf(parts);
  if (!provider.empty() && !SameName(provider, "Microsoft.Kusto")) {
    return ErrorReply(404, "InvalidResourceNamespace",
                      fmt::format("The resource namespace '{}' is invalid.", provider));
  }
  if (provider.empty())
    return ErrorReply(404, "NotFound", fmt::format("No resource is served at '{}'.", request.path));
  return ErrorReply(404, "InvalidResourceType",
                    fmt::format("The resource type '{}' could not be found in the namespace '{}' "
                                "for api version '{}'. The supported "
                                "api-versions are '{}'.",
                                TypeOf(parts), provider, request.Parameter("api-version"),
                                Joined(kKustoVersions)));
}

std::optional<WireReply> CheckVersion(std::vector<std::string> const& parts,
                                      std::string const& version) {
  if (version.empty()) {
    return ErrorReply(
        400, "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.");
  }
  bool const is_kusto = !ProviderOf(parts).empty();
  if (!is_kusto && std::ranges::find(kResourcesVersions, version) == kResourcesVersions.end()) {
    return ErrorReply(
        400, "InvalidApiVersionParameter",
        fmt::format("The api-version '{}' is invalid. The supported versions are '{}'.", version,
                    Joined(kResourcesVersions)));
  }
  if (is_kusto && std::ranges::find(kKustoVersions, version) == kKustoVersions.end()) {
    return ErrorReply(400, "NoRegisteredProviderFound",
                      fmt::format("No registered resource provider found for location '' and API "
                                  "version '{}' for type '{}'. The "
                                  "supported api-versions are '{}'.",
                                  version, TypeOf(parts), Joined(kKustoVersions)));
  }
  return std::nullopt;
}

/// "PUT clusters/attachedDatabaseConfigurations"; LIST where a collection is read.
std::string OperationName(Route const& route, std::vector<std::string> const& parts) {
  bool const is_list = route.method == "GET" && !route.Pattern().ends_with('}');
  auto const type = TypeOf(parts);
  return fmt::format("{} {}", is_list ? "LIST" : route.method,
                     type.empty() ? "subscriptions" : type);
}

/// The resource a right is needed on: the path without a trailing action or collection.
std::string ScopeOf(std::vector<std::string> const& parts) {
  auto const provider =
      std::ranges::find_if(parts, [](auto const& part) { return SameName(part, "providers"); });
  auto end = parts.end();
  if (provider != parts.end() && (parts.end() - provider) % 2 != 0) --end;
  std::string scope;
  for (auto at = parts.begin(); at != end; ++at) scope += "/" + *at;
  return scope.ends_with("/Microsoft.Kusto") ? scope.substr(0, scope.find("/providers/")) : scope;
}

std::optional<WireReply> CheckSubscription(Context const& context) {
  auto const& id = context.Param("subscription");
  if (!IsGuid(id))
    return ErrorReply(
        400, "InvalidSubscriptionId",
        fmt::format("The provided subscription identifier '{}' is malformed or invalid.", id));
  auto const found = context.estate.subscriptions.find(id);
  if (found == context.estate.subscriptions.end()) {
    return ErrorReply(404, "SubscriptionNotFound",
                      fmt::format("The subscription '{}' could not be found.", id));
  }
  if (!SameName(found->second.tenant_id, context.caller.tenant_id)) {
    auto reply =
        ErrorReply(401, "InvalidAuthenticationTokenTenant",
                   fmt::format("The access token is from the wrong issuer "
                               "'https://sts.windows.net/{}/'. It must match the tenant "
                               "'https://sts.windows.net/{}/' associated with this subscription.",
                               context.caller.tenant_id, found->second.tenant_id));
    reply.headers["WWW-Authenticate"] = fmt::format(
        R"(Bearer authorization_uri="{}/{}", error="invalid_token", error_description="The access token is from the wrong issuer.")",
        context.estate.endpoint, found->second.tenant_id);
    return reply;
  }
  return std::nullopt;
}

/// Group and cluster of the path must exist, but for a cluster that is to be deleted.
std::optional<WireReply> CheckParents(Context& context, Route const& route,
                                      std::vector<std::string> const& parts) {
  auto const group = context.params.find("group");
  if (group == context.params.end()) return std::nullopt;
  auto const& subscription =
      context.estate.subscriptions.find(context.Param("subscription"))->second;
  if (!subscription.resource_groups.contains(group->second)) {
    return ErrorReply(404, "ResourceGroupNotFound",
                      fmt::format("Resource group '{}' could not be found.", group->second));
  }
  auto const& name = context.Param("cluster");
  if (name.empty()) return std::nullopt;
  auto* const cluster = FindCluster(context.estate, name);
  bool const is_here = cluster != nullptr && SameName(cluster->subscription, subscription.id) &&
                       SameName(cluster->resource_group, group->second);
  if (is_here) {
    context.cluster = cluster;
    return std::nullopt;
  }
  if (route.base == Base::kCluster && route.method == "DELETE" && route.tail.empty())
    return std::nullopt;
  bool const is_child = SameName(context.request.method, "POST") ? false : parts.size() > 8;
  if (!is_child) return NotFound("Microsoft.Kusto/clusters", name, group->second);
  return ErrorReply(
      404, "ParentResourceNotFound",
      fmt::format("Failed to perform '{}' on resource(s) of type '{}', because the parent resource "
                  "'/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Kusto/clusters/{}' "
                  "could not be found.",
                  context.request.method == "GET" ? "read" : "write", TypeOf(parts),
                  subscription.id, group->second, name));
}

WireReply Serve(Context& context, Route const& route, std::vector<std::string> const& parts) {
  if (auto refused = CheckVersion(parts, context.api_version)) return *refused;
  if (auto refused = CheckSubscription(context)) return *refused;
  auto const scope = ScopeOf(parts);
  // Anybody with a role somewhere in a subscription may read the subscription itself and operations
  // in it.
  bool const is_general = route.base == Base::kSubscription && route.right == Right::kRead &&
                          !route.tail.ends_with("clusters");
  bool const may = is_general ? HasRoleWithin(context.estate, context.caller,
                                              "/subscriptions/" + context.Param("subscription"))
                              : MayDo(context.estate, context.caller, route.right, scope);
  if (!may) return AuthorizationFailed(context.caller, route.action, scope);
  ByName<std::string> limits;
  auto missing = CheckParents(context, route, parts);
  if (auto throttled = Throttle(context, limits)) return *throttled;
  auto reply = missing ? *missing : route.handler(context);
  reply.headers.insert(limits.begin(), limits.end());
  return reply;
}

}  // namespace

std::string Route::Pattern() const {
  static constexpr std::string_view kGroupPath =
      "/subscriptions/{subscription}/resourceGroups/{group}";
  static constexpr std::string_view kClusterPath = "/providers/Microsoft.Kusto/clusters/{cluster}";
  switch (base) {
    case Base::kSubscription: return fmt::format("/subscriptions/{{subscription}}{}", tail);
    case Base::kGroup: return fmt::format("{}{}", kGroupPath, tail);
    case Base::kCluster: return fmt::format("{}{}{}", kGroupPath, kClusterPath, tail);
    case Base::kAttachment:
      return fmt::format("{}{}/attachedDatabaseConfigurations/{{attachment}}{}", kGroupPath,
                         kClusterPath, tail);
    case Base::kDatabase:
      return fmt::format("{}{}/databases/{{database}}{}", kGroupPath, kClusterPath, tail);
  }
  return {};
}

bool IsArmPath(std::string_view path) {
  auto const parts = PathParts(path);
  return !parts.empty() &&
         (SameName(parts.front(), "subscriptions") || SameName(parts.front(), "providers"));
}

WireReply HandleArm(Estate& estate, Caller const& caller, WireRequest const& request) {
  auto const parts = PathParts(request.path);
  auto routed = Find(request.method, parts);
  Context context{.estate = estate,
                  .caller = caller,
                  .request = request,
                  .params = std::move(routed.params),
                  .api_version = request.Parameter("api-version")};
  auto reply = routed.route != nullptr ? Serve(context, *routed.route, parts)
                                       : Unrouted(routed, parts, request);
  reply.operation = routed.route != nullptr ? OperationName(*routed.route, parts) : request.method;
  reply.is_write = routed.route != nullptr && routed.route->right == Right::kWrite;
  reply.cluster = Lower(context.Param("cluster"));
  reply.app_id = caller.app_id;
  auto const request_id = estate.NewGuid();
  reply.headers["x-ms-request-id"] = request_id;
  reply.headers["x-ms-correlation-request-id"] = request_id;
  reply.headers["x-ms-routing-request-id"] = "EMULATOR:" + Iso8601(estate.Now()) + ":" + request_id;
  if (auto const client = request.Header("x-ms-client-request-id"); !client.empty())
    reply.headers["x-ms-client-request-id"] = client;
  return reply;
}

}  // namespace adxf::emulator::arm
