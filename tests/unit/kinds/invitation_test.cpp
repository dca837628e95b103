#include "base/time_format.hpp"
#include "unit/kinds/invitation_scene.hpp"

namespace adxf::provider {
namespace {

TEST_F(Invitations, AreSentOnceAndTellWhatAConsumerNeeds) {
  Invite("ana", Ana());

  RunFor(30min, 5s);

  auto const status = Invited("ana").status;
  EXPECT_TRUE(IsReady(Invited("ana")));
  EXPECT_EQ(cloud_.Mails(), 1U);
  EXPECT_EQ(StateOf("ana"), State::kPending);
  EXPECT_FALSE(status.invitation_id.empty());
  EXPECT_EQ(status.location, "westus2");
  EXPECT_TRUE(status.sent_at);
}

TEST_F(Invitations, SendOneMailAlthoughTheAnswerIsLost) {
  cloud_.LoseNextAnswer("PutInvitation");
  Invite("ana", Ana());

  RunFor(2min);

  EXPECT_TRUE(IsReady(Invited("ana")));
  EXPECT_EQ(cloud_.Mails(), 1U);
}

TEST_F(Invitations, AreSentAgainOnlyAfterAMinuteWhereAzureGaveNoAnswer) {
  cloud_.FailNext("PutInvitation", test::AzureError(Code::kUnavailable, "InternalServerError"));
  Invite("ana", Ana());

  RunFor(58s);
  EXPECT_EQ(cloud_.Count("PutInvitation"), 1U);
  EXPECT_EQ(ReasonOf(Invited("ana"), "Sent"), "Sending");

  RunFor(40s);
  EXPECT_TRUE(IsReady(Invited("ana")));
  EXPECT_EQ(cloud_.Count("PutInvitation"), 2U);
  EXPECT_EQ(cloud_.Mails(), 1U);
}

TEST_F(Invitations, AreNotSentAgainWhereAzureShowsThemLate) {
  cloud_.LoseNextAnswer("PutInvitation");
  Invite("ana", Ana());
  ProviderWorld::Run();
  auto const sent = Hide();

  RunFor(30s);
  Show(sent);
  RunFor(35s);

  EXPECT_TRUE(IsReady(Invited("ana")));
  EXPECT_EQ(cloud_.Count("PutInvitation"), 1U);
}

TEST_F(Invitations, AreWaitedForBeforeTheirObjectGoes) {
  cloud_.LoseNextAnswer("PutInvitation");
  Invite("ana", Ana());
  ProviderWorld::Run();
  auto const sent = Hide();

  DeleteInvitation("ana");
  RunFor(30s);
  EXPECT_TRUE(IsInvitationThere("ana"));
  Show(sent);
  RunFor(35s);

  EXPECT_FALSE(IsInvitationThere("ana"));
  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 1U);
}

TEST_F(Invitations, AreWaitedForBeforeTheyCountAsTakenBack) {
  cloud_.LoseNextAnswer("PutInvitation");
  Invite("ana", Ana());
  ProviderWorld::Run();
  auto const sent = Hide();

  SetAccess("ana", "Revoked");
  RunFor(30s);
  EXPECT_FALSE(IsReady(Invited("ana")));
  Show(sent);
  RunFor(35s);

  EXPECT_EQ(StateOf("ana"), State::kWithdrawn);
  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 1U);
}

TEST_F(Invitations, AreWithdrawnWhenTheApiServerTookThemAwayInTheMomentOfTheirFinalizer) {
  Invite("ana", Ana());
  RunFor(5s);
  ASSERT_EQ(cloud_.Mails(), 1U);

  kube_.Erase(invitation::InvitationKind::Type(), Key("ana"));
  RunFor(1min);

  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 1U);
}

TEST_F(Invitations, WaitForTheShare) {
  Invite("early", Ana());
  EditInvitation("early", [](json& object) { object["spec"]["dataShareRef"]["name"] = "later"; });
  RunFor(10s);
  EXPECT_EQ(ReasonOf(Invited("early")), "DataShareNotFound");

  ApplyShare("later");
  RunFor(10s);

  EXPECT_TRUE(IsReady(Invited("early")));
}

TEST_F(Invitations, AreTakenBackWhilePendingAndSentAnewWhenWantedAgain) {
  Invite("ana", Ana());
  RunFor(5s);
  SetAccess("ana", "Revoked");
  RunFor(10s);
  EXPECT_EQ(StateOf("ana"), State::kWithdrawn);
  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 1U);

  SetAccess("ana", "Active");
  RunFor(10s);

  EXPECT_EQ(StateOf("ana"), State::kPending);
  EXPECT_EQ(cloud_.Mails(), 2U);
}

TEST_F(Invitations, AreNeverSentAgainByThemselves) {
  Invite("ana", Ana());
  Invite("app", App());
  RunFor(5s);
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    std::erase_if(it.invitations, [](auto const& one) { return one.name == NameInAzure("ana"); });
  });
  cloud_.Reject(Ref(), NameInAzure("app"));

  RunFor(60min, 10s);

  EXPECT_EQ(ReasonOf(Invited("ana")), "InvitationGone");
  EXPECT_EQ(ReasonOf(Invited("app")), "InvitationRejected");
  EXPECT_EQ(cloud_.Count("PutInvitation"), 2U);
}

