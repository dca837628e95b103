#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// An attached object, about to be deleted.
class FollowerDeletion : public ReconcilerScene {
 protected:
  FollowerDeletion() {
    Apply("sales");
    RunFor(10s);
  }

  void Annotate(std::string const& annotation, std::string const& value) {
    Edit("sales", [&](auto& object) { object["metadata"]["annotations"][annotation] = value; });
  }
  std::string Message() const {
    auto const object = Object("sales");
    return model::FindCondition(object.status.conditions, kReady)->message;
  }

  /// The follower's side is not to be read any more, and that is known.
  void LoseSight() {
    azure_.FailAlways("ListAttachments", Forbidden());
    RunFor(17min, 5s);
    ASSERT_EQ(ReasonOf("sales"), kReasonMissingRoleOnFollower);
  }

  static Error Forbidden() { return test::AzureError(Code::kForbidden, "AuthorizationFailed"); }
};

TEST_F(FollowerDeletion, GoesByWayOfTheLeaderWhereTheFollowerRefuses) {
  azure_.FailAlways("DeleteAttachment", Forbidden());

  Delete("sales");
  RunFor(30s);

  EXPECT_FALSE(Exists("sales"));
  EXPECT_EQ(azure_.Count("DetachFollower"), 1U);
  EXPECT_THAT(azure_.Attachments(follower_), IsEmpty());
}

TEST_F(FollowerDeletion, GoesByWayOfTheLeaderWhereTheFollowerCannotBeRead) {
  LoseSight();

  Delete("sales");
  RunFor(30s);

  EXPECT_FALSE(Exists("sales"));
  EXPECT_EQ(azure_.Count("DeleteAttachment"), 0U);
  EXPECT_EQ(azure_.Count("DetachFollower"), 1U);
  EXPECT_THAT(azure_.Attachments(follower_), IsEmpty());
}

TEST_F(FollowerDeletion, DoesNotAskTheLeaderWhereTheFollowerServes) {
  Delete("sales");
  RunFor(30s);

  EXPECT_FALSE(Exists("sales"));
  EXPECT_EQ(azure_.Count("ListFollowers"), 0U);
}

TEST_F(FollowerDeletion, TellsWhatTheLeaderRefusesWhereTheFollowerCannotBeRead) {
  LoseSight();
  azure_.FailAlways("DetachFollower", test::AzureError(Code::kForbidden, "DetachIsNotForYou"));

  Delete("sales");
  RunFor(10s);

  EXPECT_TRUE(Exists("sales"));
  EXPECT_GE(azure_.Count("DetachFollower"), 1U);
  EXPECT_THAT(Message(), HasSubstr("DetachIsNotForYou"));
}

TEST_F(FollowerDeletion, SendsADetachOnceWhenItsAnswerIsLost) {
  LoseSight();
  azure_.LoseNextAnswer("DetachFollower");

  Delete("sales");
  RunFor(60s);

  EXPECT_FALSE(Exists("sales"));
  EXPECT_EQ(azure_.Count("DetachFollower"), 1U);
}

TEST_F(FollowerDeletion, WaitsForARightOnEitherSide) {
  LoseSight();
  azure_.FailAlways("ListFollowers", Forbidden());

  Delete("sales");
  RunFor(2min);

  EXPECT_TRUE(Exists("sales"));
  EXPECT_EQ(ReasonOf("sales"), kReasonMissingRoleOnFollower);
  EXPECT_THAT(Message(), HasSubstr("From the leader's side"));
  azure_.Heal();
  RunFor(60s);
  EXPECT_FALSE(Exists("sales"));
  EXPECT_THAT(azure_.Attachments(follower_), IsEmpty());
}

TEST_F(FollowerDeletion, RestsBetweenRefusalsOfBothSides) {
  azure_.FailAlways("DeleteAttachment", Forbidden());
  azure_.FailAlways("DetachFollower", Forbidden());

  Delete("sales");
  RunFor(10min);

  EXPECT_TRUE(Exists("sales"));
  EXPECT_LE(azure_.Count("DeleteAttachment"), 12U);
  EXPECT_LE(azure_.Count("DetachFollower"), 12U);
}

