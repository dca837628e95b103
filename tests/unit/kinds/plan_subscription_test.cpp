#include "unit/kinds/share_scene.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::VariantWith;

TEST(PlanSubscription, MakesTheAccountWhereALocationIsGiven) {
  auto want = WantedShare();
  auto seen = Offered();
  seen.share.has_account = false;
  EXPECT_EQ(ReasonOf(Decide(want, seen, kNow)), kReasonAccountNotFound);

  want.spec.source.share->account_location = "westus2";
  EXPECT_THAT(Decide(want, seen, kNow).actions,
              ElementsAre(VariantWith<CreateAccount>(CreateAccount{.location = "westus2"}),
                          VariantWith<AcceptInvitation>(Acceptance())));
}

TEST(PlanSubscription, MakesNoAccountForAnInvitationThatCannotBeAccepted) {
  auto want = WantedShare();
  want.spec.source.share->account_location = "westus2";
  auto seen = Offered();
  seen.share.has_account = false;
  seen.share.offers.clear();

  EXPECT_THAT(Decide(want, seen, kNow).actions, IsEmpty());
}

TEST(PlanSubscription, TermsWaitUntilTheyAreAccepted) {
  auto want = WantedShare();
  auto seen = Offered();
  seen.share.offers.front().terms = "Be kind.";
  auto const waiting = Decide(want, seen, kNow);
  EXPECT_EQ(ReasonOf(waiting), kReasonTermsNotAccepted);
  EXPECT_THAT(MessageOf(waiting), HasSubstr("Be kind."));

  want.spec.source.share->accept_terms_of_use = true;
  EXPECT_THAT(Decide(want, seen, kNow).actions,
              ElementsAre(VariantWith<AcceptInvitation>(Acceptance())));
}

TEST(PlanSubscription, AnInvitationThatIsNotOpenIsNotAccepted) {
  auto const reason = [](std::string const& status) {
    auto seen = Offered();
    seen.share.offers.front().status = status;
    auto const plan = Decide(WantedShare(), seen, kNow);
    EXPECT_THAT(plan.actions, IsEmpty());
    return ReasonOf(plan);
  };
  EXPECT_EQ(reason("Accepted"), kReasonInvitationUsed);
  EXPECT_EQ(reason("Rejected"), kReasonInvitationRejected);
  EXPECT_EQ(reason("Withdrawn"), kReasonInvitationGone);
  auto expired = Offered();
  expired.share.offers.front().expires_at = kNow - 1s;
  EXPECT_EQ(ReasonOf(Decide(WantedShare(), expired, kNow)), kReasonInvitationExpired);
}

TEST(PlanSubscription, AnInvitationOfTheNamespaceIsWaitedFor) {
  auto want = WantedShare();
  want.spec.source.share->invitation.reset();
  want.spec.source.share->invitation_ref = InvitationRef{.name = "offer"};
  auto seen = Offered();

  auto const missing = Decide(want, seen, kNow);
  EXPECT_EQ(ReasonOf(missing), kReasonInvitationNotFound);
  EXPECT_TRUE(model::IsTrue(missing.status.conditions, kStalled));
  seen.share.invitation_object = SeenInvitationObject{};
  auto const unsent = Decide(want, seen, kNow);
  EXPECT_EQ(ReasonOf(unsent), kReasonInvitationNotFound);
  EXPECT_FALSE(model::IsTrue(unsent.status.conditions, kStalled));
  seen.share.invitation_object = SeenInvitationObject{.id = kInvitationId, .location = "westus2"};
  EXPECT_THAT(Decide(want, seen, kNow).actions,
              ElementsAre(VariantWith<AcceptInvitation>(Acceptance())));
}

