#include "emulator/entra/endpoint.hpp"

#include "emulator/entra/assertions.hpp"
#include "emulator/entra/tokens.hpp"
#include "emulator/state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <ranges>

namespace adxf::emulator::entra {

namespace {

using nlohmann::json;

constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

WireReply RefusedReply(Estate& estate, Refused const& refused) {
  auto const trace = estate.NewGuid();
  auto const correlation = estate.NewGuid();
  auto stamp = Iso8601(estate.Now()).substr(0, 19) + "Z";
  stamp.at(10) = ' ';
  auto const text = fmt::format("AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
                                refused.code, refused.message, trace, correlation, stamp);
  auto reply =
      JsonReply(refused.error == "invalid_client" ? 401 : 400,
                {{"error", refused.error},
                 {"error_description", text},
                 {"error_codes", {refused.code}},
                 {"timestamp", stamp},
                 {"trace_id", trace},
                 {"correlation_id", correlation},
                 {"error_uri", fmt::format("{}/error?code={}", estate.endpoint, refused.code)}});
  reply.operation = "token";
  return reply;
}

std::optional<Refused> CheckSecret(Estate const& estate, Application const& app,
                                   std::string const& secret) {
  auto const found = std::ranges::find(app.secrets, secret, &ClientSecret::value);
  if (found == app.secrets.end()) {
    return Refused{
        7000215, "invalid_client",
        fmt::format("Invalid client secret provided. Ensure the secret being sent in the request "
                    "is the client "
                    "secret value, not the client secret ID, for a secret added to app '{}'.",
                    app.client_id)};
  }
  if (found->expires && *found->expires <= estate.Now()) {
    return Refused{7000222, "invalid_client",
                   fmt::format("The provided client secret keys for app '{}' are expired. Create "
                               "new keys for your app.",
                               app.client_id)};
  }
  return std::nullopt;
}

std::optional<Refused> CheckCredential(Estate& estate, Application const& app,
                                       ByName<std::string> const& form) {
  auto const get = [&](std::string_view name) {
    auto const found = form.find(name);
    return found == form.end() ? std::string{} : found->second;
  };
  if (auto const secret = get("client_secret"); !secret.empty())
    return CheckSecret(estate, app, secret);
  auto const assertion = get("client_assertion");
  if (assertion.empty()) {
    return Refused{7000218, "invalid_client",
                   "The request body must contain the following parameter: 'client_assertion' or "
                   "'client_secret'."};
  }
  if (get("client_assertion_type") != kAssertionType) {
    return Refused{
        900144, "invalid_request",
        "The request body must contain the following parameter: 'client_assertion_type'."};
  }
  return CheckAssertion(estate, app, assertion);
}

/// The resource a token is asked for: `scope={resource}/.default`, or `resource=` in the older
/// form.
std::expected<std::string, Refused> ResourceOf(ByName<std::string> const& form) {
  if (auto const v1 = form.find("resource"); v1 != form.end()) return v1->second;
  auto const found = form.find("scope");
  if (found == form.end() || found->second.empty()) {
    return std::unexpected(
        Refused{900144, "invalid_request",
                "The request body must contain the following parameter: 'scope'."});
  }
  auto scope = found->second;
  if (!scope.ends_with("/.default")) {
    return std::unexpected(Refused{
        1002012, "invalid_scope",
        fmt::format(
            "The provided value for scope {} is not valid. Client credential flows must have "
            "a scope value with /.default suffixed to the resource identifier.",
            scope)});
  }
  scope.resize(scope.size() - std::string_view("/.default").size());
  return scope;
}

std::expected<std::string, Refused> Grant(Estate& estate, SigningKey const& key,
                                          std::string const& tenant_name,
                                          ByName<std::string> const& form) {
  auto const* const tenant = FindTenant(estate, tenant_name);
  if (tenant == nullptr) {
    return std::unexpected(Refused{
        90002, "invalid_request",
        fmt::format("Tenant '{}' not found. Check to make sure you have the correct tenant ID.",
                    tenant_name)});
  }
  if (auto const grant = form.find("grant_type");
      grant == form.end() || grant->second != "client_credentials") {
    return std::unexpected(
        Refused{70003, "unsupported_grant_type", "The app requested an unsupported grant type."});
  }
  auto const client = form.find("client_id");
  auto const* const app =
      client == form.end() ? nullptr : FindApplication(estate, tenant->id, client->second);
  if (app == nullptr) {
    return std::unexpected(
        Refused{700016, "unauthorized_client",
                fmt::format("Application with identifier '{}' was not found in the directory '{}'.",
                            client == form.end() ? "" : client->second, tenant->display_name)});
  }
  if (auto refused = CheckCredential(estate, *app, form)) return std::unexpected(*refused);
  auto const resource = ResourceOf(form);
  if (!resource) return std::unexpected(resource.error());
  if (!IsKnownResource(estate, *resource)) {
    return std::unexpected(
        Refused{500011, "invalid_resource",
                fmt::format("The resource principal named {} was not found in the tenant named {}.",
                            *resource, tenant->display_name)});
  }
  return IssueToken(estate, key, *app, *resource);
}

WireReply TokenReply(Estate& estate, SigningKey const& key, std::string const& tenant,
                     WireRequest const& request) {
  auto const form = ParseForm(request.body);
  auto const token = Grant(estate, key, tenant, form);
  auto reply = token ? JsonReply(200, {{"token_type", "Bearer"},
                                       {"expires_in", estate.settings.token_lifetime.count()},
                                       {"ext_expires_in", estate.settings.token_lifetime.count()},
                                       {"access_token", *token}})
                     : RefusedReply(estate, token.error());
  reply.operation = "token";
  reply.headers["Cache-Control"] = "no-store, no-cache";
  if (auto const client = form.find("client_id"); client != form.end())
    reply.app_id = client->second;
  return reply;
}

WireReply OpenIdReply(Estate& estate, std::string const& tenant_name) {
  auto const* const tenant = FindTenant(estate, tenant_name);
  bool const is_general = SameName(tenant_name, "common") || SameName(tenant_name, "organizations");
  if (tenant == nullptr && !is_general) {
    return RefusedReply(
        estate, {90002, "invalid_tenant", fmt::format("Tenant '{}' not found.", tenant_name)});
  }
  auto const root = estate.endpoint + "/" + (tenant != nullptr ? tenant->id : tenant_name);
  auto reply = JsonReply(
      200, {{"token_endpoint", root + "/oauth2/v2.0/token"},
            {"token_endpoint_auth_methods_supported", {"client_secret_post", "private_key_jwt"}},
            {"jwks_uri", root + "/discovery/v2.0/keys"},
            {"response_types_supported", {"code", "id_token"}},
            {"subject_types_supported", {"pairwise"}},
            {"id_token_signing_alg_values_supported", {"RS256"}},
            {"issuer", root + "/v2.0"},
            {"authorization_endpoint", root + "/oauth2/v2.0/authorize"},
            {"device_authorization_endpoint", root + "/oauth2/v2.0/devicecode"},
            {"end_session_endpoint", root + "/oauth2/v2.0/logout"},
            {"tenant_region_scope", "NA"},
            {"cloud_instance_name", "microsoftonline.com"}});
  reply.operation = "openid-configuration";
  return reply;
}

WireReply KeysReply(SigningKey const& key) {
  auto reply = JsonReply(200, {{"keys",
                                {{{"kty", "RSA"},
                                  {"use", "sig"},
                                  {"alg", "RS256"},
                                  {"kid", key.Id()},
                                  {"n", key.Modulus()},
                                  {"e", key.Exponent()}}}}});
  reply.operation = "keys";
  return reply;
}

WireReply DiscoveryReply(Estate const& estate) {
  auto const host = estate.endpoint.substr(estate.endpoint.find("//") + 2);
  auto reply = JsonReply(
      200, {{"tenant_discovery_endpoint",
             estate.endpoint + "/common/v2.0/.well-known/openid-configuration"},
            {"api-version", "1.1"},
            {"metadata",
             {{{"preferred_network", host}, {"preferred_cache", host}, {"aliases", {host}}}}}});
  reply.operation = "instance-discovery";
  return reply;
}

}  // namespace

bool IsEntraPath(std::string_view path) {
  auto const parts = PathParts(path);
  if (parts.size() < 3) return false;
  return parts.at(1) == "oauth2" || parts.at(1) == "discovery" ||
         (parts.at(1) == "v2.0" && parts.at(2) == ".well-known") || parts.at(1) == ".well-known";
}

WireReply HandleEntra(Estate& estate, SigningKey const& key, WireRequest const& request) {
  auto const parts = PathParts(request.path);
  auto const& tail = parts.back();
  if (tail == "token" && request.method == "POST")
    return TokenReply(estate, key, parts.front(), request);
  if (tail == "openid-configuration" && request.method == "GET")
    return OpenIdReply(estate, parts.front());
  if (tail == "keys" && request.method == "GET") return KeysReply(key);
  if (tail == "instance" && request.method == "GET") return DiscoveryReply(estate);
  auto reply = RefusedReply(
      estate, {900561, "invalid_request", "The endpoint does not accept this request."});
  reply.status = tail == "token" ? 400 : 404;
  return reply;
}

}  // namespace adxf::emulator::entra
