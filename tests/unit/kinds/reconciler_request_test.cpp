#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

/// Somebody asks by annotation for a look at Azure.
class AskingReconciler : public ReconcilerScene {
 protected:
  void Ask() {
    Edit("sales", [](auto& object) {
      object["metadata"]["annotations"][std::string(kReconcileAtAnnotation)] = "noon";
    });
  }
  std::string Echo() const { return Object("sales").status.last_handled_reconcile_at; }
};

TEST_F(AskingReconciler, EchoesARequestOnceALookThatBeganAfterItHasEnded) {
  Apply("sales");
  RunFor(10s);
  ASSERT_TRUE(IsReady("sales"));
  int looks = 0;
  azure_.BeforeEach([&](std::string const& name, auto const&) {
    if (name != "ListAttachments" || ++looks != 1) return;
    clock_.Advance(1s);
    Ask();  // while that look runs
    Pass();
    EXPECT_EQ(Echo(), "") << "nobody has looked since";
  });

  clock_.Advance(17min);
  Run();

  EXPECT_EQ(Echo(), "noon");
  EXPECT_EQ(looks, 2) << "the look that ran had begun before";
  azure_.ForgetCalls();
  RunFor(10min, 10s);
  EXPECT_EQ(azure_.Count("ListAttachments"), 0U) << "nobody asks any more";
}

TEST_F(AskingReconciler, EchoesNoRequestWhileItIsSuspended) {
  Apply("sales");
  RunFor(10s);
  Edit("sales", [](auto& object) { object["spec"]["suspend"] = true; });
  Ask();
  RunFor(20min, 10s);
  EXPECT_EQ(Echo(), "");

  Edit("sales", [](auto& object) { object["spec"]["suspend"] = false; });
  RunFor(30s);

  EXPECT_EQ(Echo(), "noon");
}

TEST_F(AskingReconciler, EchoesARequestThoughTheLookFails) {
  Apply("sales");
  RunFor(10s);
  azure_.FailAlways("GetCluster", test::AzureError(Code::kForbidden, "AuthorizationFailed"));
  Ask();

  RunFor(30s);

  EXPECT_EQ(ReasonOf("sales"), kReasonMissingRoleOnFollower);
  EXPECT_EQ(Echo(), "noon");
}

}  // namespace
}  // namespace adxf::follower_database
