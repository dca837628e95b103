#include "base/text.hpp"
#include "base/time_format.hpp"
#include "kinds/follower_database/plan_policies.hpp"
#include "kinds/follower_database/plan_rights.hpp"
#include "model/principal.hpp"

#include <algorithm>

namespace adxf::follower_database {
namespace {

constexpr auto kDropped = " dropped";

std::string Mark(FollowerDatabase const& want) {
  return "adxfollower:" + want.metadata.name_space + "/" + want.metadata.name;
}

/// The mark, and for a principal that the service resolves (a mail, a name) the principal as
/// declared: what comes back is an object id, so only the note tells whom it was meant for.
std::string OwnerPart(FollowerDatabase const& want, Grant const& grant) {
  return ComesBackAsGiven(grant.principal) ? Mark(want) : Mark(want) + " " + grant.principal;
}

bool StartsWithPart(std::string const& note, std::string const& part) {
  if (note.size() < part.size() || !EqualsIgnoreCase(note.substr(0, part.size()), part))
    return false;
  return note.size() == part.size() || note[part.size()] == ' ' || note[part.size()] == ':';
}

bool StandsFor(FollowerDatabase const& want, SeenPrincipal const& have, Grant const& grant) {
  if (have.role != grant.role) return false;
  if (ComesBackAsGiven(grant.principal)) return EqualsIgnoreCase(have.principal, grant.principal);
  return StartsWithPart(have.note, OwnerPart(want, grant));
}

bool IsExpired(Grant const& grant, TimePoint now) {
  return grant.expires_at && *grant.expires_at <= now;
}

PolicyKey KeyOf(std::string const& database, Role role, std::string const& principal) {
  return {.database = database,
          .field = "permissions.grants/" + std::string(ToString(role)) + "/" + ToLower(principal)};
}

Difference Add(FollowerDatabase const& want, SeenOverrides const& have, Grant const& grant) {
  auto const note = NoteOf(want, grant);
  auto const shown = std::ranges::find_if(have.principals, [&](SeenPrincipal const& principal) {
    return StandsFor(want, principal, grant);
  });
  return {
      .key = KeyOf(have.database, grant.role, grant.principal),
      .value = note,
      .had = shown == have.principals.end() ? "none" : shown->note,
      .command = AddPrincipals{.role = grant.role, .principals = {grant.principal}, .note = note}};
}

Difference Drop(std::string const& database, SeenPrincipal const& have, Cause cause) {
  return {.key = KeyOf(database, have.role, have.principal + kDropped),
          .value = "none",
          .had = have.note.empty() ? "granted" : have.note,
          .command = DropPrincipals{.role = have.role, .principals = {have.principal}},
          .cause = cause};
}

/// Granted with the very note that is declared, or by others.
bool IsGranted(FollowerDatabase const& want, SeenOverrides const& have, Grant const& grant) {
  return std::ranges::any_of(have.principals, [&](SeenPrincipal const& principal) {
    bool const has_other_note =
        IsMarkedAsOurs(want, principal.note) && principal.note != NoteOf(want, grant);
    return StandsFor(want, principal, grant) && !has_other_note;
  });
}

bool Stays(FollowerDatabase const& want, Observed const& seen, SeenPrincipal const& have,
           TimePoint now) {
  auto const* grant = GrantBehind(want, have);
  bool const is_declared = grant != nullptr && !IsExpired(*grant, now);
  if (IsMarkedAsOurs(want, have.note)) return is_declared && have.note == NoteOf(want, *grant);
  bool const is_authoritative =
      want.spec.permissions && want.spec.permissions->ownership == Ownership::kAuthoritative;
  return !is_authoritative || is_declared || IsOwn(seen, have.principal);
}

Cause CauseOfDrop(FollowerDatabase const& want, SeenPrincipal const& have, TimePoint now) {
  auto const* grant = GrantBehind(want, have);
  return grant != nullptr && IsExpired(*grant, now) ? Cause::kExpiry : Cause::kDeclared;
}

}  // namespace

bool ComesBackAsGiven(std::string const& principal) {
  auto const parsed = model::Principal::Parse(principal);
  return parsed && parsed->IsResolved() && parsed->Kind() != model::PrincipalKind::kApp;
}

std::string NoteOf(FollowerDatabase const& want, Grant const& grant) {
  auto const owner = OwnerPart(want, grant);
  return grant.notes.empty() ? owner : owner + ": " + grant.notes;
}

bool IsMarkedAsOurs(FollowerDatabase const& want, std::string const& note) {
  return StartsWithPart(note, Mark(want));
}

Grant const* GrantBehind(FollowerDatabase const& want, SeenPrincipal const& have) {
  if (!want.spec.permissions) return nullptr;
  auto const& grants = want.spec.permissions->grants;
  auto const found = std::ranges::find_if(
      grants, [&](Grant const& grant) { return StandsFor(want, have, grant); });
  return found == grants.end() ? nullptr : &*found;
}

std::vector<Difference> CompareGrants(FollowerDatabase const& want, Observed const& seen,
                                      SeenOverrides const& have, TimePoint now) {
  std::vector<Difference> differences;
  // Drops first: a grant whose note changed is dropped and added again within one schema refresh.
  for (auto const& principal : have.principals) {
    if (Stays(want, seen, principal, now)) continue;
    differences.push_back(Drop(have.database, principal, CauseOfDrop(want, principal, now)));
  }
  if (!want.spec.permissions) return differences;
  for (auto const& grant : want.spec.permissions->grants) {
    if (!IsExpired(grant, now) && !IsGranted(want, have, grant))
      differences.push_back(Add(want, have, grant));
  }
  return differences;
}

bool EndsAccess(FollowerDatabase const& want, Difference const& difference,
                std::vector<Difference> const& all) {
  auto const* drop = std::get_if<DropPrincipals>(&difference.command);
  if (drop == nullptr) return false;
  SeenPrincipal const had{
      .role = drop->role, .principal = drop->principals.front(), .note = difference.had};
  bool const has_other_note =
      difference.cause != Cause::kExpiry && GrantBehind(want, had) != nullptr;
  bool const may_have_other_name = std::ranges::any_of(all, [&](Difference const& it) {
    auto const* add = std::get_if<AddPrincipals>(&it.command);
    return add != nullptr && add->role == drop->role && !ComesBackAsGiven(add->principals.front());
  });
  return !has_other_note && !may_have_other_name;
}

bool IsDrop(PendingChange const& pending) { return pending.key.field.ends_with(kDropped); }

bool HasShown(SeenOverrides const& have, PendingChange const& pending) {
  bool is_there = false;
  for (auto const& it : have.principals) {
    if (KeyOf(have.database, it.role, it.principal + kDropped) == pending.key) return false;
    is_there = is_there || KeyOf(have.database, it.role, it.principal) == pending.key ||
               (!it.note.empty() && it.note == pending.value);
  }
  return is_there || IsDrop(pending);
}

std::string TellExpiry(FollowerDatabase const& want, TimePoint now) {
  if (!want.spec.permissions) return {};
  Grant const* next = nullptr;
  int expired = 0;
  for (auto const& grant : want.spec.permissions->grants) {
    if (!grant.expires_at) continue;
    if (IsExpired(grant, now)) {
      ++expired;
    } else if (next == nullptr || *grant.expires_at < *next->expires_at) {
      next = &grant;
    }
  }
  std::string text;
  if (next != nullptr) {
    text += " The grant of " + std::string(ToString(next->role)) + " to " + next->principal +
            " ends at " + FormatRfc3339(*next->expires_at) + ".";
  }
  if (expired > 0)
    text +=
        " Declared grants that have expired and are taken back: " + std::to_string(expired) + ".";
  return text;
}

}  // namespace adxf::follower_database
