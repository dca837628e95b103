#include "kinds/follower_database/plan_policies.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_drift.hpp"
#include "kinds/follower_database/plan_rights.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace adxf::follower_database {
namespace {

// A change that did not show is asked for once more: somebody may have undone it before it did.
constexpr int kMostTimes = 2;

void Append(std::vector<std::string>& to, std::vector<std::string> const& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Puts `next` into `into` where one command can do both. Only resolved principals are granted
/// together: of the others the service must tell one by one whom it took them for.
struct Merge {
  PolicyCommand& into;

  bool operator()(SetEntityCache const& next) const {
    auto* same = std::get_if<SetEntityCache>(&into);
    if (same == nullptr || same->kind != next.kind || same->policy != next.policy) return false;
    Append(same->names, next.names);
    return true;
  }
  bool operator()(DropEntityCache const& next) const {
    auto* same = std::get_if<DropEntityCache>(&into);
    if (same == nullptr || same->kind != next.kind) return false;
    Append(same->names, next.names);
    return true;
  }
  bool operator()(AddPrincipals const& next) const {
    auto* same = std::get_if<AddPrincipals>(&into);
    bool const fits = same != nullptr && same->role == next.role && same->note == next.note &&
                      ComesBackAsGiven(same->principals.front()) &&
                      ComesBackAsGiven(next.principals.front());
    if (fits) Append(same->principals, next.principals);
    return fits;
  }
  bool operator()(DropPrincipals const& next) const {
    auto* same = std::get_if<DropPrincipals>(&into);
    if (same == nullptr || same->role != next.role) return false;
    Append(same->principals, next.principals);
    return true;
  }
  bool operator()(auto const&) const { return false; }
};

CoveredChange Cover(FollowerDatabase const& want, Difference const& difference) {
  bool const is_drift = difference.cause == Cause::kDeclared && IsDrift(want, difference.key);
  return {.key = difference.key,
          .value = difference.value,
          .had = difference.had,
          .cause = is_drift ? Cause::kDrift : difference.cause};
}

void Issue(std::vector<ChangePolicy>& changes, Difference const& difference,
           CoveredChange const& covered) {
  for (auto& change : changes) {
    if (change.database != difference.key.database) continue;
    if (!std::visit(Merge{change.command}, difference.command)) continue;
    change.covers.push_back(covered);
    return;
  }
  changes.push_back(
      {.database = difference.key.database, .command = difference.command, .covers = {covered}});
}

/// Whether this very wish was issued and may still be on its way, or has been for too long.
PendingChange const* FindPending(Observed const& seen, Difference const& difference) {
  auto const found = std::ranges::find_if(seen.pending, [&](PendingChange const& it) {
    return it.key == difference.key && it.value == difference.value && it.had == difference.had;
  });
  return found == seen.pending.end() ? nullptr : &*found;
}

Problem NotAccepted(Difference const& difference) {
  return {.condition = std::string(kPoliciesApplied),
          .reason = std::string(kReasonPolicyNotAccepted),
          .message =
              "Azure accepted the change of " + difference.key.field + " on database " +
              difference.key.database + " to \"" + difference.value + "\" but does not show it. " +
              (std::holds_alternative<AddPrincipals>(difference.command)
                   ? "The principal may have the role already, granted by others: drop it "
                     "there, or declare it as kind=<object id>;<tenant id>; then "
                   : "Check that the cluster supports it, or change the declaration; then ") +
              "set the annotation adxfollower.io/reconcile-at to try again.",
          .needs_person = true};
}

/// The kind with which the attachment that brings the database was made.
ModificationKind AttachedWith(Observed const& seen, SeenDatabase const& database) {
  auto const* attachment = FindAttachment(seen, database.attachment_name);
  return attachment == nullptr ? ModificationKind::kUnion : attachment->principals;
}

std::optional<Difference> CompareKind(FollowerDatabase const& want, SeenOverrides const& have,
                                      ModificationKind attached_with) {
  // A share keeps what Data Share set, unless something is declared.
  if (want.spec.source.share && !want.spec.permissions) return std::nullopt;
  auto const wanted =
      want.spec.permissions ? want.spec.permissions->modification_kind : ModificationKind::kUnion;
  auto const had = have.principals_kind.value_or(attached_with);
  if (had == wanted) return std::nullopt;
  return Difference{.key = {.database = have.database, .field = "permissions.modificationKind"},
                    .value = std::string(ToString(wanted)),
                    .had = std::string(ToString(had)),
                    .command = SetPrincipalsKind{.kind = wanted}};
}

std::vector<Difference> ComparePermissions(FollowerDatabase const& want, Observed const& seen,
                                           SeenDatabase const& database, SeenOverrides const& have,
                                           TimePoint now) {
  auto differences = CompareGrants(want, seen, have, now);
  // Last: a switch to Replace must find its grants in place.
  auto kind = CompareKind(want, have, AttachedWith(seen, database));
  if (kind) differences.push_back(std::move(*kind));
  return differences;
}

std::optional<TimePoint> NextExpiry(FollowerDatabase const& want, TimePoint now) {
  std::optional<TimePoint> next;
  if (!want.spec.permissions) return next;
  for (auto const& grant : want.spec.permissions->grants) {
    if (!grant.expires_at || *grant.expires_at <= now) continue;
    if (!next || *grant.expires_at < *next) next = *grant.expires_at;
  }
  return next;
}

/// A change that did not show may have named the wrong kind of entity: then the other one is meant.
Difference Again(Difference difference) {
  auto* drop = std::get_if<DropEntityCache>(&difference.command);
  if (drop != nullptr && difference.is_guess) drop->kind = EntityKind::kMaterializedView;
  return difference;
}

/// What is declared of a field, whatever shows, in the words of a difference.
std::string WishedValue(FollowerDatabase const& want, Observed const& seen, PolicyKey const& key,
                        TimePoint now) {
  SeenOverrides const nothing{.database = key.database};
  auto wished = CompareCaching(want, nothing);
  std::ranges::move(CompareGrants(want, seen, nothing, now), std::back_inserter(wished));
  if (auto const kind = CompareKind(want, nothing, ModificationKind::kUnion))
    wished.push_back(*kind);
  auto const found = std::ranges::find(wished, key, &Difference::key);
  if (found != wished.end()) return found->value;
  if (key.field.ends_with("modificationKind"))
    return std::string(ToString(ModificationKind::kUnion));
  return key.field == "caching.prefetchExtents" ? "false" : "none";
}

/// Weighs the differences of one object: to be issued, on their way, or not to be touched.
struct Comparing {
  FollowerDatabase const& want;
  Observed const& seen;
  TimePoint now;
  Issues issues = Issues::kAll;
  PolicyComparison result{};

  void Database(SeenDatabase const& database, SeenOverrides const& have) {
    bool const issues_all = issues == Issues::kAll;
    for (auto const& difference : CompareCaching(want, have)) Weigh(difference, issues_all);
    auto const permissions = ComparePermissions(want, seen, database, have, now);
    if (permissions.empty()) return;
    auto const lock_out = LockOut(want, seen, have, permissions);
    bool const is_unsure = !seen.own_rights && NeedsOwnRights(want, {have});
    auto const may_issue = [&](Difference const& difference) {
      return issues_all || EndsAccess(want, difference, permissions);
    };
    if (!lock_out && !is_unsure) {
      for (auto const& difference : permissions) Weigh(difference, may_issue(difference));
      return;
    }
    for (auto const& difference : permissions) {
      // What takes access from others neither ends the operator's own nor waits for it.
      if (!is_unsure && IsRevocationOfOthers(seen, difference))
        Weigh(difference, may_issue(difference));
      else
        result.unmet.push_back(Cover(want, difference));
    }
    if (lock_out) Complain(*lock_out);
    if (is_unsure) result.is_waiting = true;
  }

  void Weigh(Difference const& difference, bool may_issue) {
    auto covered = Cover(want, difference);
    result.unmet.push_back(covered);
    if (covered.cause == Cause::kDrift) result.drift.push_back(covered);
    auto const* pending = FindPending(seen, difference);
    if (!may_issue) return KeepStopped(covered);
    auto const read_at = seen.overrides_read_at.value_or(now);
    if (pending != nullptr && pending->IsOnItsWay(read_at, now, seen.schema_patience)) {
      result.is_waiting = true;
      return;
    }
    if (pending != nullptr && pending->times >= kMostTimes)
      return Complain(NotAccepted(difference));
    bool const is_new_drift = covered.cause == Cause::kDrift && pending == nullptr;
    if (is_new_drift && IsContended(want, seen, covered.key, now)) {
      result.contended.push_back(covered.key);
      return Complain(Contended(covered));
    }
    bool const was_taken = pending != nullptr && pending->times > 0;
    if (was_taken) covered.cause = Cause::kDeclared;  // told when it was asked for first
    Issue(result.changes, was_taken ? Again(difference) : difference, covered);
  }

  /// What others change again and again stays left alone while something else is in the way.
  void KeepStopped(CoveredChange const& covered) {
    bool const is_drift = covered.cause == Cause::kDrift;
    if (is_drift && IsContended(want, seen, covered.key, now))
      result.contended.push_back(covered.key);
  }

  /// What was asked for and is not wished any more shows at the next schema refresh all the same,
  /// and only then can it be undone.
  void AwaitWithdrawn() {
    for (auto const& it : seen.pending) {
      bool const differs =
          std::ranges::find(result.unmet, it.key, &CoveredChange::key) != result.unmet.end();
      bool const is_wished = !IsDrop(it) && WishedValue(want, seen, it.key, now) == it.value;
      if (is_wished || differs || HasShown(OverridesOf(seen, it.key.database), it)) continue;
      if (!it.IsOnItsWay(seen.overrides_read_at.value_or(now), now, seen.schema_patience)) continue;
      result.withdrawn.push_back(it.key);
      result.is_waiting = true;
    }
  }

  void Complain(Problem problem) {
    if (!result.problem) result.problem = std::move(problem);
  }
};

/// Null where the list, which is in the order of its names in lower case, has none of the database.
template <typename Sight>
Sight const* FindOn(std::vector<Sight> const& all, std::string const& database) {
  auto const lower = ToLower(database);
  auto const found = std::ranges::lower_bound(all, lower, {},
                                              [](Sight const& it) { return ToLower(it.database); });
  return found != all.end() && ToLower(found->database) == lower ? &*found : nullptr;
}

}  // namespace

SeenOverrides OverridesOf(Observed const& seen, std::string const& database) {
  auto const* listed = FindOn(seen.overrides, database);
  return listed == nullptr ? SeenOverrides{.database = database} : *listed;
}

SeenInForce const* InForceOn(Observed const& seen, std::string const& database) {
  return FindOn(seen.in_force, database);
}

SeenDatabase const* FindUnserved(FollowerDatabase const& want, Observed const& seen) {
  auto const databases = MyDatabases(want, seen);
  auto const found = std::ranges::find_if(databases, [&](SeenDatabase const* database) {
    auto const* in_force = InForceOn(seen, database->name);
    if (in_force == nullptr || FindOn(seen.overrides, database->name) != nullptr) return false;
    return in_force->is_unknown || in_force->readability == Readability::kUnread;
  });
  return found == databases.end() ? nullptr : *found;
}

bool AwaitsReading(FollowerDatabase const& want, Observed const& seen) {
  return std::ranges::any_of(MyDatabases(want, seen), [&](SeenDatabase const* database) {
    return OverridesOf(seen, database->name).is_unclear;
  });
}

PolicyComparison ComparePolicies(FollowerDatabase const& want, Observed const& seen, TimePoint now,
                                 Issues issues) {
  Comparing comparing{.want = want, .seen = seen, .now = now, .issues = issues};
  comparing.result.next_expiry = NextExpiry(want, now);
  for (auto const* database : MyDatabases(want, seen))
    comparing.Database(*database, OverridesOf(seen, database->name));
  comparing.AwaitWithdrawn();
  return std::move(comparing.result);
}

}  // namespace adxf::follower_database
