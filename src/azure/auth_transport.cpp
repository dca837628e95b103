#include "azure/auth_transport.hpp"

#include <utility>

namespace adxf::azure {
namespace {

constexpr int kUnauthorizedStatus = 401;

std::string WithDefault(std::string_view resource) {
  while (resource.ends_with('/')) resource.remove_suffix(1);
  return std::string(resource) + "/.default";
}

}  // namespace

Result<std::string> ScopeFor(Cloud const& cloud, std::string_view url) {
  if (cloud.CheckArmUrl(url)) return WithDefault(cloud.arm_audience);
  if (auto kusto = cloud.CheckKustoUrl(url); !kusto)
    return std::unexpected(std::move(kusto).error());
  auto const origin = http::OriginOf(url);
  auto const scheme = origin.substr(0, origin.find("://"));
  return WithDefault(scheme + "://" + http::HostOf(url));
}

AuthTransport::AuthTransport(http::Transport& next, TokenSource& tokens, Cloud const& cloud)
    : next_(next), tokens_(tokens), cloud_(cloud) {}

Result<http::Response> AuthTransport::Send(http::Request const& request,
                                           http::CallContext const& call) {
  TRY_ASSIGN(auto const scope, ScopeFor(cloud_, request.url));
  auto response = SendOnce(request, scope, call);
  if (!response || response->status != kUnauthorizedStatus) return response;
  // Any 401 may be a token that was revoked before its time. The refused request had no effect, so
  // that even one that is not repeatable may be sent again.
  tokens_.Invalidate(scope);
  return SendOnce(request, scope, call);
}

Result<http::Response> AuthTransport::SendOnce(http::Request request, std::string const& scope,
                                               http::CallContext const& call) {
  TRY_ASSIGN(auto const token, tokens_.Get(scope, call));
  request.headers["Authorization"] = "Bearer " + std::string(token.value.Reveal());
  return next_.Send(request, call);
}

}  // namespace adxf::azure
