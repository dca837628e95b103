#include "azure/credential.hpp"

namespace adxf::azure {
namespace {

ClientSecretCredential Copy(ClientSecretCredential const& from) {
  return {.secret = from.secret.Clone(), .file = from.file};
}
ClientCertificateCredential Copy(ClientCertificateCredential const& from) {
  return {.pem = from.pem.Clone(), .file = from.file};
}
FederatedTokenCredential Copy(FederatedTokenCredential const& from) { return from; }
ManagedIdentityCredential Copy(ManagedIdentityCredential const& from) { return from; }

bool IsSame(ClientSecretCredential const& a, ClientSecretCredential const& b) {
  return a.file == b.file && a.secret.Matches(b.secret);
}
bool IsSame(ClientCertificateCredential const& a, ClientCertificateCredential const& b) {
  return a.file == b.file && a.pem.Matches(b.pem);
}
bool IsSame(FederatedTokenCredential const& a, FederatedTokenCredential const& b) {
  return a.token_file == b.token_file;
}
bool IsSame(ManagedIdentityCredential const& a, ManagedIdentityCredential const& b) {
  return a.host == b.host;
}

}  // namespace

Credential Credential::Clone() const {
  Credential copy{.tenant_id = tenant_id, .client_id = client_id};
  std::visit([&](auto const& it) { copy.proof = Copy(it); }, proof);
  return copy;
}

bool Credential::Matches(Credential const& other) const {
  if (KeyOf(*this) != KeyOf(other) || proof.index() != other.proof.index()) return false;
  return std::visit(
      [&]<class Proof>(Proof const& it) { return IsSame(it, std::get<Proof>(other.proof)); },
      proof);
}

}  // namespace adxf::azure
