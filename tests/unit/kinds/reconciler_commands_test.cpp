#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

using nlohmann::json;

constexpr auto kSetCache = "alter follower database policy caching";
constexpr auto kGrant = "add follower database principals";
constexpr auto kSwitchKind = "alter follower database principals-modification-kind";
constexpr auto kSwitchCachingKind = "alter follower database caching-policies-modification-kind";

/// Commands whose answers do not come.
class FollowerCommands : public ReconcilerScene {
 protected:
  static void DeclareSevenDaysHot(json& object) {
    object["spec"]["caching"] = {{"modificationKind", "Union"}, {"database", {{"hot", "7d"}}}};
  }
  void ShowSevenDaysHot() {
    azure_.AnswerWith("show follower databases", [](auto const&) -> Result<azure::KustoTable> {
      return azure::KustoTable(
          {"DatabaseName", "CachingPolicyOverride", "AuthorizedPrincipalsOverride",
           "CachingPoliciesModificationKind", "AuthorizedPrincipalsModificationKind"},
          {{"Sales", R"({"DataHotSpan":{"Value":"7.00:00:00"}})", nullptr, "Union", "Union"}});
    });
  }
};

TEST_F(FollowerCommands, SendsACommandOnceWhenItsAnswerIsLost) {
  Apply("sales");
  RunFor(30s);
  azure_.LoseNextAnswer(kSetCache);
  Edit("sales", DeclareSevenDaysHot);

  RunFor(50s);
  EXPECT_EQ(azure_.Count(kSetCache), 1U);

  ShowSevenDaysHot();
  RunFor(30s);
  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count(kSetCache), 1U);
}

TEST_F(FollowerCommands, SendsACommandUntilItIsTakenWhenAnswersAreLostAgainAndAgain) {
  Apply("sales");
  RunFor(30s);
  azure_.FailAlways(kSetCache, test::AzureError(Code::kUnavailable, ""));
  Edit("sales", DeclareSevenDaysHot);

  RunFor(6min);
  EXPECT_GE(azure_.Count(kSetCache), 5U);
  EXPECT_LE(azure_.Count(kSetCache), 6U);
  EXPECT_NE(ReasonOf("sales"), kReasonPolicyNotAccepted);

  azure_.Heal();
  RunFor(65s);
  ShowSevenDaysHot();
  RunFor(30s);
  EXPECT_TRUE(IsReady("sales"));
}

/// Hot cache and permissions of one database, of which Azure refuses some.
class FollowerRefusals : public FollowerCommands {
 protected:
  void DeclareBoth() {
    azure_.AnswerWith("show database principal roles",
                      [](auto const&) -> Result<azure::KustoTable> {
                        return azure::KustoTable({"Scope", "AADObjectID", "Role"},
                                                 {{"Cluster", "own", "AllDatabasesAdmin"}});
                      });
    Apply("sales");
    RunFor(30s);
    Edit("sales", [](json& object) {
      DeclareSevenDaysHot(object);
      object["spec"]["caching"]["modificationKind"] = "Replace";
      object["spec"]["permissions"] = {
          {"modificationKind", "Replace"},
          {"grants",
           {{{"role", "Viewer"},
             {"principal", "aaduser=0a0a0a0a-0000-4000-8000-0000000000aa;contoso.com"}}}}};
    });
  }
};

TEST_F(FollowerRefusals, GrantsThoughWhatIsToBeHotIsNotThere) {
  azure_.FailAlways(kSetCache, test::AzureError(Code::kNotFound, "BadRequest_EntityNotFound"));

  DeclareBoth();
  RunFor(20s);

  EXPECT_EQ(azure_.Count(kGrant), 1U);
  EXPECT_EQ(azure_.Count(kSwitchKind), 1U);
  EXPECT_EQ(azure_.Count(kSwitchCachingKind), 0U) << "it would leave nothing in place";
  EXPECT_EQ(ReasonOf("sales"), kReasonEntityNotFound);
}

TEST_F(FollowerRefusals, TellsWhatIsWorseThanARefusedCommand) {
  azure_.FailAlways(kSetCache, test::AzureError(Code::kNotFound, "BadRequest_EntityNotFound"));
  azure_.FailAlways(kGrant, test::AzureError(Code::kThrottled, "TooManyRequests", 60s));

  DeclareBoth();
  RunFor(20s);

  EXPECT_EQ(azure_.Count(kSetCache), 1U);
  EXPECT_EQ(azure_.Count(kGrant), 1U);
  EXPECT_EQ(ReasonOf("sales"), kinds::kReasonAzureUnavailable);
}

TEST_F(FollowerRefusals, ReplacesNobodyWhereAGrantIsRefused) {
  auto error = test::AzureError(Code::kInvalid, "BadRequest_InvalidPrincipal");
  error.http_status = 400;
  azure_.FailAlways(kGrant, error);

  DeclareBoth();
  RunFor(20s);

  EXPECT_EQ(azure_.Count(kSetCache), 1U);
  EXPECT_EQ(azure_.Count(kGrant), 1U);
  EXPECT_EQ(azure_.Count(kSwitchKind), 0U);
}

TEST_F(FollowerRefusals, SendsNothingMoreToAServiceThatAsksToSlowDown) {
  azure_.FailAlways(kSetCache, test::AzureError(Code::kThrottled, "TooManyRequests", 60s));

  DeclareBoth();
  RunFor(20s);

  EXPECT_EQ(azure_.Count(kSetCache), 1U);
  EXPECT_EQ(azure_.Count(kGrant), 0U);
}

}  // namespace
}  // namespace adxf::follower_database
