#include "unit/kinds/plan_attached_scene.hpp"
#include "unit/kinds/share_scene.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <variant>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::VariantWith;

std::string const kAna =
    "aaduser=cccccccc-0000-0000-0000-000000000001;aaaaaaaa-0000-0000-0000-000000000001";
std::string const kBen =
    "aaduser=cccccccc-0000-0000-0000-000000000002;aaaaaaaa-0000-0000-0000-000000000001";
std::string const kMark = "adxfollower:analytics/sales";

/// Attached and at rest, and somebody has a grant of ours that is not declared any more.
Observed WithAGrantToEnd() {
  auto seen = Attached();
  seen.overrides = {{.database = "Sales", .principals = {{.principal = kAna, .note = kMark}}}};
  return seen;
}

Hold HeldBy(std::string_view condition, bool needs_person = true) {
  return {.since = kNow - 1s,
          .until = kNow + 15min,
          .problem = {.condition = std::string(condition),
                      .reason = "RefusedByAzure",
                      .needs_person = needs_person}};
}

auto Drops(std::string const& principal) {
  return VariantWith<ChangePolicy>(testing::Field(
      &ChangePolicy::command, VariantWith<DropPrincipals>(DropPrincipals{
                                  .role = Role::kViewer, .principals = {principal}})));
}

TEST(Revocations, GoBeforeTheAttachmentIsChanged) {
  auto want = Wanted();
  want.spec.sharing = Sharing{.tables = {.include = {"Events"}}};

  auto const plan = Decide(want, WithAGrantToEnd(), kNow);

  ASSERT_THAT(plan.actions, ElementsAre(Drops(kAna), VariantWith<PutAttachment>(testing::_)));
  EXPECT_TRUE(MayFollowRefused(plan.actions[1], plan.actions[0]));
  EXPECT_FALSE(MayFollowRefused(plan.actions[0], plan.actions[1]));
}

TEST(Revocations, DoNotWaitForWhatAPersonMustMend) {
  auto seen = WithAGrantToEnd();
  seen.hold = HeldBy(kAttached);

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_THAT(plan.actions, ElementsAre(Drops(kAna)));
  EXPECT_EQ(ReasonOf(plan), "RefusedByAzure") << "that is told all the same";
}

TEST(Revocations, RestAfterTheirOwnFailureAndAfterWhatPassesSoon) {
  auto seen = WithAGrantToEnd();
  for (auto const& hold : {HeldBy(kPoliciesApplied), HeldBy(kAttached, /*needs_person=*/false)}) {
    seen.hold = hold;
    EXPECT_THAT(Decide(Wanted(), seen, kNow).actions, IsEmpty());
  }
}

TEST(Revocations, AreOnlyOfWhatIsOursAndSeen) {
  auto is_strange = WithAGrantToEnd();
  is_strange.attachments.front().database = "Orders";
  auto is_busy = WithAGrantToEnd();
  is_busy.attachments.front().provisioning_state = "Updating";
  auto is_stale = WithAGrantToEnd();
  is_stale.is_inventory_fresh = false;
  auto is_under_way = WithAGrantToEnd();
  is_under_way.operation = SeenOperation{};
  auto is_unread = WithAGrantToEnd();
  is_unread.overrides_readability = Readability::kUnread;
  auto is_stopped = WithAGrantToEnd();
  is_stopped.follower.state = "Stopped";
  for (auto const& seen : {is_strange, is_busy, is_stale, is_under_way, is_unread, is_stopped})
    EXPECT_THAT(Decide(Wanted(), seen, kNow).actions, IsEmpty());
}

TEST(Revocations, AreNotMadeByWhoOnlyLooksOrIsSuspended) {
  auto seen = WithAGrantToEnd();
  seen.hold = HeldBy(kAttached);
  auto observes = Wanted();
  observes.spec.mode = Mode::kObserve;
  auto is_suspended = Wanted();
  is_suspended.spec.suspend = true;

  for (auto const& want : {observes, is_suspended})
    EXPECT_THAT(Decide(want, seen, kNow).actions, IsEmpty());
}

