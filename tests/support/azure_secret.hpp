#pragma once

#include "base/encoding.hpp"
#include "kinds/azure_access/identities.hpp"
#include "support/fake_kube.hpp"

#include <string>

namespace adxf::test {

inline kube::ResourceType const& SecretType() {
  static kube::ResourceType const kSecrets{
      .group = "", .version = "v1", .plural = "secrets", .kind = "Secret"};
  return kSecrets;
}

/// Removes the Secret `name` of namespace team-a.
inline void DropAzureSecret(FakeKube& kube, std::string const& name) {
  kube.Erase(SecretType(), {.ns = "team-a", .name = name});
}

/// Makes the Secret `name` of namespace team-a hold that client, or makes it hold that one instead.
inline void StoreAzureSecret(FakeKube& kube, std::string const& name,
                             std::string const& client_id) {
  DropAzureSecret(kube, name);
  kube.Put(SecretType(), {{"metadata", {{"namespace", "team-a"}, {"name", name}}},
                          {"type", std::string(azure_access::kSecretType)},
                          {"data",
                           {{"tenantId", EncodeBase64("t")},
                            {"clientId", EncodeBase64(client_id)},
                            {"clientSecret", EncodeBase64("secret of " + client_id)}}}});
}

}  // namespace adxf::test
