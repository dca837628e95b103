#include "kinds/follower_database/plan_share.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_mappings.hpp"
#include "kinds/follower_database/plan_status.hpp"
#include "kinds/follower_database/plan_steps.hpp"
#include "kinds/follower_database/plan_subscription.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

using model::ConditionStatus;

constexpr auto kInvitationRetry = std::chrono::seconds(30);

Plan Attaching(FollowerDatabase const& want, Observed const& seen, std::string const& message,
               TimePoint now) {
  return Await(want, seen, kAttached, kReasonAttaching, message, now);
}

Problem Claimed(std::string const& older) {
  return Untakable(kReasonDuplicateClaim,
                   "The older FollowerDatabase " + older +
                       " takes the same share into the same account. Name both data sets in one "
                       "object, or ask the provider for a second invitation and delete one of the "
                       "two.");
}

/// The name goes into the status before there is a subscription of that name, or one is used that
/// others made: what the status tells counts as ours. A derived name holds this installation's.
void ClaimSubscription(Plan& plan, FollowerDatabase const& want, Observed const& seen,
                       std::string const& name) {
  bool const is_derived = !want.spec.source.share->subscription_name &&
                          EqualsIgnoreCase(name, SubscriptionName(want, seen.instance));
  if (!plan.status.share) plan.status.share.emplace();
  plan.status.share->subscription = SubscriptionId(want, name);
  if (!is_derived && !IsTold(want, name)) plan.actions.emplace_back(RecordClaim{});
}

/// There is no subscription: the invitation is accepted, into an account that is made if need be.
Plan PlanAccept(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  auto const choice = ChooseOffer(want, seen, now);
  if (choice.problem) {
    auto plan = Blocked(want, seen, *choice.problem, now);
    // Nobody tells when an invitation comes; that of an Invitation is told by its change.
    bool const may_come = choice.problem->reason == kReasonInvitationNotFound;
    if (may_come) plan.requeue = {.when = Requeue::When::kAfter, .delay = kInvitationRetry};
    return plan;
  }
  auto const& account = *want.spec.source.share;
  if (!seen.share.has_account && !account.account_location) {
    return Blocked(
        want, seen,
        Untakable(kReasonAccountNotFound,
                  "There is no Data Share account " + account.account_resource_id +
                      ": give spec.source.share.accountLocation to have it made, or create "
                      "it."),
        now);
  }
  bool const is_busy = seen.share.has_account && IsBusy(seen.share.account_state);
  if (is_busy) return Attaching(want, seen, "Azure is making the Data Share account.", now);

  auto plan = Attaching(want, seen, "The invitation is being accepted.", now);
  auto const name = SubscriptionName(want, seen.instance);
  ClaimSubscription(plan, want, seen, name);
  plan.status.share->provider = choice.offer->provider;
  if (!seen.share.has_account)
    plan.actions.emplace_back(CreateAccount{.location = *account.account_location});
  plan.actions.emplace_back(AcceptInvitation{
      .subscription = name, .invitation_id = choice.offer->id, .location = choice.offer->location});
  return plan;
}

/// The provider took the access back. Only the provider can give it again, and that is seen at the
/// next tick.
Plan WithoutAccess(FollowerDatabase const& want, Observed const& seen,
                   SeenSubscription const& subscription, TimePoint now) {
  bool const is_deleted = subscription.status == "SourceDeleted";
  auto problem =
      is_deleted
          ? Untakable(
                kReasonSourceDeleted,
                "The provider, " + subscription.provider + ", deleted share " +
                    subscription.share_name +
                    ": its databases are gone. Delete this object with deletionPolicy Leave; for "
                    "another share, make a new one.")
          : Untakable(
                kReasonRevoked,
                "The provider, " + subscription.provider + ", revoked the access to share " +
                    subscription.share_name +
                    ": its databases are gone. They come back by themselves should the access "
                    "be given again.");
  auto plan = Blocked(want, seen, problem, now);
  if (model::FindCondition(want.status.conditions, kPoliciesApplied) != nullptr) {
    Tell(plan.status, want, kPoliciesApplied, ConditionStatus::kFalse, problem.reason,
         "There are no databases to apply hot cache and permissions to.", now);
  }
  return plan;
}