TEST(PlanSubscription, OfInvitationsThatMatchOneMustBeOpenAndNoneIsGuessed) {
  auto want = WantedShare();
  want.spec.source.share->invitation.reset();
  want.spec.source.share->match = InvitationMatch{.share_name = "Sales"};
  auto seen = Offered();
  seen.share.offers.push_back(seen.share.offers.front());
  seen.share.offers.back().id = "another";
  seen.share.offers.back().provider_email = "bea@contoso.com";
  EXPECT_EQ(ReasonOf(Decide(want, seen, kNow)), kReasonAmbiguousInvitation);

  want.spec.source.share->match->provider_email = "ANN@contoso.com";
  EXPECT_THAT(Decide(want, seen, kNow).actions,
              ElementsAre(VariantWith<AcceptInvitation>(Acceptance())));
  want.spec.source.share->match->provider_email.reset();
  seen.share.offers.back().status = "Rejected";
  EXPECT_THAT(Decide(want, seen, kNow).actions,
              ElementsAre(VariantWith<AcceptInvitation>(Acceptance())));
}

TEST(PlanSubscription, ASubscriptionIsUsedBeforeAnInvitationIs) {
  auto seen = Accepted();
  seen.share.subscriptions.front().name = "made-by-hand";

  auto const plan = Decide(WantedShare(), seen, kNow);

  auto mapping = MappingOfSales();
  mapping.subscription = "made-by-hand";
  EXPECT_THAT(plan.actions,
              ElementsAre(VariantWith<RecordClaim>(testing::_), VariantWith<PutMapping>(mapping)));
  EXPECT_EQ(plan.status.share->subscription, kAccountId + "/shareSubscriptions/made-by-hand");
}

TEST(PlanSubscription, AShareThatIsOfferedAnewIsAcceptedAnew) {
  auto want = WantedShare();
  want.spec.source.share->invitation.reset();
  want.spec.source.share->match = InvitationMatch{.share_name = "sales"};
  auto seen = Accepted();
  seen.share.subscriptions.front().name = "of-old";
  EXPECT_THAT(Decide(want, seen, kNow).actions, ElementsAre(VariantWith<RecordClaim>(testing::_),
                                                            VariantWith<PutMapping>(testing::_)));

  seen.share.subscriptions.front().status = "SourceDeleted";
  seen.share.offers = Offered().share.offers;
  EXPECT_THAT(Decide(want, seen, kNow).actions,
              ElementsAre(VariantWith<AcceptInvitation>(Acceptance())));
}

TEST(PlanSubscription, ANamedSubscriptionOfAnotherShareIsNotTaken) {
  auto want = WantedShare();
  want.spec.source.share->subscription_name = "mine";
  auto seen = Accepted();
  seen.share.subscriptions.front().name = "mine";
  seen.share.subscriptions.front().invitation_id = "another";
  auto const plan = Decide(want, seen, kNow);
  EXPECT_EQ(ReasonOf(plan), kReasonSubscriptionConflict);
  want.status = plan.status;
  EXPECT_EQ(ReasonOf(Decide(want, seen, kNow)), kReasonSubscriptionConflict)
      << "to be told of it is no claim";

  want.status.share = ShareStatus{.subscription = kAccountId + "/shareSubscriptions/mine"};
  EXPECT_THAT(Decide(want, seen, kNow).actions, ElementsAre(VariantWith<PutMapping>(testing::_)));
}

TEST(PlanSubscription, AChosenNameIsRecordedBeforeItIsUsed) {
  auto want = WantedShare();
  want.spec.source.share->subscription_name = "mine";

  EXPECT_THAT(Decide(want, Offered(), kNow).actions,
              ElementsAre(VariantWith<RecordClaim>(testing::_),
                          VariantWith<AcceptInvitation>(Acceptance("mine"))));
}

TEST(PlanSubscription, TheOlderObjectHasTheShare) {
  auto seen = Offered();
  seen.older_claim = "analytics/older";

  auto const plan = Decide(WantedShare(), seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_EQ(ReasonOf(plan), kReasonDuplicateClaim);
}

TEST(PlanSubscription, ANameOfAzureIsDerivedFromTheObjects) {
  auto want = WantedShare();
  EXPECT_EQ(SubscriptionName(want, "12345678"), kMyName);

  want.metadata.name = "a.b";
  auto const dotted = SubscriptionName(want, "12345678");
  want.metadata.name = "a-b";
  EXPECT_NE(dotted, SubscriptionName(want, "12345678"));
  want.metadata.name = std::string(200, 'x');
  EXPECT_EQ(SubscriptionName(want, "12345678").size(), 90U);
}

}  // namespace
}  // namespace adxf::follower_database
