#include "http/trust_stores.hpp"

#include <gtest/gtest.h>

namespace adxf::http {
namespace {

TEST(TrustStores, AreMadeOnceForTheSameCertificates) {
  auto const system = TrustStores::For(true, "");

  EXPECT_NE(system, nullptr);
  EXPECT_EQ(TrustStores::For(true, ""), system);
  EXPECT_NE(TrustStores::For(false, ""), system);
}

TEST(TrustStores, AreNoneOfTextWithoutACertificate) {
  EXPECT_EQ(TrustStores::For(true, "garbage"), nullptr);
  EXPECT_EQ(TrustStores::For(false, "garbage"), nullptr);
}

}  // namespace
}  // namespace adxf::http
