#include "azure/credential.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace adxf::azure {
namespace {

/// One of each kind, all of the same client.
std::vector<Credential> OneOfEach() {
  std::vector<Credential> all(6);
  for (auto& it : all) it = Credential{.tenant_id = "t", .client_id = "c"};
  all[0].proof = ClientSecretCredential{.secret = Secret("s")};
  all[1].proof = ClientSecretCredential{.file = "/secret"};
  all[2].proof = ClientCertificateCredential{.pem = Secret("s")};
  all[3].proof = ClientCertificateCredential{.file = "/secret"};
  all[4].proof = FederatedTokenCredential{.token_file = "/secret"};
  all[5].proof = ManagedIdentityCredential{.host = "/secret"};
  return all;
}

TEST(Credential, MatchesItsCloneAndNoOther) {
  auto const all = OneOfEach();

  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j)
      EXPECT_EQ(all[i].Matches(all[j].Clone()), i == j) << i << " and " << j;
  }
}

TEST(Credential, OfAnotherClientIsAnother) {
  auto const one = OneOfEach().front().Clone();
  auto other = one.Clone();
  other.client_id = "d";

  EXPECT_FALSE(one.Matches(other));
}

}  // namespace
}  // namespace adxf::azure
