#include "emulator/arm/router.hpp"

#include "emulator/arm/versions.hpp"
#include "emulator/datashare/routes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace adxf::emulator::arm {

namespace {

constexpr std::string_view kAnyScope = "{scope}";

/// A route with its pattern taken apart once.
struct Compiled {
  Route const* route = nullptr;
  std::vector<std::string> pattern{};
};

std::vector<Compiled> Compile() {
  std::vector<Compiled> all;
  for (auto const routes : {Routes(), datashare::Routes()}) {
    for (auto const& route : routes) all.push_back({&route, PathParts(route.Pattern())});
  }
  return all;
}

/// Takes the parts that stand for {scope}: all that the rest of the pattern leaves.
std::vector<std::string> TakeScope(std::vector<std::string> const& pattern,
                                   std::vector<std::string> const& parts,
                                   ByName<std::string>& params) {
  auto const length = parts.size() - (pattern.size() - 1);
  std::string scope;
  for (std::size_t i = 0; i < length; ++i) scope += "/" + parts[i];
  params["scope"] = scope;
  if (length > 1 && SameName(parts[0], "subscriptions")) params["subscription"] = parts[1];
  if (length > 3 && SameName(parts[2], "resourceGroups")) params["group"] = parts[3];
  std::vector<std::string> rest{std::string(kAnyScope)};
  rest.insert(rest.end(), parts.begin() + static_cast<std::ptrdiff_t>(length), parts.end());
  return rest;
}

/// What the {names} of a pattern stand for in a path; nothing where it does not fit.
std::optional<ByName<std::string>> Match(std::vector<std::string> const& pattern,
                                         std::vector<std::string> const& path) {
  ByName<std::string> params;
  bool const has_scope = pattern.front() == kAnyScope && path.size() > pattern.size();
  auto const parts = has_scope ? TakeScope(pattern, path, params) : path;
  if (pattern.size() != parts.size()) return std::nullopt;
  for (std::size_t i = has_scope ? 1 : 0; i < parts.size(); ++i) {
    auto const& name = pattern[i];
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
  static std::vector<Compiled> const kAll = Compile();
  Routed routed;
  for (auto const& [route, pattern] : kAll) {
    auto params = Match(pattern, parts);
    if (!params) continue;
    if (route->method == method) return {.route = route, .params = std::move(*params)};
    routed.other_methods.push_back(route->method);
  }
  return routed;
}

/// Where the last "providers" of a path is: what follows it names the resource that is meant.
auto ProvidersIn(std::vector<std::string> const& parts) {
  auto found = parts.end();
  for (auto it = parts.begin(); it != parts.end(); ++it) {
    if (SameName(*it, "providers")) found = it;
  }
  return found;
}

std::string ProviderOf(std::vector<std::string> const& parts) {
  auto const found = ProvidersIn(parts);
  return found == parts.end() || found + 1 == parts.end() ? std::string{} : *(found + 1);
}

/// "clusters/databases" out of /…/providers/Microsoft.Kusto/clusters/a/databases/b.
std::string TypeOf(std::vector<std::string> const& parts) {
  auto at = ProvidersIn(parts);
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
    reply.headers["Allow"] = fmt::format("{}", fmt::join(routed.other_methods, ", "));
    return reply;
  }
  auto const provider = ProviderOf(parts);
  if (!provider.empty() && VersionsOf(provider).empty()) {
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
                                fmt::join(VersionsOf(provider), ", ")));
}

/// "PUT clusters/attachedDatabaseConfigurations"; LIST where a collection is read.
std::string OperationName(Route const& route, std::vector<std::string> const& parts) {
  bool const is_list = route.method == "GET" && !route.Pattern().ends_with('}');
  auto const type = TypeOf(parts);
  return fmt::format("{} {}", is_list ? "LIST" : route.method,
                     type.empty() ? "subscriptions" : type);
}

