#include "kinds/follower_database/plan_observe.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_drift.hpp"
#include "kinds/follower_database/plan_policies.hpp"
#include "kinds/follower_database/plan_status.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace adxf::follower_database {
namespace {

using model::ConditionStatus;

/// The databases that a new attachment brings. One that the follower has already keeps its name.
std::vector<SeenDatabase> Brought(FollowerDatabase const& want, Observed const& seen,
                                  PutAttachment const& put) {
  auto const& leader = *want.spec.source.leader;
  std::vector<std::string> originals{leader.database};
  if (leader.FollowsAll()) originals = seen.leader_databases.value_or(std::vector<std::string>{});
  std::vector<SeenDatabase> brought;
  for (auto const& original : originals) {
    auto name = put.name_override.empty() ? put.prefix + original : put.name_override;
    bool const is_taken = std::ranges::any_of(
        seen.databases, [&](SeenDatabase const& it) { return EqualsIgnoreCase(it.name, name); });
    if (is_taken) continue;
    brought.push_back({.name = std::move(name),
                       .is_following = true,
                       .leader_key = ToLower(put.leader_id),
                       .attachment_name = put.name,
                       .original_name = original});
  }
  return brought;
}

/// The world as it will be once Azure has done the PUT.
Observed Afterwards(FollowerDatabase const& want, Observed seen, PutAttachment const& put) {
  if (FindMine(want, seen) == nullptr) {
    for (auto& database : Brought(want, seen, put)) seen.databases.push_back(std::move(database));
  }
  std::erase_if(seen.attachments,
                [&](SeenAttachment const& it) { return EqualsIgnoreCase(it.name, put.name); });
  seen.attachments.push_back({.name = put.name,
                              .leader_key = ToLower(put.leader_id),
                              .leader_id = put.leader_id,
                              .database = put.database,
                              .name_override = put.name_override,
                              .prefix = put.prefix,
                              .principals = put.principals,
                              .sharing = put.sharing,
                              .provisioning_state = "Succeeded"});
  return seen;
}

/// The attachment's own kind of permissions, where it still differs.
std::vector<CoveredChange> KindStillDue(FollowerDatabase const& want, Observed const& seen) {
  auto const* mine = FindMine(want, seen);
  auto differs = mine == nullptr ? std::vector<CoveredChange>{} : Differences(want, *mine);
  std::erase_if(differs, [](CoveredChange const& it) { return it.key.field != kPrincipalsField; });
  return differs;
}

/// The writes of this pass and of those after it: the attachment, then policies of its databases,
/// then the attachment's own kind of permissions, which waits for the grants.
std::vector<Action> Foresee(FollowerDatabase const& want, Observed const& seen,
                            std::vector<Action> first, TimePoint now) {
  std::erase_if(first, [](Action const& it) { return !IsAzureWrite(it); });
  if (first.empty()) return first;
  // What a share will bring nobody can tell before it is mapped.
  if (want.spec.source.share && !std::holds_alternative<ChangePolicy>(first.front())) return first;
  std::vector<Action> writes;
  auto world = seen;
  if (auto const* put = std::get_if<PutAttachment>(&first.front())) {
    world = Afterwards(want, std::move(world), *put);
    writes.emplace_back(*put);
  }
  // Of a database that is not there yet nobody can tell them; Manage asks before it writes.
  if (!world.own_rights) world.own_rights = OwnRights{.is_cluster_admin = true};
  for (auto& change : ComparePolicies(want, world, now).changes)
    writes.emplace_back(std::move(change));
  if (auto kind = KindStillDue(want, world); !kind.empty()) {
    auto put = Desired(want, world);
    put.covers = std::move(kind);
    writes.emplace_back(std::move(put));
  }
  return writes;
}

/// What stands between a plan and its execution, should the attachment be somebody else's.
std::string AdoptionWords(FollowerDatabase const& want, Observed const& seen) {
  auto const* mine = FindMine(want, seen);
  if (mine == nullptr || IsOurs(want, *mine) || want.spec.adoption == Adoption::kIfIdentical)
    return "";
  return " The attachment was not made by this object: to take it over, set spec.adoption to "
         "IfIdentical together with spec.mode Manage.";
}

void TellDifferences(Plan& plan, FollowerDatabase const& want, Observed const& seen,
                     TimePoint now) {
  Tell(plan.status, want, kDrifted, ConditionStatus::kTrue, kReasonDrifted,
       "Azure differs from what is declared; status.plan tells what Manage would do." +
           AdoptionWords(want, seen),
       now);
  bool const is_attached = FindMine(want, seen) != nullptr || !MyDatabases(want, seen).empty();
  if (!is_attached) {  // nothing is claimed
    plan.status.attachment = want.status.attachment;
    ClearDatabases(plan.status);
    plan.status.share = want.status.share;
  }
  Tell(plan.status, want, kAttached, is_attached ? ConditionStatus::kTrue : ConditionStatus::kFalse,
       kReasonNotManaged,
       is_attached ? "The follower cluster has the attachment." : "There is no attachment.", now);
  Tell(plan.status, want, kReady, ConditionStatus::kFalse, kReasonNotManaged,
       "Mode Observe: the differences in status.plan are left alone.", now);
  model::RemoveCondition(plan.status.conditions, kReconciling);
  model::RemoveCondition(plan.status.conditions, kPoliciesApplied);
  plan.requeue = {};
  plan.is_settled = true;
}

/// What Manage would be kept from doing is no plan.
void ForgetPlan(Status& status) {
  kinds::ClearPlan(status);
  model::RemoveCondition(status.conditions, kDrifted);
}

}  // namespace

void ClaimNothing(Status& status, FollowerDatabase const& want) {
  if (!want.spec.attachment_name || !status.attachment) return;
  status.attachment->resource_id =
      want.status.attachment ? want.status.attachment->resource_id : std::string();
}

Plan OnlyTell(Plan decided, FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  Plan plan = std::move(decided);
  auto const writes = Foresee(want, seen, std::exchange(plan.actions, {}), now);
  plan.events.clear();
  plan.remakes_attachment = false;
  bool const is_as_declared = plan.is_settled && model::IsTrue(plan.status.conditions, kReady);
  if (writes.empty() && !is_as_declared) {
    if (model::IsTrue(plan.status.conditions, kStalled)) ForgetPlan(plan.status);
    return plan;
  }
  kinds::ClearPlan(plan.status);
  std::vector<CoveredChange> differences;
  for (auto const& action : writes) {
    plan.status.plan.push_back(Describe(action));
    std::ranges::copy(CoversOf(action), std::back_inserter(differences));
  }
  TellDrift(plan.status, DescribeDrift(want, differences, now));
  if (!writes.empty()) {
    TellDifferences(plan, want, seen, now);
    return plan;
  }
  Tell(plan.status, want, kDrifted, ConditionStatus::kFalse, kReasonInSync,
       "Azure is as declared." + AdoptionWords(want, seen), now);
  return plan;
}

}  // namespace adxf::follower_database