TEST_F(FollowerDeletion, IsForcedByAnnotationAndTellsWhatIsLeft) {
  LoseSight();
  azure_.FailAlways("ListFollowers", Forbidden());
  Delete("sales");
  RunFor(10s);
  ASSERT_TRUE(Exists("sales"));

  Annotate(std::string(kForceDeleteAnnotation), "true");
  RunFor(1s);

  EXPECT_FALSE(Exists("sales"));
  EXPECT_THAT(azure_.Attachments(follower_), ElementsAre(Attachment("sales")));
  EXPECT_THAT(events_.reasons, Contains("ForceDeleted"));
  EXPECT_THAT(events_.notes, Contains(HasSubstr(Attachment("sales"))));
  EXPECT_TRUE(std::ranges::any_of(log_.lines(), [](auto const& it) {
    return it.Field("last_words").find("ForceDeleted") != std::string::npos;
  }));
}

TEST_F(FollowerDeletion, LeavesAnOrphanAndTellsSo) {
  Edit("sales", [](auto& object) { object["spec"]["deletionPolicy"] = "Orphan"; });
  RunFor(1s);

  Delete("sales");
  RunFor(1s);

  EXPECT_FALSE(Exists("sales"));
  EXPECT_THAT(azure_.Attachments(follower_), ElementsAre(Attachment("sales")));
  EXPECT_THAT(events_.notes, Contains(HasSubstr(Attachment("sales"))));
}

/// The API server takes an object away without waiting for the operator.
class FollowerTakenAway : public ReconcilerScene {
 protected:
  void TakeAway(std::string const& name) { kube_.Erase(ResourceTypeOfKind(), Key(name)); }
};

TEST_F(FollowerTakenAway, LeavesNothingBehindInTheMomentOfItsFinalizer) {
  azure_.SetOperationSpan(20s);
  Apply("sales");
  RunFor(3s);
  ASSERT_EQ(azure_.Count("PutAttachment"), 1U);
  auto const writes = kube_.Count("put status") + kube_.Count("patch");

  TakeAway("sales");
  RunFor(2min);

  EXPECT_THAT(azure_.Attachments(follower_), IsEmpty());
  EXPECT_EQ(azure_.Count("DeleteAttachment"), 1U);
  EXPECT_EQ(store_.Size(), 0U);
  EXPECT_EQ(kube_.Count("put status") + kube_.Count("patch"), writes)
      << "there is nothing to write";
}

TEST_F(FollowerTakenAway, IsLetGoAtOnceWhereNothingWasMadeYet) {
  kube_.BeforeEach([this](test::KubeCall const& call) {
    if (call.verb != "patch") return;
    kube_.BeforeEach({});
    Edit("sales", [](auto& object) { object["metadata"]["finalizers"] = {kFinalizer}; });
    TakeAway("sales");
  });
  Apply("sales");

  RunFor(1min);

  EXPECT_EQ(azure_.Count("PutAttachment"), 0U);
  EXPECT_EQ(store_.Size(), 0U);
}

TEST_F(FollowerTakenAway, KeepsWhatItHasInAzureLater) {
  Apply("sales");
  RunFor(6min);

  TakeAway("sales");  // as somebody would who works on etcd
  RunFor(2min);

  EXPECT_THAT(azure_.Attachments(follower_), ElementsAre(Attachment("sales")));
  EXPECT_EQ(store_.Size(), 0U);
}

TEST_F(FollowerTakenAway, LeavesWhatOneOfItsNameHasMadeItsOwn) {
  Apply("sales");
  RunFor(3s);
  ASSERT_TRUE(IsReady("sales"));
  HoldWatch(true);
  TakeAway("sales");
  Apply("sales");
  HoldWatch(false);

  RunFor(2min);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("DeleteAttachment"), 0U);
}

}  // namespace
}  // namespace adxf::follower_database
