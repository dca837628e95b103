#include "azure/entra.hpp"

#include "azure/azure_error.hpp"
#include "azure/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>

namespace adxf::azure {
namespace {

struct KnownRefusal {
  std::string_view number;  ///< Of AADSTS.
  Code code;
  std::string_view advice;
};

// Permanent until somebody changes the configuration, but for 70021: a new federated credential
// takes minutes to work.
constexpr std::array kRefusals{
    KnownRefusal{"50012", Code::kUnauthorized,
                 "the client certificate or its signature was not accepted: register the "
                 "certificate with the application, and check that it has not expired"},
    KnownRefusal{"700016", Code::kUnauthorized,
                 "no such application in this tenant: check clientId and tenantId"},
    KnownRefusal{"700024", Code::kUnauthorized,
                 "the assertion is past its time, or not yet in it: check that the token file is "
                 "being rotated, and this machine's clock"},
    KnownRefusal{"700027", Code::kUnauthorized,
                 "the client certificate was not accepted: register it with the application"},
    KnownRefusal{"700030", Code::kUnauthorized,
                 "the application does not trust this certificate's subject name and issuer"},
    KnownRefusal{"70021", Code::kUnavailable,
                 "no federated credential matches yet: a new one takes some minutes; else check "
                 "its issuer and subject"},
    KnownRefusal{"700211", Code::kUnauthorized,
                 "no federated credential has this issuer: correct it on the application"},
    KnownRefusal{"700212", Code::kUnauthorized,
                 "no federated credential has this audience: correct it on the application, or "
                 "the projected token's"},
    KnownRefusal{"700213", Code::kUnauthorized,
                 "no federated credential has this subject: correct it on the application"},
    KnownRefusal{"7000112", Code::kUnauthorized,
                 "the application is disabled: enable it in Microsoft Entra"},
    KnownRefusal{"7000215", Code::kUnauthorized,
                 "the client secret is wrong: put the secret's value (not its id) into the "
                 "credentials Secret"},
    KnownRefusal{
        "7000222", Code::kUnauthorized,
        "the client secret has expired: create a new one and put it into the credentials Secret"},
    KnownRefusal{"90002", Code::kUnauthorized,
                 "no such tenant: check tenantId and the configured cloud"},
    KnownRefusal{"900023", Code::kUnauthorized,
                 "tenantId is neither a tenant's id nor a domain name"},
};

/// "7000215" of "AADSTS7000215: Invalid client secret …".
std::string RefusalNumber(std::string_view description) {
  constexpr std::string_view kMark = "AADSTS";
  auto const at = description.find(kMark);
  if (at == std::string_view::npos) return {};
  auto const digits = description.substr(at + kMark.size());
  return std::string(digits.substr(0, digits.find_first_not_of("0123456789")));
}

Code CodeOf(http::Response const& response, std::string_view oauth_error) {
  if (response.status == 429) return Code::kThrottled;
  if (response.status >= 500 || response.status == 408) return Code::kUnavailable;
  if (oauth_error == "temporarily_unavailable") return Code::kUnavailable;
  return Code::kUnauthorized;
}

Error RefusalFrom(http::Response const& response, TokenRequest const& request) {
  auto const body = nlohmann::json::parse(response.body, nullptr, false);
  auto const oauth_error = TextAt(body, "error");
  auto const number = RefusalNumber(TextAt(body, "error_description"));
  Error error{.code = CodeOf(response, oauth_error),
              .service_code = number.empty() ? CleanText(oauth_error) : "AADSTS" + number,
              .request_id = CleanText(TextAt(body, "correlation_id")),
              .retry_after = RetryAfterOf(response),
              .http_status = response.status};
  std::string advice = error.code == Code::kUnauthorized
                           ? "check the tenant, the client and its credential"
                           : "it will be tried again";
  if (auto const* known = std::ranges::find(kRefusals, number, &KnownRefusal::number);
      known != kRefusals.end()) {
    advice = known->advice;
    if (error.code == Code::kUnauthorized) error.code = known->code;
  }
  // Entra's own text is left out: it can quote parts of what was sent.
  error.message = "Microsoft Entra gave no token to client " + CleanText(request.client_id) +
                  " of tenant " + CleanText(request.tenant_id) + " (" +
                  (error.service_code.empty() ? "HTTP " + std::to_string(response.status)
                                              : error.service_code) +
                  "): " + advice;
  return error;
}

}  // namespace

std::string TokenEndpoint(Cloud const& cloud, std::string_view tenant_id) {
  std::string_view host = cloud.authority_host;
  while (host.ends_with('/')) host.remove_suffix(1);
  return std::string(host) + "/" + http::EncodeComponent(tenant_id) + "/oauth2/v2.0/token";
}

void AddAssertion(TokenRequest& request, Secret assertion) {
  request.proof.emplace_back("client_assertion_type",
                             Secret("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
  request.proof.emplace_back("client_assertion", std::move(assertion));
}

Result<http::Request> BuildTokenRequest(Cloud const& cloud, TokenRequest const& request) {
  if (auto authority = cloud.CheckAuthority(); !authority)
    return std::unexpected(std::move(authority).error());
  std::string form =
      "grant_type=client_credentials&client_id=" + http::EncodeComponent(request.client_id) +
      "&scope=" + http::EncodeComponent(request.scope);
  for (auto const& [field, value] : request.proof)
    form += "&" + field + "=" + http::EncodeComponent(value.Reveal());
  return http::Request{
      .method = http::Method::kPost,
      .url = TokenEndpoint(cloud, request.tenant_id),
      .headers = {{"Accept", "application/json"},
                  {"Content-Type", "application/x-www-form-urlencoded"}},
      .body = std::move(form),
      .operation = "Token",
      .service = "entra",
      .repeatable = http::Repeatable::kYes};  // Asking for a token changes nothing.
}

Result<AccessToken> ReadTokenAnswer(http::Response const& response, TokenRequest const& request,
                                    TimePoint now) {
  if (!response.IsSuccess()) return std::unexpected(RefusalFrom(response, request));
  auto const body = nlohmann::json::parse(response.body, nullptr, false);
  auto token = TextAt(body, "access_token");
  auto const seconds = NumberAt(body, "expires_in");
  if (token.empty() || !seconds || *seconds <= 0) {
    return Fail(Code::kUnavailable,
                "Microsoft Entra answered without a usable token; it will be tried again");
  }
  constexpr std::chrono::seconds kLongest = std::chrono::days(7);
  auto const lifetime = std::chrono::seconds(std::min(*seconds, kLongest.count()));
  return AccessToken{.value = Secret(std::move(token)), .expires_at = now + lifetime};
}

Result<AccessToken> RequestToken(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                                 TokenRequest const& request, http::CallContext const& call) {
  TRY_ASSIGN(auto const http_request, BuildTokenRequest(cloud, request));
  auto const asked_at = clock.Now();
  TRY_ASSIGN(auto const response, transport.Send(http_request, call));
  return ReadTokenAnswer(response, request, asked_at);
}

}  // namespace adxf::azure