bool HasEntityCaching(FollowerDatabase const& want) {
  auto const& caching = want.spec.caching;
  return caching && (!caching->tables.empty() || !caching->materialized_views.empty());
}

std::optional<Problem> ClusterShareProblem(FollowerDatabase const& want, Observed const& seen) {
  if (!HasEntityCaching(want)) return std::nullopt;
  for (auto const* source : WantedSources(want, seen)) {
    if (source->kind != DataSetKind::kCluster) continue;
    return Untakable(kReasonNotForClusterShare,
                     "Data set " + source->name +
                         " shares a whole cluster, for which tables and materialized views have no "
                         "hot cache of their own: use caching.database, or name other data sets in "
                         "spec.source.share.dataSets.");
  }
  return std::nullopt;
}

Problem Broken(SeenSource const& source) {
  return Untakable(
      kReasonMappingBroken,
      "Data Share shows the mapping of data set " + source.name +
          " as broken, also after it was made again. Ask the provider whether the data "
          "set is still shared; then set the annotation adxfollower.io/reconcile-at.");
}

/// Weighs the wanted data sets: to be mapped, under way, or in trouble.
struct Mapping {
  FollowerDatabase const& want;
  Observed const& seen;
  SeenSubscription const& subscription;
  TimePoint now;
  std::vector<PutMapping> puts{};
  std::optional<Problem> problem{};
  bool is_waiting = false;

  void Weigh(SeenSource const& source) {
    if (auto found = MappingProblem(want, seen, source)) return Complain(std::move(*found));
    auto const* have = MappingOf(seen, source);
    if (have == nullptr) return Make(source);
    if (IsBusy(have->provisioning_state)) {
      is_waiting = true;
    } else if (have->status == "Broken") {
      Mend(source, *have);
    } else if (!IsMapped(*have)) {
      Put(source, have->name, {});
    }
  }

  void Make(SeenSource const& source) {
    bool const is_lost = WasMapped(source);
    if (IsLeftAlone(source, is_lost)) return Complain(Vanished());
    Put(source, source.id, {.is_lost = is_lost, .mends = is_lost});
  }

  /// After a reinstatement, or where others took the attachment away, a mapping does not heal by
  /// itself.
  void Mend(SeenSource const& source, SeenMapping const& have) {
    bool const is_lost = WasMapped(source);
    if (IsLeftAlone(source, is_lost)) return Complain(Vanished());
    if (WasMended(source) && !is_lost) return Complain(Broken(source));
    Put(source, have.name, {.is_lost = is_lost, .mends = true});
  }

  [[nodiscard]] bool IsLeftAlone(SeenSource const& source, bool is_lost) const {
    return WasGivenUp(want) || (is_lost && WasMended(source));
  }

  [[nodiscard]] bool WasMended(SeenSource const& source) const {
    auto const found = seen.mended.find(source.id);
    return found != seen.mended.end() && now - found->second < kRemakeSpan;
  }

  struct Why {
    bool is_lost = false;  ///< Others took it away.
    bool mends = false;
  };
  void Put(SeenSource const& source, std::string name, Why why) {
    PutMapping put{.subscription = subscription.name,
                   .name = std::move(name),
                   .source_id = source.id,
                   .source = source.name,
                   .kind = source.kind,
                   .mends = why.mends};
    if (why.is_lost) put.covers = {Lost("data set " + source.name)};
    puts.push_back(std::move(put));
  }

  [[nodiscard]] bool WasMapped(SeenSource const& source) const {
    if (!HadAttachment(want) || !want.status.share) return false;
    return std::ranges::any_of(want.status.share->mappings, [&](MappingStatus const& it) {
      return EqualsIgnoreCase(it.data_set, source.name);
    });
  }

  void Complain(Problem it) {
    if (!problem) problem = std::move(it);
  }
};

Plan PlanMappings(FollowerDatabase const& want, Observed const& seen, Mapping mapping,
                  TimePoint now) {
  auto plan = Attaching(want, seen, "The share is being mapped onto the follower cluster.", now);
  ClaimSubscription(plan, want, seen, mapping.subscription.name);
  for (auto& put : mapping.puts) plan.actions.emplace_back(std::move(put));
  bool const is_lost =
      std::ranges::any_of(plan.actions, [](Action const& it) { return !CoversOf(it).empty(); });
  if (is_lost) plan.events.push_back(LostNote());
  return plan;
}