TEST_F(Invitations, ExpireWhileNobodyAnswers) {
  auto const soon = model::ToTimestamp(clock_.Now() + 2min);
  Invite("ana", Ana(), {{"expiresAt", FormatRfc3339(soon)}});
  RunFor(10s);
  EXPECT_TRUE(IsReady(Invited("ana")));

  RunFor(3min);

  EXPECT_EQ(StateOf("ana"), State::kExpired);
  EXPECT_EQ(ReasonOf(Invited("ana")), "InvitationExpired");
}

TEST_F(Invitations, EndTheAccessBeforeTheyGo) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  DeleteInvitation("app");
  RunFor(1min);

  EXPECT_FALSE(IsInvitationThere("app"));
  EXPECT_EQ(StatusOfConsumer(), "Revoked");
  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 1U);
}

TEST_F(Invitations, GoBeforeTheirShare) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  DeleteShare();
  DeleteInvitation("app");
  RunFor(2min);

  EXPECT_FALSE(IsInvitationThere("app"));
  EXPECT_FALSE(IsShareThere());
  EXPECT_EQ(cloud_.Count("Revoke"), 1U);
}

TEST_F(Invitations, GoAfterTheirShareWhenThatWentFirst) {
  Invite("app", App());
  Invite("ana", Ana());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  DeleteShare();
  RunFor(2min);
  ASSERT_FALSE(IsShareThere());
  DeleteInvitation("app");
  DeleteInvitation("ana");
  RunFor(2min);

  EXPECT_FALSE(IsInvitationThere("app"));
  EXPECT_FALSE(IsInvitationThere("ana"));
}

TEST_F(Invitations, EndTheAccessAlthoughTheirShareWasLeftInAzure) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  EditShare([](json& object) { object["spec"]["deletionPolicy"] = "Orphan"; });
  RunFor(16min, 5s);
  DeleteShare();
  RunFor(1min);
  ASSERT_FALSE(IsShareThere());
  Boot();

  DeleteInvitation("app");
  RunFor(2min);

  EXPECT_FALSE(IsInvitationThere("app"));
  EXPECT_EQ(StatusOfConsumer(), "Revoked");
}

TEST_F(Invitations, AreSentAfterARefusal) {
  Invite("ana", Ana());
  RunFor(5s);
  SetAccess("ana", "Revoked");
  RunFor(10s);
  cloud_.FailNext("PutInvitation", test::AzureError(Code::kForbidden, "AuthorizationFailed"));

  SetAccess("ana", "Active");
  RunFor(3min);

  EXPECT_TRUE(IsReady(Invited("ana")));
  EXPECT_FALSE(Invited("ana").status.revoked_at);
}

TEST_F(Invitations, ClaimNothingOnceTheyWereRefused) {
  cloud_.FailNext("PutInvitation", test::AzureError(Code::kForbidden, "AuthorizationFailed"));
  Invite("ana", Ana(), {{"invitationName", "ana"}});
  RunFor(5s);
  ASSERT_EQ(ReasonOf(Invited("ana")), "MissingRole");
  EXPECT_THAT(Invited("ana").status.resource_id, ::testing::IsEmpty());

  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    it.invitations.push_back(
        {.name = "ana", .spec = {.email = "ana@contoso.com"}, .id = "i", .status = "Pending"});
  });
  RunFor(5min, 5s);
  EXPECT_EQ(ReasonOf(Invited("ana")), "InvitationExists");

  DeleteInvitation("ana");
  RunFor(1min);
  EXPECT_FALSE(IsInvitationThere("ana"));
  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 0U);
}

TEST_F(Invitations, OfOneRecipientDoNotFight) {
  Invite("first", Ana());
  RunFor(5s);
  clock_.Advance(5s);
  Invite("second", Ana());
  RunFor(5s);

  EXPECT_EQ(ReasonOf(Invited("second")), "DuplicateClaim");
  EXPECT_EQ(cloud_.Mails(), 1U);
}

TEST_F(Invitations, OfAStrangersShareAreNotTouched) {
  cloud_.EditShare({.account = account_, .share = "theirs"}, [](test::SharedThings& it) {
    it.invitations.push_back({.name = "app",
                              .spec = {.tenant_id = "bbbbbbbb-0000-4000-8000-00000000000b",
                                       .object_id = "cccccccc-0000-4000-8000-000000000001"},
                              .id = "i",
                              .status = "Pending"});
  });
  ApplyShare("theirs");
  Invite("app", App(), {{"invitationName", "app"}, {"access", "Revoked"}});
  EditInvitation("app", [](json& object) { object["spec"]["dataShareRef"]["name"] = "theirs"; });

  RunFor(5min, 5s);

  EXPECT_EQ(ReasonOf(Share("theirs")), "ShareExists");
  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 0U);
  EXPECT_EQ(ReasonOf(Invited("app")), "WaitingForShare");
}

TEST_F(Invitations, LeaveAloneWhatOthersMadeUnderTheirName) {
  Invite("ana", Ana());
  RunFor(5s);
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    it.invitations[0].id = "another";
    it.invitations[0].spec = {.email = "bob@contoso.com"};
  });

  DeleteInvitation("ana");
  RunFor(2min);

  EXPECT_FALSE(IsInvitationThere("ana"));
  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 0U);
}

TEST_F(Invitations, StayInAzureWithOrphan) {
  Invite("ana", Ana(), {{"deletionPolicy", "Orphan"}});
  RunFor(5s);

  DeleteInvitation("ana");
  RunFor(10s);

  EXPECT_FALSE(IsInvitationThere("ana"));
  EXPECT_EQ(cloud_.Count("DeleteInvitation"), 0U);
}

}  // namespace
}  // namespace adxf::provider
