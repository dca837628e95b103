#include "operator/own_identity.hpp"

#include "azure/client_certificate.hpp"
#include "azure/secret_file.hpp"

#include <utility>

namespace adxf::app {
namespace {

using Own = std::optional<azure::Credential>;

Result<Own> FromCertificate(azure::Credential own, std::string const& file) {
  auto const pem = azure::LoadSecret(azure::ReadSecretFile, file);
  if (!pem) return std::unexpected(pem.error().Because("azure.clientCertificateFile"));
  if (auto const parsed = azure::ClientCertificate::Parse(*pem); !parsed)
    return std::unexpected(parsed.error().Because("azure.clientCertificateFile " + file));
  own.proof = azure::ClientCertificateCredential{.file = file};
  return own;
}

/// The file wins over the environment.
Result<Own> FromSecret(azure::Credential own, AzureConfig const& azure) {
  if (azure.client_secret_file.empty()) {
    own.proof = azure::ClientSecretCredential{.secret = azure.client_secret.Clone()};
    return own;
  }
  auto const secret = azure::LoadSecret(azure::ReadSecretFile, azure.client_secret_file);
  if (!secret) return std::unexpected(secret.error().Because("azure.clientSecretFile"));
  own.proof = azure::ClientSecretCredential{.file = azure.client_secret_file};
  return own;
}

Result<Own> OwnIdentity(AzureConfig const& azure) {
  azure::Credential own{.tenant_id = azure.tenant_id, .client_id = azure.client_id};
  if (azure.managed_identity) {
    own.proof = azure::ManagedIdentityCredential{.host = azure.managed_identity_host};
    return own;
  }
  if (own.tenant_id.empty() || own.client_id.empty()) return Own();
  if (!azure.client_certificate_file.empty())
    return FromCertificate(std::move(own), azure.client_certificate_file);
  if (!azure.client_secret_file.empty() || !azure.client_secret.IsEmpty())
    return FromSecret(std::move(own), azure);
  if (azure.federated_token_file.empty()) return Own();
  own.proof = azure::FederatedTokenCredential{.token_file = azure.federated_token_file};
  return own;
}

}  // namespace

Result<azure_access::IdentityOptions> IdentitiesOf(Config const& config) {
  azure_access::IdentityOptions options;
  options.federated_token_file = config.azure.federated_token_file;
  options.refresh = config.secret_refresh;
  for (auto const& grant : config.identity_namespaces) {
    options.allowed.push_back(
        {.name = grant.name_space, .resource_prefixes = grant.resource_prefixes});
  }
  TRY_ASSIGN(options.own, OwnIdentity(config.azure));
  return options;
}

}  // namespace adxf::app
