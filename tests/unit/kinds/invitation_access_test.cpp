#include "unit/kinds/invitation_scene.hpp"

namespace adxf::provider {
namespace {

using ::testing::Contains;

/// Whose access it is, and how it ends and comes back.
using InvitationAccess = Invitations;

TEST_F(InvitationAccess, BindTheConsumerWhoAccepted) {
  Invite("app", App());
  RunFor(5s);
  auto const id = Accept("app");

  RunFor(20min, 5s);

  EXPECT_EQ(StateOf("app"), State::kAccepted);
  EXPECT_EQ(Invited("app").status.consumer->subscription_id, id);
  EXPECT_TRUE(model::IsTrue(Invited("app").status.conditions, invitation::kAcceptedCondition));
  EXPECT_THAT(events_.reasons, Contains("Accepted"));
}

TEST_F(InvitationAccess, RevokeVerifyAndDateIt) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  SetAccess("app", "Revoked");
  RunFor(1min);

  EXPECT_EQ(StatusOfConsumer(), "Revoked");
  EXPECT_EQ(StateOf("app"), State::kRevoked);
  EXPECT_TRUE(Invited("app").status.revoked_at);
  EXPECT_TRUE(model::IsTrue(Invited("app").status.conditions, invitation::kRevokedCondition));
  EXPECT_EQ(cloud_.Count("Revoke"), 1U);
}

TEST_F(InvitationAccess, GiveRevokedAccessBackOnlyWithAnEnd) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  SetAccess("app", "Revoked");
  RunFor(1min);
  SetAccess("app", "Active");
  RunFor(10s);
  EXPECT_EQ(ReasonOf(Invited("app")), "ReinstateNeedsExpiry");

  EditInvitation("app", [](json& object) { object["spec"]["expiresAt"] = kFuture; });
  RunFor(10s);

  EXPECT_EQ(StatusOfConsumer(), "Active");
  EXPECT_EQ(StateOf("app"), State::kAccepted);
  EXPECT_FALSE(Invited("app").status.revoked_at);
}

TEST_F(InvitationAccess, GiveBackWhatWasBeingEndedWhenTheWishChanged) {
  Invite("app", App(), {{"expiresAt", kFuture}});
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  SetAccess("app", "Revoked");
  for (int i = 0; i < 100 && cloud_.Count("Revoke") == 0; ++i) RunFor(50ms, 50ms);
  ASSERT_EQ(cloud_.Count("Revoke"), 1U);
  SetAccess("app", "Active");
  RunFor(1min);

  EXPECT_EQ(StatusOfConsumer(), "Active");
  EXPECT_EQ(StateOf("app"), State::kAccepted);
  EXPECT_FALSE(Invited("app").status.revoked_at);
  EXPECT_EQ(cloud_.Count("Reinstate"), 1U);
}

TEST_F(InvitationAccess, SendAgainWhatWasBeingTakenBackWhenTheWishChanged) {
  Invite("app", App());
  RunFor(5s);

  SetAccess("app", "Revoked");
  for (int i = 0; i < 100 && cloud_.Count("DeleteInvitation") == 0; ++i) RunFor(50ms, 50ms);
  ASSERT_EQ(cloud_.Count("DeleteInvitation"), 1U);
  SetAccess("app", "Active");
  RunFor(1min);

  EXPECT_EQ(StateOf("app"), State::kPending);
}

TEST_F(InvitationAccess, MoveTheEndOfAnAccess) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  EditInvitation("app", [](json& object) { object["spec"]["expiresAt"] = kFuture; });
  RunFor(10s);

  EXPECT_EQ(cloud_.Count("Adjust"), 1U);
  EXPECT_TRUE(IsReady(Invited("app")));
}

