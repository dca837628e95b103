#include "http/rate_limits.hpp"

#include "base/metrics.hpp"
#include "http/metrics_transport.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>

namespace adxf::http {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kUrl =
    "https://management.azure.com/subscriptions/6F1B/resourceGroups/a?api-version=1";

TEST(RateLimits, NamesEachLimitByWhoseItIs) {
  Response const response{
      .headers = {{"x-ms-ratelimit-remaining-subscription-reads", "11"},
                  {"x-ms-ratelimit-remaining-subscription-global-reads", "22"},
                  {"x-ms-ratelimit-remaining-subscription-writes", "33"},
                  {"X-Ms-RateLimit-Remaining-Subscription-Resource-Requests", "299"}}};

  EXPECT_THAT(RateLimitsIn(response, CallKind::kRead),
              ElementsAre(FieldsAre("reads", 11), FieldsAre("global-reads", 22),
                          FieldsAre("resource-reads", 299)));
  EXPECT_THAT(RateLimitsIn(response, CallKind::kWrite),
              ElementsAre(FieldsAre("writes", 33), FieldsAre("resource-writes", 299)));
}

TEST(RateLimits, LeavesOutWhatIsNoNumber) {
  Response const response{.headers = {{"x-ms-ratelimit-remaining-subscription-reads", "many"},
                                      {"x-ms-ratelimit-remaining-tenant-reads", "-1"},
                                      {"x-ms-ratelimit-remaining-subscription-resource-requests",
                                       "Microsoft.Kusto/Clusters;299"}}};

  EXPECT_THAT(RateLimitsIn(response, CallKind::kRead), IsEmpty());
}

TEST(RateLimits, FindsTheSubscriptionOfAUrl) {
  EXPECT_EQ(SubscriptionIn(kUrl), "6f1b");
  EXPECT_EQ(SubscriptionIn("https://management.azure.com/subscriptions/6F1B"), "6f1b");
  EXPECT_EQ(SubscriptionIn("https://management.azure.com/providers/x"), "");
}

TEST(MetricsTransport, KeepsWhatAzureSaysOfItsLimits) {
  test::FakeClock clock;
  Metrics metrics(clock, {});
  test::FakeTransport next;
  next.Reply(200, "", {{"x-ms-ratelimit-remaining-subscription-reads", "249"}});
  next.Reply(200, "", {{"x-ms-ratelimit-remaining-subscription-reads", "248"}});
  next.Reply(201, "", {{"x-ms-ratelimit-remaining-subscription-resource-requests", "199"}});
  MetricsTransport transport(next, metrics, clock);

  for (auto const method : {Method::kGet, Method::kGet, Method::kPut})
    ASSERT_TRUE(transport.Send({.method = method, .url = std::string(kUrl), .service = "arm"}, {}));

  auto const text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("adxfollower_azure_ratelimit_remaining{kind=\"reads\",subscription="
                              "\"6f1b\"} 248\n"));
  EXPECT_THAT(text, HasSubstr("adxfollower_azure_ratelimit_remaining{kind=\"resource-writes\","
                              "subscription=\"6f1b\"} 199\n"));
}

TEST(MetricsTransport, TakesNoLimitsFromAnyoneElse) {
  test::FakeClock clock;
  Metrics metrics(clock, {});
  test::FakeTransport next;
  next.Reply(200, "", {{"x-ms-ratelimit-remaining-subscription-reads", "249"}});
  MetricsTransport transport(next, metrics, clock);

  ASSERT_TRUE(transport.Send({.url = "https://corp.kusto.windows.net/", .service = "kusto"}, {}));

  EXPECT_THAT(metrics.Render(), Not(HasSubstr("adxfollower_azure_ratelimit_remaining{")));
}

}  // namespace
}  // namespace adxf::http