/// The mappings are made: their databases get what is declared. What cannot be told apart gets
/// nothing.
Plan PlanDatabases(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  std::vector<std::string> unresolved;
  for (auto const& it : ResolveMappings(want, seen)) {
    bool const waits = it.databases.empty() && !it.is_ambiguous;
    if (waits) {
      return Await(want, seen, kAttached, kReasonWaitingForDatabases,
                   "The share is mapped; the databases of data set " + it.source->name +
                       " have not appeared on the follower cluster yet.",
                   now);
    }
    if (it.is_ambiguous) unresolved.push_back(it.source->name);
  }
  auto plan = PlanPolicies(want, seen, now);
  if (unresolved.empty() || !IsReadyPlan(plan)) return plan;
  auto blocked = Blocked(
      want, seen,
      Untakable(kReasonMappingUnresolved,
                "By their name databases of the follower cluster fit data set " +
                    Join(unresolved, ", ") +
                    ", but they came of several attachments, or of another cluster than the share "
                    "names, and Data Share does not tell which it made: they are left as they are. "
                    "Use a follower cluster of its own for each provider."),
      now);
  blocked.unmet = std::move(plan.unmet);
  blocked.has_compared_policies = true;
  return blocked;
}

/// No observer reads Data Share again by itself.
Plan Unread(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  auto plan = Blocked(want, seen, *seen.share.problem, now);
  plan.requeue = kinds::RetryOf(*seen.share.problem);
  return plan;
}

Plan WithSubscription(FollowerDatabase const& want, Observed const& seen,
                      SeenSubscription const& subscription, TimePoint now) {
  if (IsBusy(subscription.provisioning_state))
    return Attaching(want, seen, "Azure is working on the share subscription.", now);
  if (!kinds::HasAccess(subscription.status)) return WithoutAccess(want, seen, subscription, now);
  if (subscription.status == "Revoking") {
    return Await(want, seen, kAttached, kReasonRevoking,
                 "The provider, " + subscription.provider + ", is revoking the access to share " +
                     subscription.share_name + ": its databases are about to go.",
                 now);
  }
  if (auto problem = SourceProblem(want, seen)) return Blocked(want, seen, *problem, now);
  if (auto problem = ClusterShareProblem(want, seen)) return Blocked(want, seen, *problem, now);

  Mapping mapping{.want = want, .seen = seen, .subscription = subscription, .now = now};
  for (auto const* source : WantedSources(want, seen)) mapping.Weigh(*source);
  if (!mapping.puts.empty()) return PlanMappings(want, seen, std::move(mapping), now);
  if (mapping.problem) return Blocked(want, seen, *mapping.problem, now);
  if (mapping.is_waiting) return Attaching(want, seen, "Data Share is making the mapping.", now);
  if (auto const unwanted = UnwantedMappings(want, seen); !unwanted.empty()) {
    auto plan = Attaching(want, seen, "Data sets that are not wanted any more are taken off.", now);
    for (auto const* it : unwanted)
      plan.actions.emplace_back(DeleteMapping{.subscription = subscription.name, .name = it->name});
    return plan;
  }
  return PlanDatabases(want, seen, now);
}

}  // namespace

Plan DecideShare(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (seen.follower.readability == Readability::kUnread) return ReadingAgain(want, seen, now);
  if (auto problem = FollowerProblem(want, seen)) return Blocked(want, seen, *problem, now);
  if (seen.operation && seen.operation->is_running)
    return Attaching(want, seen, "Azure Data Share is working.", now);
  if (!seen.is_inventory_fresh) return ReadingAgain(want, seen, now);
  if (seen.share.problem) return Unread(want, seen, now);
  if (!seen.share.is_read) return ReadingAgain(want, seen, now);
  if (seen.hold && seen.hold->IsOn(now)) return Resting(want, seen, now);
  if (seen.older_claim) return Blocked(want, seen, Claimed(*seen.older_claim), now);
  if (auto problem = SubscriptionProblem(want, seen)) return Blocked(want, seen, *problem, now);
  auto const* subscription = FindSubscription(want, seen);
  return subscription == nullptr ? PlanAccept(want, seen, now)
                                 : WithSubscription(want, seen, *subscription, now);
}

}  // namespace adxf::follower_database
