#include "emulator/arm/router.hpp"
#include "emulator/follower_latency.hpp"
#include "emulator/seed.hpp"
#include "emulator/state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace adxf::emulator {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

/// `reporting` follows Sales of `corp` from the first minute on, without any lag; the clock stands
/// at a whole minute.
class Metrics : public testing::Test {
 protected:
  static inline std::string const kClusters =
      "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/data/providers/"
      "Microsoft.Kusto/clusters/";

  Metrics() {
    estate.clock = EmulatorClock(kStart);
    auto const loaded =
        LoadSeedFile(estate, std::string(ADXF_SOURCE_DIR) + "/emulator/seeds/contoso.yaml");
    if (!loaded) ADD_FAILURE() << loaded.error().message;
    estate.settings.lag = seconds(0);
    estate.settings.metrics_delay = seconds(0);
    Follow("Sales");
  }

  void Follow(std::string const& database) {
    Reporting().attachments[database] = {.name = database,
                                         .leader_id = kClusters + "corp",
                                         .database_name = database,
                                         .provisioning_state = "Succeeded"};
    Settle(estate);
  }
  void Later(std::chrono::milliseconds by) {
    estate.clock.Advance(by);
    Settle(estate);
  }
  void SetLag(std::chrono::milliseconds lag) {
    Settle(estate);
    estate.settings.lag = lag;
  }
  void NewVersion(std::string const& database = "Sales") {
    FindCluster(estate, "corp")->databases[database].Bump(estate.Now());
  }
  Cluster& Reporting() { return *FindCluster(estate, "reporting"); }

  WireReply Get(std::string const& path, std::string const& query = "",
                std::string const& version = "2024-02-01") {
    Settle(estate);
    return arm::HandleArm(estate, caller,
                          {.method = "GET",
                           .path = path,
                           .query = "api-version=" + version + (query.empty() ? "" : "&" + query)});
  }
  WireReply Ask(std::string const& query, std::string const& cluster = "reporting") {
    return Get(kClusters + cluster + "/providers/Microsoft.Insights/metrics", query);
  }
  /// The first metric of an answer about the time since the start.
  json Metric(std::string const& query) {
    auto const span = "timespan=2027-01-15T08:00:00Z/" + Iso8601(estate.Now());
    auto const reply = Ask("aggregation=Average,Minimum,Maximum&" + span + "&" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body).at("value").at(0);
  }
  json Points(std::string const& query = "metricnames=FollowerLatency") {
    auto const series = Metric(query).at("timeseries");
    return series.empty() ? json::array() : series.at(0).at("data");
  }
  std::string Refusal(std::string const& query) {
    auto const reply = Ask(query);
    EXPECT_EQ(reply.status, 400) << query;
    auto const body = json::parse(reply.body);
    EXPECT_EQ(body.at("code"), "BadRequest");
    return body.at("message");
  }
  static json Point(std::string const& time, double average, double least, double greatest) {
    return {{"timeStamp", "2027-01-15T" + time + "Z"},
            {"average", average},
            {"minimum", least},
            {"maximum", greatest}};
  }
  static json NoValue(std::string const& time) {
    return {{"timeStamp", "2027-01-15T" + time + "Z"}};
  }

