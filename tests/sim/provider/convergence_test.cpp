#include "support/provider_world.hpp"

#include <gmock/gmock.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <string>

/// The life of a share and its invitations, with a fault at each write in turn: the end is always
/// the same, one mail is sent, and nobody keeps access.
namespace adxf::provider {
namespace {

enum class Cut {
  kRefused,      ///< The write fails and changes nothing.
  kLostAnswer,   ///< The write happens, its answer is lost.
  kCrashBefore,  ///< The operator dies before the write.
  kCrashAfter,   ///< The operator dies after the write, before its answer.
};
constexpr std::array kCuts{Cut::kRefused, Cut::kLostAnswer, Cut::kCrashBefore, Cut::kCrashAfter};

bool IsWrite(std::string const& call) {
  static constexpr std::array kVerbs{"Put", "Delete", "Revoke", "Reinstate", "Adjust"};
  return std::ranges::any_of(kVerbs, [&](auto const* verb) { return call.starts_with(verb); });
}

/// One run of the story, with one fault.
class Story {
 public:
  Story(std::optional<int> at_write, Cut cut) : at_write_(at_write), cut_(cut) {
    world_.cloud_.BeforeEach([this](std::string const& name, http::CallContext const&) {
      if (name == "DeleteShare") state_when_it_went_ = ConsumerState();
      if (IsWrite(name) && Counts()) Strike(name);
    });
    world_.kube_.BeforeEach([this](test::KubeCall const& call) {
      bool const is_write = call.verb == "patch" || call.verb == "put status";
      if (is_write && Counts()) StrikeKube(call.verb);
    });
  }

  [[nodiscard]] int Writes() const { return writes_; }

  void Run() {
    world_.ApplyShare();
    world_.Invite("app", {{"tenantId", "bbbbbbbb-0000-4000-8000-00000000000b"},
                          {"objectId", "cccccccc-0000-4000-8000-000000000001"}});
    world_.Invite("ana", {{"email", "ana@contoso.com"}});
    world_.RunFor(20min, 5s);
    ASSERT_TRUE(ProviderWorld::IsReady(world_.Share()));
    ASSERT_TRUE(ProviderWorld::IsReady(world_.Invited("app")));
    ASSERT_TRUE(ProviderWorld::IsReady(world_.Invited("ana")));
    EXPECT_EQ(world_.cloud_.Mails(), 1U);

    world_.cloud_.Accept(world_.Ref(), ProviderWorld::NameInAzure("app"));
    world_.RunFor(20min, 5s);
    EXPECT_EQ(world_.Invited("app").status.state, invitation::State::kAccepted);

    world_.EditInvitation("app", [](json& object) { object["spec"]["access"] = "Revoked"; });
    world_.RunFor(20min, 5s);
    EXPECT_EQ(world_.Invited("app").status.state, invitation::State::kRevoked);
    EXPECT_TRUE(world_.Invited("app").status.revoked_at);
    EXPECT_EQ(ConsumerState(), "Revoked");

    world_.EditInvitation("app", [](json& object) {
      object["spec"]["access"] = "Active";
      object["spec"]["expiresAt"] = "2040-01-01T00:00:00Z";
    });
    world_.RunFor(20min, 5s);
    EXPECT_EQ(ConsumerState(), "Active");

    world_.DeleteShare();
    world_.DeleteInvitation("app");
    world_.DeleteInvitation("ana");
    world_.RunFor(60min, 5s);
    EXPECT_FALSE(world_.IsShareThere());
    EXPECT_FALSE(world_.IsInvitationThere("app"));
    EXPECT_FALSE(world_.IsInvitationThere("ana"));
    EXPECT_EQ(state_when_it_went_, "Revoked");
    EXPECT_EQ(world_.cloud_.Mails(), 1U);
    EXPECT_FALSE(HasShare());
  }

 private:
  bool Counts() { return writes_++ == at_write_; }

  void Strike(std::string const& name) {
    switch (cut_) {
      case Cut::kRefused:
        world_.cloud_.FailNext(name, test::AzureError(Code::kUnavailable, "InternalServerError"));
        break;
      case Cut::kCrashAfter: world_.is_crashed_ = true; [[fallthrough]];
      case Cut::kLostAnswer: world_.cloud_.LoseNextAnswer(name); break;
      case Cut::kCrashBefore: Die();
    }
  }
  void StrikeKube(std::string const& verb) {
    switch (cut_) {
      case Cut::kRefused:
        world_.kube_.FailNext(verb, test::AzureError(Code::kUnavailable, ""));
        break;
      case Cut::kCrashAfter: world_.is_crashed_ = true; [[fallthrough]];
      case Cut::kLostAnswer: world_.kube_.LoseNextAnswer(verb); break;
      case Cut::kCrashBefore: Die();
    }
  }
  /// The pass ends here; the operator starts anew at the next turn.
  [[noreturn]] void Die() {
    world_.is_crashed_ = true;
    throw std::runtime_error("killed");
  }

  std::string ConsumerState() {
    std::string state;
    world_.cloud_.EditShare(world_.Ref(), [&](auto& it) { state = it.consumers.at(0).status; });
    return state;
  }
  bool HasShare() { return world_.cloud_.GetShare(world_.Ref(), {}).has_value(); }

  std::optional<int> const at_write_;
  Cut const cut_;
  int writes_ = 0;
  std::string state_when_it_went_;
  ProviderWorld world_;
};

TEST(ProviderConvergence, ReachesTheSameEndWhateverHappensAtAnyWrite) {
  Story undisturbed(std::nullopt, Cut::kRefused);
  undisturbed.Run();
  ASSERT_FALSE(::testing::Test::HasFailure());
  ASSERT_GT(undisturbed.Writes(), 20);

  for (int at = 0; at < undisturbed.Writes(); ++at) {
    for (auto const cut : kCuts) {
      SCOPED_TRACE("write " + std::to_string(at) + ", cut " +
                   std::to_string(static_cast<int>(cut)));
      Story(at, cut).Run();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace adxf::provider
