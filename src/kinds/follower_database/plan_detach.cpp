#include "kinds/follower_database/plan_detach.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_share.hpp"
#include "kinds/follower_database/plan_status.hpp"
#include "kinds/follower_database/plan_subscription.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace adxf::follower_database {
namespace {

// The leader lists an attachment when it is made. One whose making was under way when the object
// was deleted may still appear in the list so much later.
constexpr auto kAttachSpan = std::chrono::hours(1);

/// As the status tells it, else as it would be named.
std::string ToldId(FollowerDatabase const& want, Observed const& seen) {
  if (want.status.attachment && !want.status.attachment->resource_id.empty())
    return want.status.attachment->resource_id;
  return AttachmentId(want, AttachmentName(want, seen.instance));
}

/// What the object has in Azure, in words.
std::string Holdings(FollowerDatabase const& want, Observed const& seen) {
  if (!want.spec.source.share) return "attachment " + ToldId(want, seen);
  auto const told = want.status.share ? want.status.share->subscription : "";
  return "share subscription " +
         (told.empty() ? SubscriptionId(want, SubscriptionName(want, seen.instance)) : told) +
         ", with its mappings,";
}

Plan GiveUp(FollowerDatabase const& want, Observed const& seen) {
  return LetGo(
      want, {{.type = EventNote::Type::kWarning,
              .reason = "ForceDeleted",
              .message = "The annotation adxfollower.io/force-delete gives up on Azure: " +
                         Holdings(want, seen) + " of follower cluster " +
                         want.spec.follower_cluster.resource_id +
                         " was not removed. If it is there, its databases, hot-cache overrides and "
                         "grants stay, and whoever has access keeps it. To end that: az resource "
                         "delete --ids with that id."}});
}

Plan LeaveInPlace(FollowerDatabase const& want, Observed const& seen) {
  auto const why =
      want.spec.mode == Mode::kObserve ? "spec.mode is Observe" : "deletionPolicy is Orphan";
  return LetGo(want, {{.reason = "Orphaned",
                       .message = std::string(why) + ": " + Holdings(want, seen) +
                                  " stays in Azure as it is, with its hot-cache overrides and its "
                                  "grants; whoever has access keeps it."}});
}

Plan Detaching(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  return Await(want, seen, kAttached, kReasonDetaching,
               "The attachment is being removed from the follower cluster.", now);
}

/// Held up by `problem`: the message says what stays meanwhile.
Plan StandStill(FollowerDatabase const& want, Observed const& seen, Problem problem,
                TimePoint now) {
  problem.message = "Not detached yet, so attachment " + AttachmentName(want, seen.instance) +
                    " and this object stay (ways out: docs/deletion.md). " + problem.message;
  return Blocked(want, seen, problem, now);
}

Plan Rest(FollowerDatabase const& want, Observed const& seen, Hold const& hold, TimePoint now) {
  auto plan = StandStill(want, seen, hold.problem, now);
  plan.requeue = {.when = Requeue::When::kAfter, .delay = hold.until - now};
  return plan;
}

bool LeavesAzureAlone(FollowerDatabase const& want) {
  return want.spec.mode == Mode::kObserve || want.spec.deletion_policy == DeletionPolicy::kOrphan;
}

/// Problems of who acts, not of what is acted on: another identity on the leader may not have them.
bool IsAboutIdentity(Problem const& problem) {
  static constexpr std::array kReasons{kReasonCredentialsMissing, kReasonCredentialsRefused,
                                       kReasonIdentityNotAllowed, kReasonMissingRoleOnFollower,
                                       kReasonFollowerNotFound};
  return std::ranges::find(kReasons, problem.reason) != kReasons.end();
}

/// Why the follower cluster cannot even be read.
std::optional<Problem> Unreadable(Observed const& seen) {
  if (seen.identity_problem) return seen.identity_problem;
  auto const& follower = seen.follower;
  bool const is_refused = follower.readability == Readability::kForbidden ||
                          follower.readability == Readability::kFailed;
  return is_refused ? std::optional(follower.problem) : std::nullopt;
}

bool IsHeld(Boxed<Hold> const& hold, TimePoint now) { return hold && hold->IsOn(now); }

SeenFollower const* FindAtLeader(FollowerDatabase const& want, Observed const& seen) {
  auto const name = AttachmentName(want, seen.instance);
  auto const& followers = seen.from_leader.followers;
  auto const found = std::ranges::find_if(followers, [&](SeenFollower const& it) {
    return EqualsIgnoreCase(it.attachment_name, name);
  });
  return found == followers.end() ? nullptr : &*found;
}

/// The leader tells less than the follower: no other names. What has our name and our database is
/// ours.
bool IsOursAtLeader(FollowerDatabase const& want, SeenFollower const& it) {
  return it.is_direct && EqualsIgnoreCase(it.database, want.spec.source.leader->database) &&
         IsOurs(want, {.name = it.attachment_name});
}

bool MayStillAppear(FollowerDatabase const& want, TimePoint now) {
  auto const& told = want.status.attachment;
  bool const was_made =
      told && !told->provisioning_state.empty() && told->provisioning_state != "Creating";
  return !was_made && now - *want.metadata.deletion_timestamp < kAttachSpan;
}

Plan NotOurs(FollowerDatabase const& want, std::string const& name) {
  return LetGo(want, {{.reason = "NotOurs",
                       .message = "The attachment " + name + " belongs to others and stays."}});
}

/// Neither side can act; the follower's reason is the one to mend first.
Problem BothSides(FollowerDatabase const& want, Problem follower, Problem const& leader) {
  bool const is_same = leader.message == follower.message;
  follower.needs_person = follower.needs_person && leader.needs_person;
  if (!is_same) follower.message += " From the leader's side: " + leader.message;
  if (!want.spec.source.leader->credentials_secret_ref) {
    follower.message +=
        " Or name a Secret with rights on the leader cluster in "
        "spec.source.leader.credentialsSecretRef.";
  }
  return follower;
}

/// The leader does not list it. What the follower still lists is not gone for all that.
Plan AbsentAtLeader(FollowerDatabase const& want, Observed const& seen, Problem problem,
                    TimePoint now) {
  if (FindMine(want, seen) != nullptr && seen.is_inventory_fresh)
    return StandStill(want, seen, std::move(problem), now);
  if (!MayStillAppear(want, now)) {
    return LetGo(want, {{.reason = "Detached",
                         .message = "The leader cluster does not list the attachment any more: it "
                                    "is gone."}});
  }
  problem.message +=
      " The leader does not list the attachment, but one that was under way may appear until an "
      "hour after the deletion.";
  return StandStill(want, seen, std::move(problem), now);
}

Plan DetachAtLeader(FollowerDatabase const& want, Observed const& seen, Problem const& problem,
                    TimePoint now) {
  auto const& from = seen.from_leader;
  if (from.identity_problem)
    return StandStill(want, seen, BothSides(want, problem, *from.identity_problem), now);
  if (from.readability == Readability::kUnread) return Detaching(want, seen, now);
  if (from.readability != Readability::kReadable)
    return StandStill(want, seen, BothSides(want, problem, from.problem), now);

  auto const* mine = FindAtLeader(want, seen);
  if (mine == nullptr) return AbsentAtLeader(want, seen, problem, now);
  if (!IsOursAtLeader(want, *mine)) return NotOurs(want, mine->attachment_name);
  if (IsHeld(from.hold, now)) {
    return Rest(
        want, seen,
        {.until = from.hold->until, .problem = BothSides(want, problem, from.hold->problem)}, now);
  }
  auto plan = Await(want, seen, kAttached, kReasonDetaching,
                    "The attachment is being removed from the leader's side.", now);
  plan.actions = {DetachFromLeader{.name = mine->attachment_name}};
  return plan;
}

/// Nothing on the follower has our name. What the status names otherwise was made by another
/// installation.
Plan Absent(FollowerDatabase const& want, Observed const& seen) {
  auto const told = ToldId(want, seen);
  auto const other = std::ranges::find_if(seen.attachments, [&](SeenAttachment const& it) {
    return EqualsIgnoreCase(AttachmentId(want, it.name), told);
  });
  if (other != seen.attachments.end()) return NotOurs(want, other->name);
  return LetGo(want, {{.reason = "Detached", .message = "The attachment is gone."}});
}

/// The follower's list is fresh: it tells whether there is anything to remove.
Plan DetachAtFollower(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  bool const is_held = IsHeld(seen.hold, now);
  auto const* mine = FindMine(want, seen);
  // A PUT that got no answer may still be taken: what it asked for is waited for, then looked for.
  if (mine == nullptr && is_held && !seen.hold->problem.needs_person) {
    auto plan = Detaching(want, seen, now);
    plan.requeue = {.when = Requeue::When::kAfter, .delay = seen.hold->until - now};
    return plan;
  }
  if (mine == nullptr) return Absent(want, seen);
  if (Trespass(want, seen, *mine)) return NotOurs(want, mine->name);
  if (IsBusy(mine->provisioning_state)) return Detaching(want, seen, now);
  if (is_held && IsAboutIdentity(seen.hold->problem))
    return DetachAtLeader(want, seen, seen.hold->problem, now);
  if (is_held) {
    bool const is_stopped = seen.follower.state == "Stopped";
    auto const problem = is_stopped ? FollowerProblem(want, seen) : std::nullopt;
    return Rest(want, seen,
                {.until = seen.hold->until, .problem = problem.value_or(seen.hold->problem)}, now);
  }
  auto plan = Detaching(want, seen, now);
  plan.actions = {DeleteAttachment{.name = mine->name}};
  return plan;
}

}  // namespace

