#include "unit/kinds/share_scene.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::VariantWith;

TEST(PlanShare, AcceptsThenMapsThenAppliesPolicies) {
  auto want = WantedShare();
  want.metadata.finalizers.clear();
  want.spec.caching = Caching{.database = CachePolicy{.hot = "2d"}};

  EXPECT_THAT(Decide(want, Offered(), kNow).actions,
              ElementsAre(VariantWith<AddFinalizer>(testing::_),
                          VariantWith<AcceptInvitation>(Acceptance())));
  want.metadata.finalizers = {std::string(kFinalizer)};
  EXPECT_THAT(Decide(want, Accepted(), kNow).actions,
              ElementsAre(VariantWith<PutMapping>(MappingOfSales())));
  auto const waiting = Decide(want, Mapped(), kNow);
  EXPECT_THAT(waiting.actions, IsEmpty());
  EXPECT_EQ(ReasonOf(waiting, kAttached), kReasonWaitingForDatabases);
  EXPECT_THAT(Decide(want, Followed(), kNow).actions,
              ElementsAre(VariantWith<ChangePolicy>(Field(&ChangePolicy::database, "Sales"))));
}

TEST(PlanShare, TellsWhatItFollows) {
  auto const plan = Decide(WantedShare(), Followed(), kNow);

  EXPECT_EQ(ReasonOf(plan), kReasonReady);
  ASSERT_TRUE(plan.status.share && plan.status.attachment);
  EXPECT_EQ(plan.status.share->subscription, kAccountId + "/shareSubscriptions/" + kMyName);
  EXPECT_EQ(plan.status.share->provider, "Contoso");
  EXPECT_THAT(plan.status.share->mappings,
              ElementsAre(MappingStatus{.data_set = "sales", .database = "Sales", .state = "Ok"}));
  EXPECT_EQ(plan.status.attachment->origin, Origin::kDataShare);
  EXPECT_THAT(plan.status.attachment->databases, ElementsAre(DatabasePair{"Sales", "Sales"}));
  EXPECT_EQ(plan.status.attachment->resource_id,
            kFollowerId + "/attachedDatabaseConfigurations/a-guid");
}

TEST(PlanShare, WaitsForWhatIsNotReadOrUnderWay) {
  auto unread = Offered();
  unread.share.is_read = false;
  auto failed = Offered();
  failed.share.problem = Problem{.condition = "Attached", .reason = "MissingRole"};
  auto busy = Accepted();
  busy.share.subscriptions.front().provisioning_state = "Creating";
  auto making = Mapped();
  making.share.mappings.front() = {.name = "id-of-sales",
                                   .source_id = "id-of-sales",
                                   .cluster_key = ToLower(kFollowerId),
                                   .provisioning_state = "Creating"};
  auto operation = Offered();
  operation.operation = SeenOperation{.kind = OperationKind::kMakeAccount};

  for (auto const& seen : {unread, failed, busy, making, operation})
    EXPECT_THAT(Decide(WantedShare(), seen, kNow).actions, IsEmpty());
  EXPECT_EQ(ReasonOf(Decide(WantedShare(), failed, kNow)), "MissingRole");
  EXPECT_NE(Decide(WantedShare(), failed, kNow).requeue.when, Requeue::When::kOnChange)
      << "nobody else reads it again";
}

TEST(PlanShare, WhatIsRevokedIsToldAndLeftAlone) {
  auto const want = Settled(Followed());
  for (auto const& [state, reason] :
       {std::pair{"Revoked", kReasonRevoked}, std::pair{"SourceDeleted", kReasonSourceDeleted}}) {
    auto seen = Accepted({});
    seen.share.subscriptions.front().status = state;
    seen.share.mappings = {MappingTo(DataSetNamed("sales", ""))};
    seen.share.mappings.front().status = "Broken";

    auto const plan = Decide(want, seen, kNow);

    EXPECT_THAT(plan.actions, IsEmpty()) << state;
    for (auto const type : {kReady, kAttached, kPoliciesApplied})
      EXPECT_EQ(ReasonOf(plan, type), reason) << state;
    EXPECT_THAT(plan.status.attachment->databases, IsEmpty());
    EXPECT_THAT(MessageOf(plan), HasSubstr("Contoso"));
  }
}

