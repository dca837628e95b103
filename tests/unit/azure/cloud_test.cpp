#include "azure/cloud.hpp"

#include <gtest/gtest.h>

namespace adxf::azure {
namespace {

TEST(Cloud, AcceptsClusterUrisOfItsOwnSuffixes) {
  for (auto const* uri : {"https://reporting.westus2.kusto.windows.net",
                          "https://REPORTING.westus2.Kusto.Windows.net/",
                          "https://a.kusto.fabric.microsoft.com:443"}) {
    EXPECT_TRUE(PublicCloud().CheckKustoUri(uri)) << uri;
  }
  EXPECT_TRUE(ChinaCloud().CheckKustoUri("https://c.chinaeast2.kusto.chinacloudapi.cn"));
  EXPECT_TRUE(UsGovernmentCloud().CheckKustoUri("https://c.usgovvirginia.kusto.usgovcloudapi.net"));
}

TEST(Cloud, RefusesEveryOtherHostForKusto) {
  for (auto const* uri :
       {"", "reporting", "http://a.kusto.windows.net", "https://a.kusto.windows.net:8443",
        "https://kusto.windows.net", "https://.kusto.windows.net", "https://a..kusto.windows.net",
        "https://akusto.windows.net", "https://a.kusto.windows.net.evil.example",
        "https://evil.example/?.kusto.windows.net", "https://evil.example#.kusto.windows.net",
        "https://a.kusto.windows.net@evil.example", "https://user:word@a.kusto.windows.net",
        "https://a.kusto.usgovcloudapi.net", "https://127.0.0.1:8443", "https://localhost",
        "ftp://a.kusto.windows.net"}) {
    auto const checked = PublicCloud().CheckKustoUri(uri);
    ASSERT_FALSE(checked) << uri;
    EXPECT_EQ(checked.error().code, Code::kInvalid);
    EXPECT_FALSE(checked.error().message.empty());
  }
}

TEST(Cloud, AcceptsLoopbackOnlyWhereItIsAllowed) {
  auto cloud = PublicCloud();
  cloud.allow_loopback = true;

  EXPECT_TRUE(cloud.CheckKustoUri("https://127.0.0.1:8443"));
  EXPECT_TRUE(cloud.CheckKustoUri("http://corp.localhost:1"));
  EXPECT_TRUE(cloud.CheckKustoUri("https://[::1]:8443"));
  EXPECT_FALSE(cloud.CheckKustoUri("https://10.0.0.1"));
  EXPECT_FALSE(cloud.CheckKustoUri("https://localhost.evil.example"));
}

TEST(Cloud, TakesOnlyItsOwnOriginForArm) {
  auto const cloud = PublicCloud();

  EXPECT_TRUE(cloud.CheckArmUrl("https://management.azure.com/subscriptions/x?a=b"));
  EXPECT_TRUE(cloud.CheckArmUrl("https://management.azure.com:443/"));
  for (auto const* url :
       {"http://management.azure.com/", "https://management.azure.com.evil.example/",
        "/subscriptions/x", "https://management.azure.com:444/",
        "https://management.azure.com@evil.example/", ""}) {
    EXPECT_FALSE(cloud.CheckArmUrl(url)) << url;
  }
}

TEST(Cloud, RefusesAPlainArmEndpointUnlessItIsLoopback) {
  Cloud cloud{.authority_host = "http://localhost:2",
              .arm_endpoint = "http://localhost:1",
              .arm_audience = "http://localhost:1"};
  EXPECT_FALSE(cloud.CheckArmUrl("http://localhost:1/x"));
  EXPECT_FALSE(cloud.CheckAuthority());

  cloud.allow_loopback = true;

  EXPECT_TRUE(cloud.CheckArmUrl("http://localhost:1/x"));
  EXPECT_TRUE(cloud.CheckAuthority());
}

}  // namespace
}  // namespace adxf::azure