/// The resource a right is needed on: the path without a trailing action or collection.
std::string ScopeOf(Context const& context, Route const& route,
                    std::vector<std::string> const& parts) {
  if (route.base == Base::kScope) return context.Param("scope");
  auto const provider = ProvidersIn(parts);
  auto end = parts.end();
  if (provider != parts.end() && (parts.end() - provider) % 2 != 0) --end;
  // A list of all resources of a type is read in the group or the subscription.
  if (end - provider == 2) end = provider;
  std::string scope;
  for (auto at = parts.begin(); at != end; ++at) scope += "/" + *at;
  return scope;
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

/// Anybody with a role somewhere in a subscription may read the subscription itself, what it is
/// registered for, and operations in it.
bool IsGeneral(Route const& route) {
  return route.base == Base::kSubscription && route.right == Right::kRead &&
         (route.Provider() == "Microsoft.Resources" ||
          route.tail.find("operationResults") != std::string_view::npos);
}

std::optional<WireReply> CheckRight(Context const& context, Route const& route,
                                    std::vector<std::string> const& parts) {
  auto const scope = ScopeOf(context, route, parts);
  bool const may = IsGeneral(route)
                       ? HasRoleWithin(context.estate, context.caller,
                                       "/subscriptions/" + context.Param("subscription"))
                       : MayDo(context.estate, context.caller, route.right, scope);
  if (may) return std::nullopt;
  return AuthorizationFailed(context.caller, route.action, scope);
}

/// All that comes before the handler, in ARM's order. In a tenant, there is nothing to have a role
/// on: the handler looks at the token itself.
std::optional<WireReply> Refuse(Context const& context, Route const& route,
                                std::vector<std::string> const& parts) {
  if (auto refused = CheckVersion(route.Provider(), TypeOf(parts), context.api_version))
    return refused;
  if (route.base == Base::kTenant) return std::nullopt;
  if (auto refused = CheckSubscription(context)) return refused;
  if (auto refused = CheckRight(context, route, parts)) return refused;
  auto const& subscription =
      context.estate.subscriptions.find(context.Param("subscription"))->second;
  if (!subscription.IsRegistered(route.Provider())) return NotRegistered(route.Provider());
  return std::nullopt;
}

WireReply Serve(Context& context, Route const& route, std::vector<std::string> const& parts) {
  if (auto refused = Refuse(context, route, parts)) return *refused;
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
  static constexpr std::string_view kAccountPath =
      "/providers/Microsoft.DataShare/accounts/{account}";
  switch (base) {
    case Base::kTenant: return std::string(tail);
    case Base::kSubscription: return fmt::format("/subscriptions/{{subscription}}{}", tail);
    case Base::kGroup: return fmt::format("{}{}", kGroupPath, tail);
    case Base::kCluster: return fmt::format("{}{}{}", kGroupPath, kClusterPath, tail);
    case Base::kAttachment:
      return fmt::format("{}{}/attachedDatabaseConfigurations/{{attachment}}{}", kGroupPath,
                         kClusterPath, tail);
    case Base::kDatabase:
      return fmt::format("{}{}/databases/{{database}}{}", kGroupPath, kClusterPath, tail);
    case Base::kAccount: return fmt::format("{}{}{}", kGroupPath, kAccountPath, tail);
    case Base::kShare:
      return fmt::format("{}{}/shares/{{share}}{}", kGroupPath, kAccountPath, tail);
    case Base::kShareSubscription:
      return fmt::format("{}{}/shareSubscriptions/{{shareSubscription}}{}", kGroupPath,
                         kAccountPath, tail);
    case Base::kScope: return fmt::format("{}{}", kAnyScope, tail);
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
  reply.is_write = routed.route != nullptr &&
                   (routed.route->right == Right::kWrite || routed.route->right == Right::kGrant);
  reply.cluster = Lower(context.Param("cluster"));
  reply.app_id = caller.app_id;
  if (routed.route != nullptr && routed.route->Provider() == "Microsoft.DataShare")
    reply.headers["Server"] = "Kestrel";
  auto const request_id = estate.NewGuid();
  reply.headers["x-ms-request-id"] = request_id;
  reply.headers["x-ms-correlation-request-id"] = request_id;
  reply.headers["x-ms-routing-request-id"] = "EMULATOR:" + Iso8601(estate.Now()) + ":" + request_id;
  if (auto const client = request.Header("x-ms-client-request-id"); !client.empty())
    reply.headers["x-ms-client-request-id"] = client;
  return reply;
}

}  // namespace adxf::emulator::arm