TEST_F(InvitationAccess, TouchNobodyWhereAzureDoesNotTellWhoAccepted) {
  Invite("one", App(1));
  Invite("two", App(2));
  RunFor(5s);
  Accept("one");
  auto const second = Accept("two");
  SetAccess("two", "Revoked");
  RunFor(20min, 5s);
  EXPECT_EQ(ReasonOf(Invited("two")), "AmbiguousConsumer");
  EXPECT_EQ(cloud_.Count("Revoke"), 0U);

  EditInvitation("two", [&](json& object) { object["spec"]["consumerSubscriptionId"] = second; });
  RunFor(1min);

  EXPECT_EQ(StateOf("two"), State::kRevoked);
  EXPECT_EQ(StatusOfConsumer(0), "Active");
  EXPECT_EQ(StatusOfConsumer(1), "Revoked");
}

TEST_F(InvitationAccess, EndAlsoWhereSecretAndShareWentFirst) {
  kube::ResourceType const secrets{
      .group = "", .version = "v1", .plural = "secrets", .kind = "Secret"};
  kube_.Put(secrets,
            {{"metadata", {{"namespace", "team-a"}, {"name", "azure"}}},
             {"type", "adxfollower.io/azure-credentials"},
             {"data",
              {{"tenantId", "dGVuYW50"}, {"clientId", "Y2xpZW50"}, {"clientSecret", "c2VjcmV0"}}}});
  EditShare([](json& object) { object["spec"]["credentialsSecretRef"] = {{"name", "azure"}}; });
  may_use_own_ = false;
  Boot();
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);
  ASSERT_TRUE(IsReady(Invited("app")));

  kube_.Delete(secrets, Key("azure"));
  RunFor(20min, 5s);
  EXPECT_EQ(ReasonOf(Invited("app")), "CredentialsMissing");
  DeleteShare();
  RunFor(5min, 5s);
  EXPECT_FALSE(IsShareThere());
  DeleteInvitation("app");
  RunFor(5min, 5s);

  EXPECT_FALSE(IsInvitationThere("app"));
}

TEST_F(InvitationAccess, AreOverWhereTheConsumerLeftBeforeAnybodyKnewThem) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  cloud_.EditShare(Ref(), [](test::SharedThings& it) { it.consumers.clear(); });
  DeleteInvitation("app");

  RunFor(2min, 5s);
  EXPECT_TRUE(IsInvitationThere("app")) << "they may yet be listed";
  RunFor(20min, 5s);

  EXPECT_FALSE(IsInvitationThere("app"));
  EXPECT_EQ(cloud_.Count("Revoke"), 0U);
}

TEST_F(InvitationAccess, AreNotOverWhileSomebodyWhomNoInvitationExplainsHasAccess) {
  Invite("ana", Ana());
  RunFor(5s);
  Accept("ana");
  cloud_.EditShare(Ref(), [](test::SharedThings& it) { it.consumers.front().consumer_email = ""; });
  SetAccess("ana", "Revoked");

  RunFor(20min, 5s);

  EXPECT_EQ(ReasonOf(Invited("ana")), "AmbiguousConsumer");
  EXPECT_EQ(StatusOfConsumer(), "Active") << "it may be somebody else";
}

TEST_F(InvitationAccess, NobodyIsBoundWhileTheirInvitationIsUnanswered) {
  Invite("one", App(1));
  Invite("two", App(2));
  RunFor(5s);
  Accept("two");
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    it.consumers.front().created_at = *it.consumers.front().created_at + 10min;  // unexplained
  });

  RunFor(20min, 5s);

  EXPECT_EQ(StateOf("one"), State::kPending);
  EXPECT_FALSE(Invited("one").status.consumer);
}

TEST_F(InvitationAccess, RevokeAllThatAnAddressAccepted) {
  Invite("ana", Ana());
  RunFor(5s);
  Accept("ana");
  cloud_.EditShare(Ref(), [](test::SharedThings& it) {
    auto other = it.consumers.front();
    other.id = "another";
    it.consumers.push_back(other);
  });
  SetAccess("ana", "Revoked");

  RunFor(1min);

  EXPECT_EQ(StatusOfConsumer(0), "Revoked");
  EXPECT_EQ(StatusOfConsumer(1), "Revoked");
}