TEST(Revocations, DoNotWaitForTheLeadersSecret) {
  auto seen = WithAGrantToEnd();
  seen.identity_problem = Problem{.condition = std::string(kPreflight),
                                  .reason = std::string(kReasonCredentialsMissing),
                                  .needs_person = true};
  EXPECT_THAT(Decide(Wanted(), seen, kNow).actions, IsEmpty()) << "nobody to act with";
  seen.is_denied_at_leader = true;

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_THAT(plan.actions, ElementsAre(Drops(kAna)));
  EXPECT_EQ(ReasonOf(plan), kReasonCredentialsMissing);
}

TEST(Revocations, OfAGrantThatRunsOutWakeTheObjectInTime) {
  auto want = Wanted();
  Grant const grant{.principal = kAna, .expires_at = model::ToTimestamp(kNow + 90s)};
  want.spec.permissions = Permissions{.grants = {grant}};
  auto seen = WithAGrantToEnd();
  seen.hold = HeldBy(kAttached);

  auto const plan = Decide(want, seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  ASSERT_EQ(plan.requeue.when, Requeue::When::kAfter);
  EXPECT_EQ(plan.requeue.delay, 90s);
  EXPECT_THAT(Decide(want, seen, kNow + 91s).actions, ElementsAre(Drops(kAna)));
}

TEST(Revocations, AreNotOfWhoIsToHaveTheAccessWithAnotherNoteOrByAnotherName) {
  auto seen = WithAGrantToEnd();
  seen.hold = HeldBy(kAttached);
  auto want = Wanted();
  for (auto const& grant : {Grant{.principal = kAna, .notes = "for the audit"},
                            Grant{.principal = "aaduser=ana@contoso.com"}}) {
    want.spec.permissions = Permissions{.grants = {grant}};
    EXPECT_THAT(Decide(want, seen, kNow).actions, IsEmpty()) << grant.principal;
  }
  want.spec.permissions = Permissions{.grants = {Grant{.principal = kBen}}};
  EXPECT_THAT(Decide(want, seen, kNow).actions, ElementsAre(Drops(kAna)));
}

TEST(Revocations, ThatAreTakenAndDoNotShowAreToldOfBesideTheTrouble) {
  auto seen = WithAGrantToEnd();
  seen.hold = HeldBy(kAttached);
  auto const first = Decide(Wanted(), seen, kNow);
  ASSERT_THAT(first.actions, ElementsAre(Drops(kAna)));
  auto const& covered = CoversOf(first.actions.front()).front();
  seen.pending = {{.key = covered.key,
                   .value = covered.value,
                   .had = covered.had,
                   .issued_at = kNow - 1h,
                   .times = 2}};

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_EQ(ReasonOf(plan), "RefusedByAzure");
  EXPECT_EQ(ReasonOf(plan, kPoliciesApplied), kReasonPolicyNotAccepted);
  EXPECT_TRUE(plan.has_compared_policies) << "what shows is forgotten";
}

TEST(Revocations, DoNotWaitForADataSetInTrouble) {
  auto want = Settled(Followed());
  auto seen = Mapped({DataSetNamed("sales", "corp/Sales"), DataSetNamed("orders", "corp/Orders")});
  Attach(seen, "a-guid", "Sales", {"Sales"});
  seen.share.mappings.back().status = "Broken";
  seen.mended["id-of-orders"] = kNow - 1min;
  seen.overrides = {{.database = "Sales", .principals = {{.principal = kBen, .note = kMark}}}};

  auto const plan = Decide(want, seen, kNow);

  EXPECT_THAT(plan.actions, ElementsAre(Drops(kBen)));
  EXPECT_EQ(ReasonOf(plan), kReasonMappingBroken);
}

}  // namespace
}  // namespace adxf::follower_database
