#include "unit/kinds/provider_scene.hpp"

namespace adxf::provider {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using DataShares = ProviderScene;

json Database(std::string const& name, std::string const& database) {
  return {{"name", name},
          {"clusterResourceId",
           "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/corp"},
          {"database", database}};
}

TEST_F(DataShares, MakesTheShareWithItsDataSetsAndIsReady) {
  ApplyShare("sales", json::array({Database("sales", "Sales"), Database("stock", "Stock")}));

  RunFor(5s);

  EXPECT_TRUE(IsReady(Share()));
  EXPECT_EQ(cloud_.Count("PutShare"), 1U);
  EXPECT_EQ(cloud_.Count("PutDataSet"), 2U);
  auto const status = Share().status;
  EXPECT_THAT(status.data_sets, SizeIs(2));
  EXPECT_EQ(status.account->principal_id, "identity-of-contoso");
  EXPECT_THAT(status.share_id, HasSubstr("/accounts/contoso/shares/sales"));
}

TEST_F(DataShares, WritesNothingMoreAtRest) {
  ApplyShare();
  RunFor(5s);
  kube_.ForgetCalls();
  cloud_.ForgetCalls();

  RunFor(20 * 15min, 30s);

  EXPECT_EQ(kube_.Writes(), 0U);
  EXPECT_EQ(cloud_.Count("PutShare") + cloud_.Count("PutDataSet"), 0U);
  EXPECT_LE(cloud_.Count("ListDataSets"), 24U);
}

TEST_F(DataShares, MakesTheAccountOnlyWhereALocationIsGiven) {
  ApplyShare();
  EditShare([](json& object) {
    object["spec"]["account"]["resourceId"] =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/accounts/fabrikam";
  });
  RunFor(5s);
  EXPECT_EQ(ReasonOf(Share()), "AccountNotFound");
  EXPECT_EQ(cloud_.Count("PutAccount"), 0U);

  EditShare([](json& object) { object["spec"]["account"]["location"] = "westus2"; });
  RunFor(30s);

  EXPECT_TRUE(IsReady(Share()));
  EXPECT_EQ(cloud_.Count("PutAccount"), 1U);
}

TEST_F(DataShares, SendsNothingTwiceWhenAnswersAreLost) {
  cloud_.LoseNextAnswer("PutShare");
  cloud_.LoseNextAnswer("PutDataSet");
  ApplyShare();

  RunFor(60s);

  EXPECT_TRUE(IsReady(Share()));
  EXPECT_EQ(cloud_.Count("PutShare"), 1U);
  EXPECT_EQ(cloud_.Count("PutDataSet"), 1U);
}

TEST_F(DataShares, LeavesAShareOfOthersAloneUnlessItMayAdoptIt) {
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    it.data_sets.push_back(
        {.name = "sales",
         .spec = {.kind = azure::DataSetKind::kKustoDatabase,
                  .target =
                      model::ResourceId::Parse(std::string(kCluster) + "/databases/Sales").value()},
         .id = "d",
         .provisioning_state = "Succeeded"});
  });
  ApplyShare();
  RunFor(5s);
  EXPECT_EQ(ReasonOf(Share()), "ShareExists");
  EXPECT_THAT(Share().metadata.finalizers, IsEmpty());

  EditShare([](json& object) { object["spec"]["adoption"] = "IfIdentical"; });
  RunFor(5s);

  EXPECT_TRUE(IsReady(Share()));
  EXPECT_EQ(cloud_.Count("PutDataSet"), 0U);
  EXPECT_THAT(Share().metadata.finalizers, SizeIs(1));
}

TEST_F(DataShares, ClaimsNothingOnceItsCreationWasRefused) {
  cloud_.FailNext("PutShare", test::AzureError(Code::kForbidden, "AuthorizationFailed"));
  ApplyShare();
  RunFor(5s);
  ASSERT_EQ(ReasonOf(Share()), "MissingRole");
  EXPECT_THAT(Share().status.share_id, IsEmpty());

  cloud_.EditShare(Ref(), [](test::SharedThings&) {});
  RunFor(5min, 5s);
  EXPECT_EQ(ReasonOf(Share()), "ShareExists");
  EXPECT_EQ(cloud_.Count("PutDataSet"), 0U);

  DeleteShare();
  RunFor(1min);
  EXPECT_FALSE(IsShareThere());
  EXPECT_EQ(cloud_.Count("DeleteShare"), 0U);
}

TEST_F(DataShares, ClaimsNothingOnceTheAccountThatItNeedsWasRefused) {
  cloud_.FailNext("PutAccount", test::AzureError(Code::kForbidden, "AuthorizationFailed"));
  ApplyShare();
  EditShare([](json& object) {
    object["spec"]["account"] = {
        {"resourceId",
         "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/accounts/fabrikam"},
        {"location", "westus2"}};
  });
  RunFor(5s);

  EXPECT_THAT(Share().status.share_id, IsEmpty());

  RunFor(5min, 5s);
  EXPECT_TRUE(IsReady(Share()));
}