TEST_F(InvitationAccess, SayThatAnAccessWentWithItsShare) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  cloud_.RemoveShare(Ref());
  RunFor(20min, 5s);

  EXPECT_TRUE(IsReady(Share())) << "made again";
  EXPECT_EQ(ReasonOf(Invited("app")), "SourceDeleted");
  EXPECT_EQ(cloud_.Count("PutInvitation"), 1U);
}

TEST_F(InvitationAccess, CallNothingRevokedForAnIdThatIsNobodys) {
  Invite("one", App(1));
  Invite("two", App(2));
  RunFor(5s);
  Accept("one");
  Accept("two");
  SetAccess("two", "Revoked");
  EditInvitation("two", [](json& object) { object["spec"]["consumerSubscriptionId"] = "typo"; });
  RunFor(20min, 5s);

  EXPECT_EQ(ReasonOf(Invited("two")), "AmbiguousConsumer");
  DeleteInvitation("two");
  RunFor(5min, 5s);
  EXPECT_TRUE(IsInvitationThere("two"));
  EXPECT_EQ(cloud_.Count("Revoke"), 0U);
}

TEST_F(InvitationAccess, RevokeWhoAcceptsWhileTheInvitationIsTakenBack) {
  Invite("app", App());
  RunFor(5s);
  cloud_.BeforeEach([&](std::string const& call, http::CallContext const&) {
    if (call == "DeleteInvitation") {
      cloud_.BeforeEach({});
      Accept("app");
    }
  });

  SetAccess("app", "Revoked");
  RunFor(2min);

  EXPECT_EQ(StatusOfConsumer(), "Revoked");
  EXPECT_EQ(StateOf("app"), State::kRevoked);
}

TEST_F(InvitationAccess, GiveNothingBackWhileTheirShareIsBeingDeleted) {
  Invite("app", App(), {{"expiresAt", kFuture}});
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  DeleteShare();
  RunFor(10min, 5s);

  EXPECT_FALSE(IsShareThere());
  EXPECT_EQ(cloud_.Count("Reinstate"), 0U);
  EXPECT_EQ(ReasonOf(Invited("app")), "DataShareNotFound");
}

TEST_F(InvitationAccess, LeaveAloneWhatOthersRevoked) {
  Invite("app", App(), {{"expiresAt", kFuture}});
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);

  cloud_.EditShare(Ref(), [](test::SharedThings& it) { it.consumers.at(0).status = "Revoked"; });
  RunFor(20min, 5s);

  EXPECT_EQ(ReasonOf(Invited("app")), "RevokedByOthers");
  EXPECT_EQ(cloud_.Count("Reinstate"), 0U);
}

TEST_F(Invitations, TellTheirShareAtOnceWhenAnAccessBeginsOrEnds) {
  auto const shown = [this] {
    std::vector<std::string> states;
    for (auto const& it : Share().status.consumers) states.push_back(it.state);
    return states;
  };
  Invite("app", App());
  RunFor(16min, 5s);
  Accept("app");
  EditInvitation("app", [](json& object) {
    object["metadata"]["annotations"] = {{"adxfollower.io/reconcile-at", "now"}};
  });
  RunFor(5s);
  EXPECT_THAT(shown(), ::testing::ElementsAre("Active"));

  SetAccess("app", "Revoked");
  RunFor(30s);
  EXPECT_THAT(shown(), ::testing::ElementsAre("Revoked"));
}

TEST_F(Invitations, TellTheirShareOfTheEndOfAnAccessWhenTheyGo) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);
  ASSERT_EQ(Share().status.consumers.at(0).state, "Active");

  DeleteInvitation("app");
  RunFor(30s);

  EXPECT_EQ(Share().status.consumers.at(0).state, "Revoked");
}

}  // namespace
}  // namespace adxf::provider