Plan LetGo(FollowerDatabase const& want, std::vector<EventNote> events) {
  Plan plan;
  plan.status = want.status;
  plan.actions = {RemoveFinalizer{}};
  plan.events = std::move(events);
  return plan;
}

bool NeedsLeaderSide(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  bool const has_nothing_to_do = !want.metadata.IsDeleting() || !want.spec.source.leader ||
                                 !want.metadata.HasFinalizer(kFinalizer) ||
                                 kinds::IsForced(want.metadata) || LeavesAzureAlone(want);
  if (has_nothing_to_do) return false;
  if (auto const problem = Unreadable(seen)) return IsAboutIdentity(*problem);
  return IsHeld(seen.hold, now) && IsAboutIdentity(seen.hold->problem);
}

Plan PlanDetach(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (!want.metadata.HasFinalizer(kFinalizer)) return {.status = want.status};
  if (kinds::IsForced(want.metadata)) return GiveUp(want, seen);
  if (LeavesAzureAlone(want)) return LeaveInPlace(want, seen);
  if (want.spec.source.share) return PlanUnmap(want, seen, now);
  if (seen.operation && seen.operation->is_running) return Detaching(want, seen, now);
  if (auto const problem = Unreadable(seen)) {
    return IsAboutIdentity(*problem) ? DetachAtLeader(want, seen, *problem, now)
                                     : StandStill(want, seen, *problem, now);
  }
  if (seen.follower.readability == Readability::kMissing) {
    return LetGo(want, {{.reason = "FollowerGone",
                         .message = "The follower cluster is gone, and the attachment with it."}});
  }
  bool const is_known =
      seen.follower.readability == Readability::kReadable && seen.is_inventory_fresh;
  return is_known ? DetachAtFollower(want, seen, now) : Detaching(want, seen, now);
}

}  // namespace adxf::follower_database