TEST_F(DataShares, KeepsItsClaimWhereItsCreationMayHaveHappened) {
  cloud_.LoseNextAnswer("PutShare");
  ApplyShare();
  ProviderWorld::Run();

  EXPECT_EQ(ReasonOf(Share()), "AzureUnavailable");
  EXPECT_THAT(Share().status.share_id, HasSubstr("/shares/sales"));
}

// As where Azure still works on the one before.
TEST_F(DataShares, KeepsItsClaimWhereACreationWithoutAnAnswerIsRefusedAfterwards) {
  cloud_.FailNext("PutShare", test::AzureError(Code::kUnavailable, ""));
  ApplyShare();
  ProviderWorld::Run();
  cloud_.FailNext("PutShare", test::AzureError(Code::kConflict, "Conflict"));
  RunFor(3s);

  EXPECT_EQ(cloud_.Count("PutShare"), 2U);
  EXPECT_THAT(Share().status.share_id, HasSubstr("/shares/sales"));
}

TEST_F(DataShares, KeepsItsClaimWhenADataSetOfTheNewShareIsRefused) {
  cloud_.FailNext("PutDataSet", test::AzureError(Code::kInvalid, "BadRequest"));
  ApplyShare();
  RunFor(5s);

  EXPECT_EQ(ReasonOf(Share()), "RefusedByAzure");
  EXPECT_THAT(Share().status.share_id, HasSubstr("/shares/sales"));
}

TEST_F(DataShares, ChangesListsInPlaceAndReplacesNothing) {
  json part = Database("part", "Sales");
  part["sharing"] = {{"tables", {{"include", {"Events"}}}}};
  ApplyShare("sales", json::array({part}));
  RunFor(5s);
  EditShare([](json& object) {
    object["spec"]["dataSets"][0]["sharing"]["tables"]["include"] = {"Events", "Logs*"};
  });
  RunFor(5s);
  EXPECT_EQ(cloud_.Count("PutDataSet"), 2U);
  EXPECT_EQ(cloud_.Count("DeleteDataSet"), 0U);

  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    it.data_sets[0].spec.kind = azure::DataSetKind::kKustoDatabase;
  });
  RunFor(20min, 10s);

  EXPECT_EQ(ReasonOf(Share()), "DataSetReplaceNeeded");
  EXPECT_EQ(cloud_.Count("PutDataSet"), 2U);
}

TEST_F(DataShares, RemovesADataSetOnlyWhenNobodyWouldLoseIt) {
  ApplyShare("sales", json::array({Database("sales", "Sales"), Database("stock", "Stock")}));
  RunFor(5s);
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    it.consumers.push_back({.id = "c", .status = "Active", .consumer_email = "a@b.c"});
  });
  EditShare([](json& object) { object["spec"]["dataSets"].erase(1); });
  RunFor(5s);
  EXPECT_EQ(ReasonOf(Share()), "ConsumersActive");

  EditShare([](json& object) { object["spec"]["allowBreakingConsumers"] = true; });
  RunFor(30s);

  EXPECT_TRUE(IsReady(Share()));
  EXPECT_THAT(Share().status.data_sets, SizeIs(1));
}

TEST_F(DataShares, NamesTheRoleThatTheAccountLacks) {
  auto error = test::AzureError(Code::kForbidden, "Unauthorized");
  error.message = "identity-of-contoso has no rights on the cluster";
  cloud_.FailNext("PutDataSet", error);
  ApplyShare();
  RunFor(1s);
  RunFor(2min);

  EXPECT_TRUE(IsReady(Share()));
  EXPECT_THAT(events_.reasons, Contains("AccountRoleMissing"));
}

TEST_F(DataShares, SaysThatADataSetNeedsReplacingWhenItsListsAreRefused) {
  json part = Database("part", "Sales");
  part["sharing"] = {{"tables", {{"include", {"Events"}}}}};
  ApplyShare("sales", json::array({part}));
  RunFor(5s);
  cloud_.FailNext("PutDataSet", test::AzureError(Code::kInvalid, "DataSetAlreadyExists"));

  EditShare([](json& object) {
    object["spec"]["dataSets"][0]["sharing"]["tables"]["include"] = {"Logs"};
  });
  RunFor(5s);

  EXPECT_EQ(ReasonOf(Share()), "DataSetReplaceNeeded");
}

TEST_F(DataShares, CountsAllConsumersAlsoThoseThatTheListHasNoRoomFor) {
  ApplyShare();
  RunFor(5s);
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    for (int i = 0; i < 70; ++i)
      it.consumers.push_back({.id = std::to_string(i), .status = i < 60 ? "Active" : "Revoked"});
  });
  RunFor(20min, 10s);
  auto const told = Share().status;
  EXPECT_THAT(told.consumers, SizeIs(50));
  EXPECT_EQ(told.consumers_by_state, (data_share::ConsumerCounts{.active = 60, .revoked = 10}));
  EXPECT_THAT(told.truncated, ElementsAre(kinds::TruncatedList{.list = "consumers", .total = 70}));
  cloud_.FailAlways("ListConsumers", test::AzureError(Code::kUnavailable, "ServerBusy"));

  RunFor(20min, 10s);

  EXPECT_EQ(ReasonOf(Share()), "AzureUnavailable");
  EXPECT_EQ(Share().status.truncated, told.truncated) << "what nobody can read is as it was";
}

