#include "emulator/entra/tokens.hpp"

#include "emulator/state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <ranges>

namespace adxf::emulator::entra {

namespace {

using nlohmann::json;

std::int64_t Epoch(TimePoint time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::unexpected<Refusal> Refuse(TokenFault fault, std::string message) {
  return std::unexpected(Refusal{fault, std::move(message)});
}

/// The part of a URL before its port.
std::string WithoutPort(std::string const& url) {
  auto const colon = url.rfind(':');
  return colon == std::string::npos || colon < 6 ? url : url.substr(0, colon);
}

std::string ClaimText(json const& claims, char const* name) {
  auto const found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

std::string NormaliseAudience(std::string_view audience) {
  auto text = Lower(audience);
  while (text.ends_with('/')) text.pop_back();
  return text;
}

std::string IssueToken(Estate const& estate, SigningKey const& key, Application const& app,
                       std::string_view audience) {
  auto const now = Epoch(estate.Now());
  json const header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", key.Id()}};
  json const claims{{"aud", audience},
                    {"iss", "https://sts.windows.net/" + app.tenant_id + "/"},
                    {"iat", now},
                    {"nbf", now},
                    {"exp", now + estate.settings.token_lifetime.count()},
                    {"appid", app.client_id},
                    {"appidacr", "1"},
                    {"idtyp", "app"},
                    {"oid", app.object_id},
                    {"sub", app.object_id},
                    {"tid", app.tenant_id},
                    {"ver", "1.0"}};
  auto const signed_part = Base64Url(header.dump()) + "." + Base64Url(claims.dump());
  return signed_part + "." + Base64Url(key.Sign(signed_part));
}

std::expected<Caller, Refusal> VerifyToken(Estate const& estate, SigningKey const& key,
                                           std::string_view authorization,
                                           std::vector<std::string> const& audiences) {
  if (authorization.empty()) {
    return Refuse(TokenFault::kMissing,
                  "Authentication failed. The 'Authorization' header is missing.");
  }
  if (!Lower(authorization.substr(0, 7)).starts_with("bearer ")) {
    return Refuse(TokenFault::kMalformed,
                  "The 'Authorization' header is provided in an invalid format.");
  }
  auto const token = authorization.substr(7);
  auto const first = token.find('.');
  auto const second = token.rfind('.');
  if (first == std::string_view::npos || first == second)
    return Refuse(TokenFault::kMalformed, "The access token is invalid.");
  if (!key.Verify(token.substr(0, second), FromBase64Url(token.substr(second + 1)))) {
    return Refuse(TokenFault::kSignature,
                  "The access token is invalid: its signature could not be validated.");
  }
  auto const claims =
      json::parse(FromBase64Url(token.substr(first + 1, second - first - 1)), nullptr, false);
  if (!claims.is_object()) return Refuse(TokenFault::kMalformed, "The access token is invalid.");
  if (claims.value("exp", std::int64_t{0}) <= Epoch(estate.Now())) {
    return Refuse(TokenFault::kExpired,
                  "The access token expiry UTC time is earlier than current UTC time.");
  }
  auto const audience = ClaimText(claims, "aud");
  if (std::ranges::find(audiences, NormaliseAudience(audience), NormaliseAudience) ==
      audiences.end()) {
    return Refuse(
        TokenFault::kAudience,
        "The access token has been obtained for wrong audience or resource '" + audience + "'.");
  }
  return Caller{.tenant_id = ClaimText(claims, "tid"),
                .object_id = ClaimText(claims, "oid"),
                .app_id = ClaimText(claims, "appid")};
}

std::vector<std::string> ArmAudiences(Estate const& estate) {
  return {"https://management.azure.com", "https://management.core.windows.net",
          "https://management.usgovcloudapi.net", "https://management.chinacloudapi.cn",
          estate.endpoint};
}

std::vector<std::string> KustoAudiences(Cluster const& cluster) {
  return {cluster.uri, WithoutPort(cluster.uri), "https://kusto.kusto.windows.net",
          "https://api.kusto.windows.net"};
}

bool IsKnownResource(Estate const& estate, std::string_view resource) {
  auto const wanted = NormaliseAudience(resource);
  auto const holds = [&](std::vector<std::string> const& audiences) {
    return std::ranges::any_of(audiences,
                               [&](auto const& a) { return NormaliseAudience(a) == wanted; });
  };
  if (holds(ArmAudiences(estate))) return true;
  return std::ranges::any_of(estate.clusters | std::views::values,
                             [&](auto const& c) { return holds(KustoAudiences(c)); });
}

}  // namespace adxf::emulator::entra
