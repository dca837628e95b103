#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

using nlohmann::json;

constexpr auto kSetCache = "alter follower database policy caching";

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

}  // namespace
}  // namespace adxf::follower_database
