#include "azure/follower_latency.hpp"

#include "azure/metrics_json.hpp"
#include "base/time_format.hpp"
#include "unit/azure/observer_scene.hpp"

#include <nlohmann/json.hpp>

namespace adxf::azure {
namespace {

nlohmann::json Answer(nlohmann::json points, std::string const& unit = "MilliSeconds") {
  return {{"value",
           {{{"name", {{"value", "FollowerLatency"}}},
             {"unit", unit},
             {"errorCode", "Success"},
             {"timeseries", {{{"metadatavalues", nlohmann::json::array()}, {"data", points}}}}}}}};
}

TEST(ReadLatency, TakesTheNewestPointThatHasAMaximum) {
  auto const sample =
      ReadLatency(Answer({{{"timeStamp", "2026-01-31T09:05:00Z"}, {"maximum", 900}},
                          {{"timeStamp", "2026-01-31T09:06:00Z"}, {"maximum", 1500.5}},
                          {{"timeStamp", "2026-01-31T09:07:00Z"}}}));

  ASSERT_TRUE(sample && *sample);
  EXPECT_EQ((*sample)->latency, 1500500us);
  EXPECT_EQ(FormatRfc3339((*sample)->at), "2026-01-31T09:06:00Z");
}

TEST(ReadLatency, TakesTheWorstOfSeveralSeries) {
  auto answer = Answer({{{"timeStamp", "2026-01-31T09:05:00Z"}, {"maximum", 900}}});
  answer["value"][0]["timeseries"].push_back(
      {{"data", {{{"timeStamp", "2026-01-31T09:05:00Z"}, {"maximum", 4000}}}}});

  EXPECT_EQ((*ReadLatency(answer))->latency, 4s);
}

TEST(ReadLatency, HasNothingOfAClusterThatFollowsNothing) {
  EXPECT_EQ(*ReadLatency({{"value", nlohmann::json::array()}}), std::nullopt);
  EXPECT_EQ(*ReadLatency(Answer(nlohmann::json::array())), std::nullopt);
  EXPECT_EQ(*ReadLatency(nlohmann::json::object()), std::nullopt);
}

TEST(ReadLatency, LeavesOutWhatIsNoLag) {
  for (nlohmann::json const& value :
       {nlohmann::json(-1), nlohmann::json(1e300), nlohmann::json("9"), nlohmann::json(nullptr)}) {
    EXPECT_EQ(*ReadLatency(Answer({{{"timeStamp", "2026-01-31T09:05:00Z"}, {"maximum", value}}})),
              std::nullopt)
        << value;
  }
  EXPECT_EQ(*ReadLatency(Answer({{{"timeStamp", "noon"}, {"maximum", 1}}})), std::nullopt);
}

TEST(ReadLatency, RefusesAnotherUnitAndWhatAzureCouldNotCompute) {
  EXPECT_FALSE(ReadLatency(Answer(nlohmann::json::array(), "Bytes")));
  auto failed = Answer(nlohmann::json::array());
  failed["value"][0]["errorCode"] = "InvalidSamplingType";
  EXPECT_FALSE(ReadLatency(failed));
  failed["value"][0]["errorCode"] = "two\nlines" + std::string(9000, 'x');
  auto const long_code = ReadLatency(failed);
  ASSERT_FALSE(long_code);
  EXPECT_LT(long_code.error().message.size(), 2048U);
  EXPECT_EQ(long_code.error().message.find('\n'), std::string::npos);
}

class LatencyOfObserver : public ObserverScene {
 protected:
  LatencyOfObserver() { cloud_.SetLatency(id_, {.latency = 3s, .at = clock_.Now()}); }
  void Ask(bool wants) { observer_->Subscribe("a/sales", {.as_follower = true, .latency = wants}); }

  std::unique_ptr<ClusterObserver> observer_ = Make();
};

TEST_F(LatencyOfObserver, IsReadOnlyForWhoAsks) {
  Ask(false);
  EXPECT_FALSE(observer_->IsLatencyDue(clock_.Steady()));

  Ask(true);

  EXPECT_TRUE(observer_->IsLatencyDue(clock_.Steady()));
  EXPECT_EQ(observer_->ReadLatency({})->latency, 3s);
}

TEST_F(LatencyOfObserver, IsReadEveryFiveMinutesWhateverComes) {
  Ask(true);
  cloud_.FailNext("ReadFollowerLatency", test::AzureError(Code::kForbidden, "AuthorizationFailed"));
  EXPECT_FALSE(observer_->ReadLatency({}));

  clock_.Advance(299s);
  Ask(false);
  Ask(true);
  EXPECT_FALSE(observer_->IsLatencyDue(clock_.Steady()));
  clock_.Advance(1s);
  EXPECT_TRUE(observer_->IsLatencyDue(clock_.Steady()));
}

TEST_F(LatencyOfObserver, IsNotReadForWhoHasLeft) {
  Ask(true);
  observer_->Unsubscribe("a/sales");

  EXPECT_FALSE(observer_->IsLatencyDue(clock_.Steady()));
}

}  // namespace
}  // namespace adxf::azure
