#include "http/proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

bool Serves(std::vector<std::string> exceptions, std::string_view origin) {
  return Proxy{.url = "http://proxy:3128", .exceptions = std::move(exceptions)}.Serves(origin);
}

TEST(Proxy, IsReadWithOrWithoutSchemePortAndUser) {
  EXPECT_EQ(ParseProxy("http://proxy.example:3128/")->url, "http://proxy.example:3128");
  EXPECT_EQ(ParseProxy("proxy.example")->url, "http://proxy.example:80");
  EXPECT_EQ(ParseProxy("")->url, "");

  auto const proxy = ParseProxy("http://me%40corp:p%3Aw@proxy:8080");

  ASSERT_TRUE(proxy);
  EXPECT_EQ(proxy->url, "http://proxy:8080");
  EXPECT_EQ(proxy->user.Reveal(), "me@corp");
  EXPECT_EQ(proxy->password.Reveal(), "p:w");
}

TEST(Proxy, SaysWhatIsWrongWithoutQuotingIt) {
  for (auto const* text : {"https://u:hunter2@proxy", "socks5://u:hunter2@proxy",
                           "http://u:hunter2@", "http://u:hunter2%zz@proxy", "u:hunter2@a b"}) {
    auto const proxy = ParseProxy(text);
    ASSERT_FALSE(proxy) << text;
    EXPECT_EQ(proxy.error().code, Code::kInvalid);
    EXPECT_THAT(proxy.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST(Proxy, ServesAllButWhatIsExcepted) {
  EXPECT_TRUE(Serves({}, "https://management.azure.com:443"));
  EXPECT_FALSE(Serves({"*"}, "https://management.azure.com:443"));
  EXPECT_FALSE(Serves({"azure.com"}, "https://management.azure.com:443"));
  EXPECT_FALSE(Serves({"Azure.com"}, "https://azure.com:443"));
  EXPECT_TRUE(Serves({"azure.com"}, "https://notazure.com:443"));
  EXPECT_FALSE(Serves({".kusto.windows.net"}, "https://a.westus2.kusto.windows.net:443"));
  EXPECT_FALSE(Serves({"*.kusto.windows.net"}, "https://a.westus2.kusto.windows.net:443"));
  EXPECT_TRUE(Serves({".azure.com"}, "https://azure.com:443"));
  EXPECT_FALSE(Serves({"other", "azure.com:443"}, "https://management.azure.com:443"));
  EXPECT_TRUE(Serves({"azure.com:8443"}, "https://management.azure.com:443"));
}

TEST(Proxy, KnowsAddressesAndRanges) {
  EXPECT_FALSE(Serves({"10.1.2.3"}, "https://10.1.2.3:443"));
  EXPECT_FALSE(Serves({"10.0.0.0/8"}, "https://10.1.2.3:443"));
  EXPECT_TRUE(Serves({"10.0.0.0/8"}, "https://11.1.2.3:443"));
  EXPECT_FALSE(Serves({"10.1.2.2/31"}, "https://10.1.2.3:443"));
  EXPECT_TRUE(Serves({"10.1.2.4/31", "10.0.0.0/40", "10.0.0.0/x"}, "https://10.1.2.3:443"));
  EXPECT_FALSE(Serves({"fd00::/8"}, "https://[fd12::1]:443"));
  EXPECT_FALSE(Serves({"fd12::1"}, "https://[fd12::1]:443"));
  EXPECT_TRUE(Serves({"10.0.0.0/8"}, "https://[fd12::1]:443"));
}

TEST(Proxy, NeverServesThisMachineNorMetadataEndpoints) {
  for (auto const* origin : {"http://127.0.0.1:80", "https://localhost:443", "https://[::1]:443",
                             "http://169.254.169.254:80", "https://[fe80::1]:443"})
    EXPECT_FALSE(Serves({}, origin)) << origin;
}

}  // namespace
}  // namespace adxf::http