  static constexpr TimePoint kStart{seconds(1'800'000'000)};  // 2027-01-15T08:00:00Z
  Estate estate;
  Caller caller{.tenant_id = "aaaaaaaa-0000-0000-0000-000000000001",
                .object_id = "bbbbbbbb-0000-0000-0000-000000000103",
                .app_id = "bbbbbbbb-0000-0000-0000-000000000003"};
};

TEST_F(Metrics, LatencyGrowsFromTheFirstMissingVersionUntilTheFollowerHasIt) {
  SetLag(seconds(60));
  Later(minutes(1));
  NewVersion();
  Later(seconds(30));
  NewVersion();

  Later(seconds(150));

  // Measured at 0, 15, 30 and 45 s. The first version arrives at 08:02, the second at 08:02:30.
  EXPECT_EQ(Points(),
            json::array({Point("08:00:00", 0, 0, 0), Point("08:01:00", 22500, 0, 45000),
                         Point("08:02:00", 18750, 0, 45000), Point("08:03:00", 0, 0, 0)}));
}

TEST_F(Metrics, ALagThatIsChangedLaterLeavesEarlierMinutesAsTheyWere) {
  SetLag(seconds(30));
  NewVersion();
  Later(minutes(2));
  SetLag(hours(1));
  Later(minutes(1));
  NewVersion();
  Later(minutes(1));
  SetLag(seconds(0));
  Later(minutes(1));

  EXPECT_EQ(Points(), json::array({Point("08:00:00", 5000, 0, 15000), Point("08:01:00", 0, 0, 0),
                                   Point("08:02:00", 0, 0, 0), Point("08:03:00", 22500, 0, 45000),
                                   Point("08:04:00", 15000, 0, 60000)}));
}

TEST_F(Metrics, AFollowerKeepsWhatItHadWhenItsLagGrows) {
  SetLag(seconds(2));
  NewVersion();
  Later(seconds(4));
  SetLag(hours(1));

  Later(minutes(1));

  EXPECT_EQ(Points(), json::array({Point("08:00:00", 0, 0, 0)}));
}

TEST_F(Metrics, LatencyIsOverAllDatabasesThatTheClusterFollows) {
  Follow("Finance");
  SetLag(hours(1));
  Later(minutes(1));
  NewVersion("Finance");

  Later(minutes(1));

  EXPECT_EQ(Points().at(1), Point("08:01:00", 11250, 0, 45000));
}

TEST_F(Metrics, MinutesAreShownWithoutAValueUntilTheyAreOldEnough) {
  estate.settings.metrics_delay = minutes(3);
  Later(minutes(5));

  EXPECT_EQ(Points(), json::array({Point("08:00:00", 0, 0, 0), Point("08:01:00", 0, 0, 0),
                                   NoValue("08:02:00"), NoValue("08:03:00"), NoValue("08:04:00")}));
}

TEST_F(Metrics, ThereIsNoSeriesWhereNothingIsFollowed) {
  Later(minutes(2));

  auto const reply = Ask("metricnames=FollowerLatency,KeepAlive", "corp");

  auto const value = json::parse(reply.body)["value"];
  EXPECT_EQ(value[0]["errorCode"], "Success");
  EXPECT_EQ(value[0]["timeseries"], json::array());
  EXPECT_EQ(value[1]["timeseries"][0]["data"][58]["average"], 1);
}

TEST_F(Metrics, AStoppedClusterHasNoValues) {
  Later(seconds(59));
  Reporting().state = "Stopped";
  Later(seconds(61));
  Reporting().state = "Running";
  Later(minutes(1));

  EXPECT_EQ(Points(), json::array({Point("08:00:00", 0, 0, 0), NoValue("08:01:00"),
                                   Point("08:02:00", 0, 0, 0)}));
}

TEST_F(Metrics, WhatWasMeasuredOutlivesTheAttachment) {
  Later(seconds(59));
  Reporting().attachments.clear();
  Later(std::chrono::milliseconds(0));
  Later(seconds(61));

  EXPECT_EQ(Points(), json::array({Point("08:00:00", 0, 0, 0), NoValue("08:01:00")}));
}

TEST_F(Metrics, LongerGrainsAreMadeOfMinutes) {
  SetLag(hours(1));
  NewVersion();
  Later(minutes(10));

  EXPECT_EQ(Points("interval=PT5M"), json::array({Point("08:00:00", 150000, 15000, 285000),
                                                  Point("08:05:00", 442500, 300000, 585000)}));
  EXPECT_EQ(Points("interval=FULL").size(), 1);
  EXPECT_EQ(Points("interval=PT4M&AutoAdjustTimegrain=true").size(), 2);
}

TEST_F(Metrics, AnAnswerNamesWhatItIsAbout) {
  Later(minutes(2));

  auto const body = json::parse(
      Ask("metricnames=followerlatency&timespan=2027-01-15T08:00:31.5Z/2027-01-15T08:01:31Z"
          "&metricnamespace=microsoft.kusto/clusters")
          .body);

  auto const id = Reporting().Id() + "/providers/Microsoft.Insights/metrics/FollowerLatency";
  EXPECT_EQ(body["timespan"], "2027-01-15T08:00:31Z/2027-01-15T08:01:31Z");
  EXPECT_EQ(body["interval"], "PT1M");
  EXPECT_EQ(body["namespace"], "Microsoft.Kusto/clusters");
  EXPECT_EQ(body["resourceregion"], "westus2");
  EXPECT_EQ(body["value"][0]["id"], id);
  EXPECT_EQ(body["value"][0]["name"]["value"], "FollowerLatency");
  EXPECT_EQ(body["value"][0]["unit"], "MilliSeconds");
  EXPECT_EQ(body["value"][0]["timeseries"][0],
            json({{"metadatavalues", json::array()},
                  {"data", {{{"timeStamp", "2027-01-15T08:00:00Z"}, {"average", 0.0}}}}}));
}

TEST_F(Metrics, ATimespanIsTwoTimesOrATimeAndADurationOrOneDuration) {
  Later(minutes(10));

  for (auto const* const span :
       {"2027-01-15T08:02:00Z/2027-01-15T08:06:00Z", "2027-01-15T08:02:00Z/PT4M",
        "PT4M/2027-01-15T08:06:00Z", "PT4M"}) {
    auto const body = json::parse(Ask(std::string("timespan=") + span).body);
    EXPECT_EQ(body["value"][0]["timeseries"][0]["data"].size(), 4) << span;
  }
}

TEST_F(Metrics, WhatIsWrongIsRefusedWithoutAnEnvelope) {
  EXPECT_THAT(Refusal("metricnames=Nonsense"),
              HasSubstr("metric: Nonsense, Valid metrics: FollowerLatency,KeepAlive"));
  EXPECT_THAT(Refusal("metricnamespace=Microsoft.Web/sites"),
              HasSubstr("the value must be: Microsoft.Kusto/clusters"));
  EXPECT_EQ(Refusal("aggregation=Average,sum"), "Detected invalid Aggregation type: sum");
  EXPECT_EQ(Refusal("interval=PT2M"),
            "Invalid time grain duration: PT2M, supported ones are: 00:01:00,00:05:00,00:15:00,"
            "00:30:00,01:00:00,06:00:00,12:00:00,1.00:00:00");
  EXPECT_THAT(Refusal("interval=often&AutoAdjustTimegrain=true"), HasSubstr("often"));
  EXPECT_THAT(Refusal("timespan=yesterday"), HasSubstr("input: yesterday, supported Iso 8601"));
  EXPECT_THAT(Refusal("timespan=2027-01-15T08:00:00Z/"), HasSubstr("supported Iso 8601"));
  EXPECT_THAT(Refusal("timespan=2027-01-15T08:00:00Z/2027-01-15T08:00:00Z"),
              HasSubstr("start time must be before the end time"));
  EXPECT_THAT(Refusal("timespan=2027-01-15T08:00:00Z/2027-01-15T07:00:00Z"), HasSubstr("before"));
}

TEST_F(Metrics, AnOffsetWithAPlusArrivesWithASpaceInstead) {
  EXPECT_THAT(Refusal("timespan=2027-01-15T07:00:00%2B00:00/2027-01-15T08:00:00%2B00:00"),
              HasSubstr("input: 2027-01-15T07:00:00 00:00/"));
}

TEST_F(Metrics, AnAggregationThatAMetricLacksIsAnErrorOfThatMetric) {
  Later(minutes(1));

  auto const value =
      json::parse(Ask("metricnames=FollowerLatency,KeepAlive&aggregation=maximum").body)["value"];

  EXPECT_EQ(value[0]["errorCode"], "Success");
  EXPECT_EQ(value[1]["errorCode"], "InvalidSamplingType");
  EXPECT_EQ(value[1]["timeseries"], json::array());
}

TEST_F(Metrics, AFilterSplitsByItsDimensions) {
  Later(minutes(1));

  auto const split = Metric("$filter=State%20eq%20'*'%20and%20RoleInstance%20eq%20'*'");
  EXPECT_EQ(
      split["timeseries"][0]["metadatavalues"][0],
      json({{"name", {{"value", "state"}, {"localizedValue", "state"}}}, {"value", "Emulated"}}));
  EXPECT_EQ(split["timeseries"][0]["metadatavalues"].size(), 2);
  EXPECT_EQ(split["timeseries"][0]["data"].size(), 1);

  EXPECT_EQ(Metric("$filter=State eq 'Other'")["timeseries"], json::array());
  EXPECT_EQ(Metric("$filter=State eq 'Other' or State eq 'emulated'")["timeseries"].size(), 1);
  EXPECT_EQ(Metric("$filter=Colour eq 'red'&ValidateDimensions=false")["timeseries"].size(), 1);
  EXPECT_EQ(Refusal("$filter=Colour eq 'red'"),
            "Metric: FollowerLatency does not support requested dimension combination: colour, "
            "supported ones are: State,RoleInstance");
  for (auto const* const bad : {"State", "State eq", "and State eq '*'",
                                "State eq '*' RoleInstance", "State eq '*' or RoleInstance eq '*'"})
    EXPECT_THAT(Refusal(std::string("$filter=") + bad), HasSubstr("Invalid filter"));
}

TEST_F(Metrics, MetadataAreSeriesWithoutPoints) {
  Later(minutes(1));

  auto const body = json::parse(Ask("resultType=Metadata&$filter=State eq '*'").body);

  EXPECT_FALSE(body.contains("interval"));
  EXPECT_EQ(body["value"][0]["timeseries"][0]["metadatavalues"].size(), 1);
  EXPECT_FALSE(body["value"][0]["timeseries"][0].contains("data"));
}

TEST_F(Metrics, ArmsOwnRefusalsKeepTheirShape) {
  auto const code_of = [](WireReply const& reply) {
    return json::parse(reply.body).at("error").at("code").get<std::string>();
  };
  auto const metrics = [](std::string const& cluster) {
    return kClusters + cluster + "/providers/microsoft.insights/metrics";
  };

  EXPECT_EQ(Get(metrics("reporting"), "", "2018-01-01").status, 200);
  EXPECT_EQ(code_of(Get(metrics("reporting"), "", "2025-02-14")), "NoRegisteredProviderFound");
  EXPECT_EQ(code_of(Get(metrics("nobody"))), "ResourceNotFound");
  EXPECT_THAT(Get(kClusters + "corp/databases/Sales/providers/Microsoft.Insights/metrics").body,
              HasSubstr("not a supported platform metric namespace"));
  caller.object_id = "bbbbbbbb-0000-0000-0000-000000000102";
  EXPECT_EQ(code_of(Get(metrics("corp"))), "AuthorizationFailed");
}

TEST_F(Metrics, ReadingThemCountsOnTheLimitsOfArmAlone) {
  estate.settings.cluster_reads = {0, 0};
  EXPECT_EQ(Ask("").status, 200);

  estate.settings.reads = {0, 0};
  estate.buckets.clear();

  EXPECT_EQ(Ask("").status, 429);
}

TEST_F(Metrics, DefinitionsTellWhatMayBeAskedFor) {
  auto const path = kClusters + "reporting/providers/Microsoft.Insights/metricDefinitions";

  auto const value = json::parse(Get(path).body).at("value");

  ASSERT_EQ(value.size(), 2);
  EXPECT_EQ(value[0]["name"]["value"], "FollowerLatency");
  EXPECT_EQ(value[0]["resourceId"], Reporting().Id());
  EXPECT_EQ(value[0]["supportedAggregationTypes"], json({"Average", "Maximum", "Minimum"}));
  EXPECT_EQ(value[0]["metricAvailabilities"][0],
            json({{"timeGrain", "PT1M"}, {"retention", "P93D"}}));
  EXPECT_EQ(value[0]["dimensions"][1]["value"], "RoleInstance");
  EXPECT_FALSE(value[1].contains("dimensions"));
  EXPECT_EQ(Get(path, "metricnamespace=Microsoft.Web/sites").status, 400);
}

TEST_F(Metrics, NoMoreThanADayIsKeptOrShown) {
  Later(hours(30));
  Later(hours(1));

  EXPECT_LE(Reporting().minutes.size(), 24 * 60 + 1U);
  EXPECT_EQ(Points().front()["timeStamp"], "2027-01-15T15:00:00Z");
  EXPECT_EQ(Points().size(), 24 * 60U);
  EXPECT_EQ(Ask("timespan=1900-01-01T00:00:00Z/P9999999D&interval=FULL").status, 200);
}

TEST(Seed, TellsWhenMetricsAreShown) {
  Estate estate;

  ASSERT_TRUE(LoadSeed(estate, "settings: {metricsDelayMs: 5}"));

  EXPECT_EQ(estate.settings.metrics_delay, std::chrono::milliseconds(5));
}

}  // namespace
}  // namespace adxf::emulator
