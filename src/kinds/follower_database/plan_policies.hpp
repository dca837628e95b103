#pragma once

#include "kinds/follower_database/plan_actions.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <optional>
#include <string>
#include <vector>

/// Hot cache and permissions: what is declared against what the follower shows.
namespace adxf::follower_database {

/// One difference and the command that would remove it.
struct Difference {
  PolicyKey key{};
  std::string value{};  ///< What it should become, as text; compared with what is pending.
  std::string had{};    ///< What it is, as text.
  PolicyCommand command{};
  Cause cause = Cause::kDeclared;
  bool is_guess = false;  ///< Whether the entity is a table is not known.
};

struct PolicyComparison {
  std::vector<ChangePolicy> changes{};  ///< To be issued now, batched.
  std::vector<CoveredChange> unmet{};   ///< Every difference, issued already or not.
  std::vector<CoveredChange> drift{};   ///< Those that others made.
  std::vector<PolicyKey> contended{};   ///< Those that others make again and again; left alone.
  bool is_waiting = false;              ///< Some were issued and have not shown yet.
  /// Those that were issued, are not wished any more, and may show all the same.
  std::vector<PolicyKey> withdrawn{};
  std::optional<Problem> problem{};        ///< Some were issued and never showed.
  std::optional<TimePoint> next_expiry{};  ///< When the next grant runs out.
};

enum class Issues {
  kAll,
  kRevocations,  ///< Only what ends an access that is not declared any more, in whatever words.
};
PolicyComparison ComparePolicies(FollowerDatabase const& want, Observed const& seen, TimePoint now,
                                 Issues issues = Issues::kAll);

/// Of an object that follows "*", what is in force is read of that many databases, the first by
/// name.
inline constexpr std::size_t kMaxInForce = 20;

/// Fills `grants` and `effectivePolicy` from what the follower shows. What is in force on a
/// database that is to be read and was not yet, or not again, stays as it was told.
void DescribePolicies(Status& status, FollowerDatabase const& want, Observed const& seen);

/// Differences of one database in caching, and in permissions.
std::vector<Difference> CompareCaching(FollowerDatabase const& want, SeenOverrides const& have);
std::vector<Difference> CompareGrants(FollowerDatabase const& want, Observed const& seen,
                                      SeenOverrides const& have, TimePoint now);

/// Whether a difference takes away what no grant that is due, of all differences of the database,
/// gives again: with another note, or by another name of the same principal.
bool EndsAccess(FollowerDatabase const& want, Difference const& difference,
                std::vector<Difference> const& all);

/// Whether what was asked for is that a principal is removed.
bool IsDrop(PendingChange const& pending);
/// Whether a grant, or the end of one, that was asked for shows; false for other changes.
bool HasShown(SeenOverrides const& have, PendingChange const& pending);

/// What there is to know about grants that end, as sentences; "" when none does.
std::string TellExpiry(FollowerDatabase const& want, TimePoint now);

/// True while a reading on its way will tell what the overrides leave out.
bool AwaitsReading(FollowerDatabase const& want, Observed const& seen);

/// What the follower shows for a database; one that is not listed has no override.
SeenOverrides OverridesOf(Observed const& seen, std::string const& database);

/// What holds on a database; null where nobody asked.
SeenInForce const* InForceOn(Observed const& seen, std::string const& database);

/// The first database that ARM tells of and of which the cluster itself has shown nothing yet
/// though it is asked; null when there is none.
SeenDatabase const* FindUnserved(FollowerDatabase const& want, Observed const& seen);

/// True for `kind=<object id>;<tenant id>` of users and groups, which the service shows as it was
/// given. Names and mails it resolves, and of an application it may show the object id where the
/// application id was given.
bool ComesBackAsGiven(std::string const& principal);

/// The note of a grant: the mark of its owner, then whom it was meant for where the service
/// resolves names, then the user's text. It tells ownership even when status is lost.
std::string NoteOf(FollowerDatabase const& want, Grant const& grant);
bool IsMarkedAsOurs(FollowerDatabase const& want, std::string const& note);

/// The declared grant that a principal of the follower stands for, or null.
Grant const* GrantBehind(FollowerDatabase const& want, SeenPrincipal const& have);

/// Whether the two differ by what the leader alone decides: its policies in force, and their
/// number.
bool IsOnlyLeadersNews(Status const& before, Status const& after);

}  // namespace adxf::follower_database
