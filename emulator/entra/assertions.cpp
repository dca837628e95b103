#include "emulator/entra/assertions.hpp"

#include "emulator/entra/certificates.hpp"
#include "emulator/entra/keys.hpp"
#include "emulator/state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

namespace adxf::emulator::entra {

namespace {

using nlohmann::json;

/// A JWT, taken apart.
struct Statement {
  json header{};
  json claims{};
  std::string signed_part{};
  std::string signature{};

  [[nodiscard]] std::string Claim(char const* name) const { return Text(claims, name); }
  [[nodiscard]] std::string HeaderText(char const* name) const { return Text(header, name); }
  [[nodiscard]] std::int64_t Time(char const* name, std::int64_t otherwise) const {
    auto const found = claims.find(name);
    // Some clients write fractions of a second.
    return found != claims.end() && found->is_number()
               ? static_cast<std::int64_t>(found->get<double>())
               : otherwise;
  }

  static std::string Text(json const& object, char const* name) {
    auto const found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
  }
};

std::optional<Statement> TakeApart(std::string const& assertion) {
  auto const first = assertion.find('.');
  auto const second = assertion.rfind('.');
  if (first == std::string::npos || first == second) return std::nullopt;
  auto const part = [&](std::size_t from, std::size_t to) {
    return FromBase64Url(assertion.substr(from, to - from));
  };
  Statement taken{.header = json::parse(part(0, first), nullptr, false),
                  .claims = json::parse(part(first + 1, second), nullptr, false),
                  .signed_part = assertion.substr(0, second),
                  .signature = part(second + 1, assertion.size())};
  if (!taken.header.is_object() || !taken.claims.is_object()) return std::nullopt;
  return taken;
}

std::vector<std::string> AudiencesOf(json const& claims) {
  auto const found = claims.find("aud");
  if (found == claims.end()) return {};
  if (found->is_string()) return {found->get<std::string>()};
  std::vector<std::string> audiences;
  for (auto const& entry : *found) {
    if (entry.is_string()) audiences.push_back(entry.get<std::string>());
  }
  return audiences;
}

Refused Unregistered(std::string_view reason, std::string const& thumbprint) {
  return {700027, "invalid_client",
          fmt::format("The certificate used to sign the client assertion is not valid for the "
                      "application. [Reason - {}, Thumbprint of key used by client: '{}']",
                      reason, thumbprint)};
}

/// Whether the statement is for a token endpoint of the application's tenant, by any of its names.
bool IsForThisEndpoint(Estate const& estate, Application const& app, json const& claims) {
  auto const tenant = estate.tenants.find(app.tenant_id);
  auto const domain = tenant == estate.tenants.end() ? app.tenant_id : tenant->second.domain;
  return std::ranges::any_of(AudiencesOf(claims), [&](std::string const& audience) {
    for (auto const& name : {app.tenant_id, domain}) {
      for (auto const* tail : {"/oauth2/v2.0/token", "/oauth2/token", "/v2.0"}) {
        if (SameName(audience, estate.endpoint + "/" + name + tail)) return true;
      }
    }
    return false;
  });
}

std::optional<Refused> CheckSignature(Estate const& estate, Application const& app,
                                      Statement const& statement) {
  auto const sha256 = statement.HeaderText("x5t#S256");
  auto const sha1 = statement.HeaderText("x5t");
  auto const named = sha256.empty() ? sha1 : sha256;
  auto const found = std::ranges::find_if(app.certificates, [&](ClientCertificate const& it) {
    return sha256.empty() ? it.sha1 == WithoutPadding(sha1) : it.sha256 == WithoutPadding(sha256);
  });
  if (named.empty() || found == app.certificates.end())
    return Unregistered("The key was not found.", named);
  if (found->ends <= estate.Now()) return Unregistered("The key used is expired.", named);
  if (!VerifyByCertificate(found->der, statement.HeaderText("alg"), statement.signed_part,
                           statement.signature)) {
    return Unregistered("The provided signature value did not match the expected signature value.",
                        named);
  }
  return std::nullopt;
}

/// Remembers the statement; true when it was known already.
bool IsRepeated(Estate& estate, Statement const& statement, TimePoint ends) {
  auto const now = estate.Now();
  std::erase_if(estate.used_assertions, [&](auto const& it) { return it.second <= now; });
  return !estate.used_assertions.emplace(statement.Claim("jti"), ends).second;
}

std::optional<Refused> CheckCertificate(Estate& estate, Application const& app,
                                        Statement const& statement) {
  if (!SameName(statement.Claim("sub"), app.client_id)) {
    return Refused{700021, "invalid_client",
                   "Client assertion application identifier doesn't match 'client_id' parameter."};
  }
  if (auto refused = CheckSignature(estate, app, statement)) return refused;
  if (!IsForThisEndpoint(estate, app, statement.claims)) {
    return Refused{700023, "invalid_client",
                   "Client assertion audience claim does not match Realm issuer."};
  }
  if (statement.Claim("jti").empty())
    return Refused{50027, "invalid_request", "JWT token is invalid or malformed."};
  auto const ends = TimePoint(std::chrono::seconds(statement.Time("exp", 0)));
  if (IsRepeated(estate, statement, ends) && estate.settings.single_use_assertions)
    return Refused{50027, "invalid_request", "The client assertion has been used before."};
  return std::nullopt;
}

/// What of a federated credential fits, for the number of the refusal.
std::optional<Refused> Compare(FederatedCredential const& credential, Statement const& statement) {
  auto const no_match = [](int code, std::string_view what, std::string const& value) {
    return Refused{code, "invalid_client",
                   fmt::format("No matching federated identity record found for presented "
                               "assertion {} '{}'.",
                               what, value)};
  };
  if (credential.issuer != statement.Claim("iss"))
    return no_match(700211, "issuer", statement.Claim("iss"));
  if (credential.subject != statement.Claim("sub"))
    return no_match(700213, "subject", statement.Claim("sub"));
  auto const audiences = AudiencesOf(statement.claims);
  if (std::ranges::find(audiences, credential.audience) == audiences.end())
    return no_match(700212, "audience", audiences.empty() ? "" : audiences.front());
  if (!credential.keys.empty() && !VerifyByKeySet(credential.keys, statement.HeaderText("kid"),
                                                  statement.signed_part, statement.signature)) {
    return Refused{50013, "invalid_client", "Assertion failed signature validation."};
  }
  return std::nullopt;
}

/// The nearer a credential came to fitting, the more its refusal tells.
int Nearness(Refused const& refused) {
  switch (refused.code) {
    case 700211: return 0;
    case 700213: return 1;
    case 700212: return 2;
    default: return 3;
  }
}

std::optional<Refused> CheckFederated(Application const& app, Statement const& statement) {
  std::optional<Refused> nearest;
  for (auto const& credential : app.federated) {
    auto refused = Compare(credential, statement);
    if (!refused) return std::nullopt;
    if (!nearest || Nearness(*refused) > Nearness(*nearest)) nearest = std::move(refused);
  }
  if (nearest) return nearest;
  return Refused{70025, "invalid_client",
                 fmt::format("The client '{}' has no configured federated identity credentials.",
                             app.client_id)};
}

}  // namespace

std::optional<Refused> CheckAssertion(Estate& estate, Application const& app,
                                      std::string const& assertion) {
  auto const statement = TakeApart(assertion);
  if (!statement) return Refused{50027, "invalid_request", "JWT token is invalid or malformed."};
  constexpr std::int64_t kSkew = 300;  // Entra forgives clocks that differ by five minutes.
  auto const now =
      std::chrono::duration_cast<std::chrono::seconds>(estate.Now().time_since_epoch()).count();
  bool const is_in_time =
      statement->Time("exp", 0) > now && statement->Time("nbf", 0) <= now + kSkew;
  if (!is_in_time) {
    return Refused{700024, "invalid_client",
                   "Client assertion is not within its valid time range."};
  }
  if (SameName(statement->Claim("iss"), app.client_id))
    return CheckCertificate(estate, app, *statement);
  return CheckFederated(app, *statement);
}

}  // namespace adxf::emulator::entra
