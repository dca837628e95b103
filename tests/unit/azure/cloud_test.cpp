#include "azure/cloud.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <vector>

namespace adxf::azure {
namespace {

using ::testing::HasSubstr;

/// A line of tests/support/hostile_uris.jsonl, which an end-to-end test goes through as well.
struct HostileUri {
  std::string why{};
  std::string uri{};
  bool is_loopback = false;  ///< Taken where loopback endpoints are allowed.
};

std::string Filled(std::string uri) {
  std::vector<std::pair<std::string, std::string>> const places = {
      {"{port}", "8443"}, {"{label}", std::string(64, 'a')}, {"{long}", std::string(3000, 'a')}};
  for (auto const& [place, text] : places) {
    if (auto const at = uri.find(place); at != std::string::npos)
      uri.replace(at, place.size(), text);
  }
  return uri;
}

std::vector<HostileUri> HostileUris() {
  std::ifstream file(ADXF_SOURCE_DIR "/tests/support/hostile_uris.jsonl");
  std::vector<HostileUri> rows;
  for (std::string line; std::getline(file, line);) {
    auto const row = nlohmann::json::parse(line);
    rows.push_back({.why = row.at(0), .uri = Filled(row.at(1)), .is_loopback = row.size() == 3});
  }
  return rows;
}

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

TEST(Cloud, RefusesEveryHostileUriAndSaysWhyShortly) {
  auto const rows = HostileUris();
  ASSERT_GE(rows.size(), 200U);
  for (auto const& row : rows) {
    auto const checked = PublicCloud().CheckKustoUri(row.uri);
    ASSERT_FALSE(checked) << row.uri << ": " << row.why;
    EXPECT_EQ(checked.error().code, Code::kInvalid) << row.uri;
    EXPECT_LT(checked.error().message.size(), 400U) << row.uri;
    EXPECT_EQ(checked.error().message.find_first_of("\r\n\t"), std::string::npos) << row.uri;
  }
}

TEST(Cloud, TakesOfTheHostileUrisOnlyLoopbackWhereThatIsAllowed) {
  auto cloud = PublicCloud();
  cloud.allow_loopback = true;

  for (auto const& row : HostileUris())
    EXPECT_EQ(cloud.CheckKustoUri(row.uri).has_value(), row.is_loopback) << row.uri;
}

TEST(Cloud, TakesForAClusterWhatEndsBehindItsHost) {
  for (auto const* behind :
       {"/v1/rest/mgmt", "//", "/?", "?", "#", "/#a", "?a=b", "//c.s.net", "/%2e%2e"}) {
    auto const uri = "https://a.kusto.windows.net" + std::string(behind);
    auto const checked = PublicCloud().CheckKustoUri(uri);
    ASSERT_FALSE(checked) << uri;
    EXPECT_EQ(checked.error().code, Code::kInvalid);
    EXPECT_THAT(checked.error().message,
                AllOf(HasSubstr("must end behind its host"), HasSubstr("a.kusto.windows.net")));
    EXPECT_TRUE(PublicCloud().CheckKustoUrl(uri)) << uri;
  }
  auto local = PublicCloud();
  local.allow_loopback = true;
  EXPECT_FALSE(local.CheckKustoUri("https://127.0.0.1:8443/v1"));
  EXPECT_TRUE(local.CheckKustoUri("https://127.0.0.1:8443/"));
}

TEST(Cloud, TakesForRequestsTheSameHostsWithAPath) {
  EXPECT_TRUE(PublicCloud().CheckKustoUrl("https://a.kusto.windows.net/v1/rest/mgmt"));
  EXPECT_TRUE(PublicCloud().CheckKustoUrl("https://a.kusto.windows.net:443/v1/rest/mgmt?a=b"));
  for (auto const* url :
       {"https://a.kusto.windows.net:8443/v1/rest/mgmt", "http://a.kusto.windows.net/v1/rest/mgmt",
        "https://evil.example/v1/rest/mgmt", "https://u@a.kusto.windows.net/v1/rest/mgmt"}) {
    EXPECT_FALSE(PublicCloud().CheckKustoUrl(url)) << url;
  }
}

TEST(Cloud, TakesNoNameThatDnsCannotHold) {
  auto const accepts = [](std::string const& host) {
    return PublicCloud().CheckKustoUri("https://" + host + ".kusto.windows.net").has_value();
  };

  EXPECT_TRUE(accepts(std::string(63, 'a')));
  EXPECT_FALSE(accepts(std::string(64, 'a')));
  EXPECT_FALSE(accepts("-a"));
  EXPECT_FALSE(accepts("a-"));
  std::string name(61, 'a');  // 253 with three more labels and the suffix
  for (int i = 0; i < 3; ++i) name += "." + std::string(57, 'b');
  EXPECT_TRUE(accepts(name));
  EXPECT_FALSE(accepts("a" + name));
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