TEST_F(DataShares, LooksAgainSoonWhenAzureCannotBeRead) {
  ApplyShare();
  RunFor(5s);
  cloud_.FailAlways("ListConsumers", test::AzureError(Code::kUnavailable, "ServerBusy"));
  RunFor(16min, 5s);
  EXPECT_EQ(ReasonOf(Share()), "AzureUnavailable");

  cloud_.Heal();
  RunFor(35s);

  EXPECT_TRUE(IsReady(Share()));
}

TEST_F(DataShares, ObservesWithoutWriting) {
  ApplyShare();
  EditShare([](json& object) { object["spec"]["mode"] = "Observe"; });

  RunFor(20s);

  EXPECT_EQ(ReasonOf(Share()), "NotManaged");
  EXPECT_THAT(Share().status.plan, SizeIs(2));
  EXPECT_EQ(cloud_.Count("PutShare"), 0U);
  EXPECT_THAT(Share().metadata.finalizers, IsEmpty());
}

TEST_F(DataShares, TellsWhichPartsItWouldShare) {
  json part = Database("part", "Sales");
  part["sharing"] = {{"tables", {{"include", {"Logs", "Events"}}, {"exclude", {"Old"}}}},
                     {"materializedViews", {{"include", {"Daily"}}}}};
  ApplyShare("sales", json::array({part}));
  EditShare([](json& object) { object["spec"]["mode"] = "Observe"; });

  RunFor(20s);

  ASSERT_THAT(Share().status.plan, SizeIs(2));
  EXPECT_EQ(Share().status.plan[1].detail,
            "data set part: parts of database Sales of " + std::string(kCluster) +
                ": sharing.tables include Events, Logs, exclude Old; sharing.materializedViews "
                "include Daily");
}

TEST_F(DataShares, RevokesBeforeItRemovesAndLetsGo) {
  ApplyShare();
  RunFor(5s);
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    it.consumers.push_back({.id = "c", .status = "Active", .consumer_email = "a@b.c"});
  });

  DeleteShare();
  RunFor(2min);

  EXPECT_FALSE(IsShareThere());
  EXPECT_EQ(cloud_.Count("Revoke"), 1U);
  EXPECT_EQ(cloud_.Count("DeleteDataSet"), 1U);
  EXPECT_EQ(cloud_.Count("DeleteShare"), 1U);
  EXPECT_THAT(events_.reasons, Contains("Unshared"));
}

TEST_F(DataShares, RemovesNothingWhileAnAccessIsStillBeingEnded) {
  ApplyShare();
  RunFor(5s);
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    it.consumers.push_back({.id = "c", .status = "Revoking", .consumer_email = "a@b.c"});
  });

  DeleteShare();
  RunFor(2min);

  EXPECT_TRUE(IsShareThere());
  EXPECT_EQ(cloud_.Count("DeleteDataSet"), 0U);

  cloud_.EditShare(Ref(), [](test::SharedThings& it) { it.consumers[0].status = "Revoked"; });
  RunFor(2min);

  EXPECT_FALSE(IsShareThere());
  EXPECT_EQ(cloud_.Count("Revoke"), 0U);
  EXPECT_EQ(cloud_.Count("DeleteDataSet"), 1U);
}

TEST_F(DataShares, KeepsItsFinalizerWhileAzureCannotTell) {
  ApplyShare();
  RunFor(5s);
  for (auto const* call : {"GetShare", "GetAccount"})
    cloud_.FailAlways(call, test::AzureError(Code::kNotFound, "SubscriptionNotFound"));

  DeleteShare();
  RunFor(10min, 5s);
  EXPECT_TRUE(IsShareThere());

  cloud_.Heal();
  RunFor(20min, 5s);
  EXPECT_FALSE(IsShareThere());
}

TEST_F(DataShares, LeavesEverythingWithOrphan) {
  ApplyShare();
  RunFor(5s);
  EditShare([](json& object) { object["spec"]["deletionPolicy"] = "Orphan"; });

  DeleteShare();
  RunFor(5s);

  EXPECT_FALSE(IsShareThere());
  EXPECT_EQ(cloud_.Count("DeleteShare"), 0U);
  EXPECT_THAT(events_.reasons, Contains("Orphaned"));
}

TEST_F(DataShares, GivesTheShareToTheOlderOfTwo) {
  ApplyShare("first");
  EditShare([](json& object) { object["spec"]["shareName"] = "sales"; }, "first");
  RunFor(5s);
  clock_.Advance(5s);
  ApplyShare("second");
  EditShare([](json& object) { object["spec"]["shareName"] = "sales"; }, "second");
  RunFor(5s);

  EXPECT_TRUE(IsReady(Share("first")));
  EXPECT_EQ(ReasonOf(Share("second")), "DuplicateClaim");

  DeleteShare("first");
  RunFor(2min);
  EXPECT_TRUE(IsReady(Share("second")));
}

}  // namespace
}  // namespace adxf::provider