// Who reads that the databases are gone may rely on it.
TEST(PlanShare, WhatIsBeingRevokedIsNotGoneYet) {
  auto const want = Settled(Followed());
  auto seen = Mapped();
  seen.share.subscriptions.front().status = "Revoking";

  auto const plan = Decide(want, seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_FALSE(plan.is_settled);
  EXPECT_EQ(plan.requeue.when, Requeue::When::kQuickTick);
  EXPECT_EQ(ReasonOf(plan), kReasonRevoking);
  EXPECT_EQ(ReasonOf(plan, kAttached), kReasonRevoking);
  EXPECT_THAT(MessageOf(plan),
              AllOf(HasSubstr("Contoso"), HasSubstr("about to go"), Not(HasSubstr("are gone"))));
}

TEST(PlanShare, AfterAReinstatementTheMappingIsPutAgain) {
  auto revoked = Accepted({});
  revoked.share.subscriptions.front().status = "Revoked";
  auto want = Settled(Followed());
  want.status = Decide(want, revoked, kNow).status;
  auto seen = Mapped();
  seen.share.mappings.front().status = "Broken";

  auto const plan = Decide(want, seen, kNow);

  auto mending = MappingOfSales();
  mending.mends = true;
  EXPECT_THAT(plan.actions, ElementsAre(VariantWith<PutMapping>(mending)));
  EXPECT_THAT(plan.events, IsEmpty()) << "nobody's fault";
  seen.mended["id-of-sales"] = kNow - 1min;
  EXPECT_EQ(ReasonOf(Decide(want, seen, kNow)), kReasonMappingBroken);
  seen.mended["id-of-sales"] = kNow - 2h;
  EXPECT_THAT(Decide(want, seen, kNow).actions, ElementsAre(VariantWith<PutMapping>(testing::_)));
}

TEST(PlanShare, OfTwoBrokenMappingsEachIsMendedInItsTurn) {
  auto seen = Mapped({DataSetNamed("sales", "corp/Sales"), DataSetNamed("stock", "corp/Stock")});
  for (auto& mapping : seen.share.mappings) mapping.status = "Broken";
  EXPECT_THAT(Decide(WantedShare(), seen, kNow).actions, testing::SizeIs(2));

  seen.mended["id-of-sales"] = kNow;
  seen.share.mappings.front().status = "Ok";

  EXPECT_THAT(Decide(WantedShare(), seen, kNow).actions,
              ElementsAre(VariantWith<PutMapping>(Field(&PutMapping::source, "stock"))));
}

TEST(PlanShare, WhatOthersTakeAwayComesBackOnceAnHour) {
  auto want = Settled(Followed());
  auto const gone = Accepted();
  auto broken = Mapped();
  broken.share.mappings.front().status = "Broken";

  for (auto seen : {gone, broken}) {
    auto const plan = Decide(want, seen, kNow);
    EXPECT_THAT(
        plan.actions,
        ElementsAre(VariantWith<PutMapping>(Field(&PutMapping::covers, testing::SizeIs(1)))));
    EXPECT_THAT(plan.events, ElementsAre(Field(&EventNote::reason, "AttachmentVanished")));

    seen.mended["id-of-sales"] = kNow - 30min;
    auto given_up = want;
    given_up.status = Decide(want, seen, kNow).status;
    EXPECT_EQ(ReasonOf(Decide(want, seen, kNow)), kReasonDetachedByOthers);
    EXPECT_EQ(ReasonOf(Decide(given_up, seen, kNow)), kReasonDetachedByOthers);
  }
}

TEST(PlanShare, WhatTheShareBroughtBeforeIsInNobodysWay) {
  auto seen = Followed();
  seen.share.mappings.clear();

  EXPECT_THAT(Decide(WantedShare(), seen, kNow).actions,
              ElementsAre(VariantWith<PutMapping>(MappingOfSales())));
}

TEST(PlanShare, AFailedMappingIsMadeAgainUnderBackOff) {
  auto seen = Mapped();
  seen.share.mappings.front().provisioning_state = "Failed";
  EXPECT_THAT(Decide(WantedShare(), seen, kNow).actions,
              ElementsAre(VariantWith<PutMapping>(MappingOfSales())));

  seen.hold = Hold{.since = kNow, .until = kNow + 10s, .problem = {.reason = "AzureUnavailable"}};
  EXPECT_THAT(Decide(WantedShare(), seen, kNow).actions, IsEmpty());
}

TEST(PlanShare, SaysWhatStandsInTheWayOfAMapping) {
  auto want = WantedShare();
  auto elsewhere = Mapped();
  elsewhere.share.mappings.front().cluster_key = "another";
  auto far = Accepted();
  far.share.sources.front().location = "northeurope";
  auto taken = Accepted();
  taken.databases = {{.name = "sales"}};
  auto none = Accepted({});
  auto other = Accepted({DataSetNamed("blob", "x", DataSetKind::kOther)});

  EXPECT_EQ(ReasonOf(Decide(want, elsewhere, kNow)), kReasonMappedElsewhere);
  EXPECT_EQ(ReasonOf(Decide(want, far, kNow)), kReasonRegionMismatch);
  EXPECT_EQ(ReasonOf(Decide(want, taken, kNow)), kReasonNameConflict);
  EXPECT_EQ(ReasonOf(Decide(want, none, kNow)), kReasonDataSetNotFound);
  EXPECT_EQ(ReasonOf(Decide(want, other, kNow)), kReasonDataSetNotFound);
}

TEST(PlanShare, MapsWhatIsWantedAndTakesOffWhatNoLongerIs) {
  auto want = WantedShare();
  want.spec.source.share->data_sets = {"Sales", "gone"};
  auto seen = Mapped({DataSetNamed("sales", "corp/Sales"), DataSetNamed("stock", "corp/Stock")});
  Attach(seen, "a", "Sales", {"Sales"});
  Attach(seen, "b", "Stock", {"Stock"});
  EXPECT_THAT(MessageOf(Decide(want, seen, kNow)), AllOf(HasSubstr("gone"), HasSubstr("stock")));

  want.spec.source.share->data_sets = {"Sales"};
  seen.share.mappings.back().name = "by-hand";
  EXPECT_EQ(ReasonOf(Decide(want, seen, kNow)), kReasonReady) << "others mapped the second";
  want.status.share = ShareStatus{.subscription = kAccountId + "/shareSubscriptions/" + kMyName,
                                  .mappings = {{.data_set = "sales"}, {.data_set = "stock"}}};
  EXPECT_THAT(Decide(want, seen, kNow).actions,
              ElementsAre(VariantWith<DeleteMapping>(
                  DeleteMapping{.subscription = kMyName, .name = "by-hand"})));
  want.status.share->mappings.clear();
  seen.share.mappings.back().name = "id-of-stock";
  EXPECT_THAT(Decide(want, seen, kNow).actions, ElementsAre(VariantWith<DeleteMapping>(testing::_)))
      << "named as this operator names it";
}

TEST(PlanShare, OfAClusterComeAllDatabasesAndNoTableHasACacheOfItsOwn) {
  auto want = WantedShare();
  auto seen = Mapped({DataSetNamed("all", "corp", DataSetKind::kCluster)});
  Attach(seen, "a", "*", {"Sales", "Stock"});
  Attach(seen, "b", "Plans", {"Plans"});

  EXPECT_THAT(MessageOf(Decide(want, seen, kNow)), HasSubstr("2 databases"));
  want.spec.caching = Caching{.tables = {{.name = "Events", .hot = "1d"}}};
  EXPECT_EQ(ReasonOf(Decide(want, seen, kNow)), kReasonNotForClusterShare);
}

TEST(PlanShare, TellsProvidersApartByTheirClusterElseNotAtAll) {
  std::string const twin =
      "/subscriptions/q/resourceGroups/g/providers/Microsoft.Kusto/clusters/twin";
  auto seen = Mapped();
  Attach(seen, "a", "Sales", {"Sales"});
  Attach(seen, "b", "Sales", {"SalesOfTwin"}, twin);
  seen.databases.back().original_name = "Sales";
  EXPECT_EQ(ReasonOf(Decide(WantedShare(), seen, kNow)), kReasonReady);

  seen.share.sources.front().path = "Sales";
  auto want = WantedShare();
  want.spec.caching = Caching{.database = CachePolicy{.hot = "2d"}};
  auto const plan = Decide(want, seen, kNow);
  EXPECT_EQ(ReasonOf(plan), kReasonMappingUnresolved);
  EXPECT_THAT(plan.actions, IsEmpty()) << "what cannot be told apart gets no policy";
}

TEST(PlanShare, NeverTakesTheDatabaseOfAnotherProvider) {
  std::string const twin =
      "/subscriptions/q/resourceGroups/g/providers/Microsoft.Kusto/clusters/twin";
  auto want = WantedShare();
  want.spec.caching = Caching{.database = CachePolicy{.hot = "2d"}};
  auto seen = Mapped();
  Attach(seen, "b", "Sales", {"Sales"}, twin);

  auto const plan = Decide(want, seen, kNow);

  EXPECT_EQ(ReasonOf(plan), kReasonMappingUnresolved) << "the path names another cluster";
  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_THAT(plan.status.attachment.value_or(AttachmentStatus{}).databases, IsEmpty());
}

TEST(PlanShare, MapsNothingOntoANameThatAnotherProviderHas) {
  std::string const twin =
      "/subscriptions/q/resourceGroups/g/providers/Microsoft.Kusto/clusters/twin";
  auto seen = Accepted();
  Attach(seen, "b", "Sales", {"Sales"}, twin);
  EXPECT_EQ(ReasonOf(Decide(WantedShare(), seen, kNow)), kReasonNameConflict);

  seen.share.sources.front().path = "Sales";
  EXPECT_EQ(ReasonOf(Decide(WantedShare(), seen, kNow)), kReasonNameConflict)
      << "nothing tells whose it is";

  auto want = WantedShare();
  want.status.share = ShareStatus{.mappings = {{.data_set = "sales"}}};
  EXPECT_THAT(Decide(want, seen, kNow).actions, Contains(VariantWith<PutMapping>(testing::_)))
      << "what an earlier mapping of ours brought is about to vanish";
}

TEST(PlanShare, KnowsTheClusterByItsAddressToo) {
  auto seen = Mapped({DataSetNamed("sales", "https://corp.westus2.kusto.windows.net/Sales")});
  Attach(seen, "a", "Sales", {"Sales"});

  EXPECT_EQ(ReasonOf(Decide(WantedShare(), seen, kNow)), kReasonReady);
}

TEST(PlanShare, NamesTheShareAsSoonAsItIsKnown) {
  auto want = WantedShare();
  EXPECT_EQ(Decide(want, Offered(), kNow).status.source, "sales");

  auto seen = Accepted();
  seen.share.subscriptions.front().share_name = "Sales of Contoso";
  want.status = Decide(want, seen, kNow).status;
  EXPECT_EQ(want.status.source, "Sales of Contoso");
  EXPECT_EQ(Decide(want, Observed{}, kNow).status.source, "Sales of Contoso");
}

TEST(PlanShare, WhatWasAttachedDirectlyIsNotTheShares) {
  auto seen = Mapped();
  Attach(seen, "by-hand", "Sales", {"Sales"});
  seen.databases.back().is_shared = false;

  EXPECT_EQ(ReasonOf(Decide(WantedShare(), seen, kNow), kAttached), kReasonWaitingForDatabases);
}

TEST(PlanShare, KeepsTheKindOfPermissionsThatDataShareSet) {
  auto seen = Followed();
  seen.attachments.front().principals = ModificationKind::kNone;
  EXPECT_EQ(ReasonOf(Decide(WantedShare(), seen, kNow)), kReasonReady);

  auto want = WantedShare();
  want.spec.permissions = Permissions{.modification_kind = ModificationKind::kUnion};
  seen.own_rights = OwnRights{.is_cluster_admin = true};
  EXPECT_THAT(Decide(want, seen, kNow).actions, ElementsAre(VariantWith<ChangePolicy>(testing::_)));
}

TEST(PlanShare, ObservingTellsWhatWouldBeDoneAndClaimsNothing) {
  auto want = WantedShare();
  want.metadata.finalizers.clear();
  want.spec.mode = Mode::kObserve;
  want.spec.source.share->account_location = "westus2";
  auto seen = Offered();
  seen.share.has_account = false;

  auto const plan = Decide(want, seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_THAT(plan.status.plan, ElementsAre(Field(&PlannedAction::action, "CreateAccount"),
                                            Field(&PlannedAction::action, "AcceptInvitation")));
  EXPECT_FALSE(plan.status.share);
  EXPECT_EQ(ReasonOf(Decide(want, Followed(), kNow), kDrifted), kReasonInSync);
}

}  // namespace
}  // namespace adxf::follower_database
