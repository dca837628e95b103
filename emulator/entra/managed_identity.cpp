#include "emulator/entra/managed_identity.hpp"

#include "emulator/entra/tokens.hpp"
#include "emulator/state.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <vector>

namespace adxf::emulator::entra {

namespace {

WireReply IdentityError(int status, std::string const& error, std::string const& text) {
  auto reply = JsonReply(status, {{"error", error}, {"error_description", text}});
  reply.operation = "managed-identity-token";
  return reply;
}

/// What is wrong with the request itself; the status is 0 when nothing is.
WireReply CheckRequest(WireRequest const& request) {
  if (request.method != "GET") return IdentityError(405, "invalid_request", "Method not allowed");
  if (!SameName(request.Header("Metadata"), "true"))
    return IdentityError(400, "invalid_request", "Required metadata header not specified");
  // Whoever is reached by a proxy is not the machine itself.
  if (!request.Header("X-Forwarded-For").empty())
    return IdentityError(400, "invalid_request", "X-Forwarded-For is not allowed");
  if (request.Parameter("resource").empty() || request.Parameter("api-version").empty()) {
    return IdentityError(400, "invalid_request",
                         "Required query parameters 'resource' and 'api-version' must be given");
  }
  WireReply fine;
  fine.status = 0;
  return fine;
}

/// The identities that are meant; each selector that is given must fit.
std::vector<Application const*> Meant(Estate const& estate, WireRequest const& request) {
  auto const fits = [&](char const* selector, std::string const& value) {
    auto const wanted = request.Parameter(selector);
    return wanted.empty() || SameName(wanted, value);
  };
  std::vector<Application const*> found;
  for (auto const& app : estate.applications) {
    if (app.is_managed_identity && fits("client_id", app.client_id) &&
        fits("object_id", app.object_id) && fits("msi_res_id", app.resource_id))
      found.push_back(&app);
  }
  return found;
}

}  // namespace

WireReply HandleIdentityEndpoint(Estate& estate, SigningKey const& key,
                                 WireRequest const& request) {
  if (auto wrong = CheckRequest(request); wrong.status != 0) return wrong;
  auto const resource = request.Parameter("resource");
  auto const apps = Meant(estate, request);
  if (apps.empty()) return IdentityError(400, "invalid_request", "Identity not found");
  if (apps.size() > 1) {
    return IdentityError(400, "invalid_request",
                         "Multiple user assigned identities exist, please specify the clientId / "
                         "resourceId of the identity in the token request");
  }
  if (!IsKnownResource(estate, resource))
    return IdentityError(400, "invalid_resource",
                         "AADSTS500011: The resource principal was not found.");
  auto const& app = *apps.front();
  auto const expires = estate.Now() + estate.settings.token_lifetime;
  auto const epoch =
      std::chrono::duration_cast<std::chrono::seconds>(expires.time_since_epoch()).count();
  auto reply = JsonReply(
      200, {{"access_token", IssueToken(estate, key, app, resource)},
            {"client_id", app.client_id},
            {"expires_in", std::to_string(estate.settings.token_lifetime.count())},
            {"expires_on", std::to_string(epoch)},
            {"ext_expires_in", std::to_string(estate.settings.token_lifetime.count())},
            {"not_before", std::to_string(epoch - estate.settings.token_lifetime.count())},
            {"resource", resource},
            {"token_type", "Bearer"}});
  reply.operation = "managed-identity-token";
  reply.app_id = app.client_id;
  return reply;
}

}  // namespace adxf::emulator::entra
