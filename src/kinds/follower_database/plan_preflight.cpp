#include "kinds/follower_database/plan_preflight.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_status.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace adxf::follower_database {
namespace {

using model::ConditionStatus;

// Azure's older table of limits has it; the newer has not. Azure has the last word.
constexpr std::size_t kDocumentedAttachments = 70;

struct Finding {
  std::string_view reason{};
  std::string message{};
};

Problem Refuse(Finding finding) {
  return {.condition = std::string(kPreflight),
          .reason = std::string(finding.reason),
          .message = std::move(finding.message),
          .needs_person = true};
}

std::string const& FollowerId(FollowerDatabase const& want) {
  return want.spec.follower_cluster.resource_id;
}

std::string const& LeaderId(FollowerDatabase const& want) {
  return want.spec.source.leader->cluster_resource_id;
}

std::optional<Finding> StreamingFinding(FollowerDatabase const& want, Observed const& seen) {
  if (!seen.leader.streaming_ingest || seen.follower.streaming_ingest) return std::nullopt;
  return Finding{kReasonStreamingIngestionDisabled,
                 "The leader cluster ingests by streaming, and the follower cluster " +
                     FollowerId(want) +
                     " has that switched off, so that streamed data would not show there: set its "
                     "property enableStreamingIngest to true."};
}

/// With a customer-managed key on either cluster, neither may have a further link that makes a
/// chain of three: a leader that follows, a follower that is followed (limitations of followers in
/// Azure Data Explorer's documentation).
std::optional<Finding> ChainFinding(FollowerDatabase const& want, Observed const& seen) {
  bool const has_key = seen.leader.has_customer_key || seen.follower.has_customer_key;
  if (!has_key) return std::nullopt;
  std::string const keyed = seen.leader.has_customer_key ? LeaderId(want) : FollowerId(want);
  std::string const rule = "The cluster " + keyed +
                           " has a customer-managed key (keyVaultProperties), which rules out "
                           "chains of followers: ";
  if (!seen.leader.follows.empty()) {
    return Finding{kReasonCustomerManagedKeyChain,
                   rule + "the leader itself follows " + Join(seen.leader.follows, ", ") +
                       ". Follow that one directly in a new object, or detach the leader from it."};
  }
  if (!seen.follower.followed.empty()) {
    return Finding{kReasonCustomerManagedKeyChain,
                   rule + "the follower's databases " + Join(seen.follower.followed, ", ") +
                       " are followed by others. Detach those, or use another follower cluster."};
  }
  return std::nullopt;
}

/// No chain, yet the documentation lets neither cluster follow others.
std::optional<Finding> SecondLeaderFinding(FollowerDatabase const& want, Observed const& seen) {
  bool const has_key = seen.leader.has_customer_key || seen.follower.has_customer_key;
  if (!has_key) return std::nullopt;
  auto others = seen.follower.follows;
  std::erase(others, ToLower(LeaderId(want)));
  if (others.empty()) return std::nullopt;
  return Finding{kReasonCustomerManagedKeyChain,
                 "The follower cluster follows " + Join(others, ", ") +
                     " besides. With a customer-managed key on either side (keyVaultProperties) "
                     "Azure's documentation lets it follow one cluster only: should it be refused "
                     "or suspended, use a follower cluster for each leader."};
}

std::optional<Finding> LimitFinding(FollowerDatabase const& want, Observed const& seen) {
  auto const mine = FindMine(want, seen) == nullptr ? 0U : 1U;
  if (seen.attachment_count < kDocumentedAttachments + mine) return std::nullopt;
  return Finding{kReasonAttachmentLimit,
                 "The follower cluster " + FollowerId(want) + " has " +
                     std::to_string(kDocumentedAttachments) +
                     " other attachments or more, and Azure may allow no further one: detach what "
                     "nobody needs, follow \"*\" with one attachment in place of "
                     "many, or use another follower cluster."};
}

/// A trailing * stands for any end, as in Azure's lists.
bool Names(std::string const& entry, std::string const& name) {
  if (!entry.ends_with('*')) return EqualsIgnoreCase(entry, name);
  auto const length = entry.size() - 1;
  return EqualsIgnoreCase(entry.substr(0, length), name.substr(0, length));
}

bool IsShared(Selection const& selection, std::string const& name) {
  auto const names = [&](std::string const& entry) { return Names(entry, name); };
  bool const is_included =
      selection.include.empty() || std::ranges::any_of(selection.include, names);
  return is_included && std::ranges::none_of(selection.exclude, names);
}

bool IsReadable(SeenExternalTable const& table, SeenCluster const& follower) {
  if (table.identity == "system") return follower.has_system_identity;
  return std::ranges::find(follower.user_identities, table.identity) !=
         follower.user_identities.end();
}

std::optional<Finding> ExternalTableFinding(FollowerDatabase const& want, Observed const& seen) {
  constexpr std::size_t kMostNamed = 5;
  auto const& leader = *want.spec.source.leader;
  auto const selection = want.spec.sharing.value_or(Sharing{}).external_tables;
  std::vector<std::string> unreadable;
  for (auto const& it : seen.external_tables) {
    bool const is_followed = leader.FollowsAll() || EqualsIgnoreCase(it.database, leader.database);
    if (!is_followed || !IsShared(selection, it.name) || IsReadable(it, seen.follower)) continue;
    unreadable.push_back(it.database + "." + it.name + " (managed_identity=" + it.identity + ")");
  }
  if (unreadable.empty()) return std::nullopt;
  auto const count = unreadable.size();
  if (count > kMostNamed) unreadable.resize(kMostNamed);
  std::string const more =
      count > kMostNamed ? " and " + std::to_string(count - kMostNamed) + " more" : "";
  return Finding{
      kReasonExternalTableIdentity,
      "External tables read their storage with a managed identity that the follower "
      "cluster " +
          FollowerId(want) + " has not: " + Join(unreadable, ", ") + more +
          ". Assign it to that cluster, or queries of these tables fail there" +
          (leader.FollowsAll() ? "."
                               : "; or leave them out by spec.sharing.externalTables.exclude.")};
}

/// Databases that the follower has already keep their attachment: "*" brings all but them.
std::optional<Finding> FollowedBesidesFinding(FollowerDatabase const& want, Observed const& seen) {
  constexpr std::size_t kMostNamed = 5;
  if (!want.spec.source.leader->FollowsAll()) return std::nullopt;
  std::vector<std::string> others;
  for (auto const& it : seen.attachments) {
    bool const is_one_of_all = it.database != "*" && it.leader_key == ToLower(LeaderId(want));
    if (is_one_of_all) others.push_back(it.database + " (attachment " + it.name + ")");
  }
  if (others.empty()) return std::nullopt;
  std::ranges::sort(others);
  auto const count = others.size();
  if (count > kMostNamed) others.resize(kMostNamed);
  std::string const more =
      count > kMostNamed ? " and " + std::to_string(count - kMostNamed) + " more" : "";
  return Finding{kReasonAlreadyFollowedAs,
                 "The follower cluster follows databases of this leader one by one, too: " +
                     Join(others, ", ") + more +
                     ". They stay with those attachments, and what this object declares does not "
                     "hold for them: detach them there to have them with all others."};
}

/// Azure takes these all the same, or has taken them already.
std::vector<Finding> Warnings(FollowerDatabase const& want, Observed const& seen) {
  std::vector<Finding> findings;
  for (auto* find : {StreamingFinding, ChainFinding, SecondLeaderFinding, LimitFinding,
                     FollowedBesidesFinding, ExternalTableFinding}) {
    if (auto finding = find(want, seen)) findings.push_back(std::move(*finding));
  }
  return findings;
}

/// A condition has one reason: the first. Its message has them all.
Finding InOne(std::vector<Finding> const& findings) {
  std::vector<std::string> messages;
  messages.reserve(findings.size());
  for (auto const& it : findings) messages.push_back(it.message);
  return {findings.front().reason, Join(messages, " ")};
}

std::optional<Finding> MissingDatabase(FollowerDatabase const& want, Observed const& seen) {
  auto const& leader = *want.spec.source.leader;
  if (leader.FollowsAll() || !seen.leader_databases) return std::nullopt;
  bool const exists = std::ranges::any_of(*seen.leader_databases, [&](std::string const& name) {
    return EqualsIgnoreCase(name, leader.database);
  });
  if (exists) return std::nullopt;
  return Finding{kReasonLeaderNotFound, "The leader cluster " + leader.cluster_resource_id +
                                            " has no database named " + leader.database +
                                            " of its own. Create it there, or name another one in "
                                            "spec.source.leader.database of a new object."};
}

std::optional<Finding> OtherRegion(FollowerDatabase const&, Observed const& seen) {
  if (seen.leader.location == seen.follower.location) return std::nullopt;
  return Finding{kReasonRegionMismatch,
                 "The leader is in " + seen.leader.location + ", the follower in " +
                     seen.follower.location +
                     ". Azure Data Explorer follows within one region only: in a new object set "
                     "spec.followerCluster.resourceId to a cluster in " +
                     seen.leader.location + "."};
}

}  // namespace

bool IsPassing(std::string const& state) {
  constexpr std::array<std::string_view, 3> kPassing{"Creating", "Starting", "Updating"};
  return std::ranges::find(kPassing, state) != kPassing.end();
}

std::optional<Problem> RunningProblem(SeenCluster const& cluster, std::string const& name) {
  if (cluster.state == "Running") return std::nullopt;
  auto problem = Refuse({kReasonClusterNotRunning, name + " is " + cluster.state});
  problem.needs_person = !IsPassing(cluster.state);
  problem.message += problem.needs_person ? ". Start it; the operator goes on by itself."
                                          : "; the operator goes on once it is Running.";
  return problem;
}

std::optional<Problem> LeaderProblem(FollowerDatabase const& want, Observed const& seen) {
  if (seen.leader.readability == Readability::kMissing) {
    return Refuse({kReasonLeaderNotFound, "There is no cluster " + LeaderId(want) +
                                              ". Correct spec.source.leader.clusterResourceId in "
                                              "a new object, or create it."});
  }
  if (seen.leader.readability != Readability::kReadable) return seen.leader.problem;
  if (auto finding = OtherRegion(want, seen)) return Refuse(std::move(*finding));
  if (auto problem = RunningProblem(seen.leader, "The leader cluster " + LeaderId(want)))
    return problem;
  for (auto* find : {StreamingFinding, ChainFinding, MissingDatabase}) {
    if (auto finding = find(want, seen)) return Refuse(std::move(*finding));
  }
  return std::nullopt;
}

void TellPreflight(Plan& plan, FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  auto const* before = model::FindCondition(want.status.conditions, kPreflight);
  bool const is_leader_known = seen.leader.readability == Readability::kReadable;
  if (!is_leader_known && before != nullptr && before->status == ConditionStatus::kTrue) {
    Tell(plan.status, want, kPreflight, before->status, before->reason, before->message, now);
    return;
  }
  auto const findings = is_leader_known ? Warnings(want, seen) : std::vector<Finding>{};
  if (findings.empty()) {
    Tell(plan.status, want, kPreflight, ConditionStatus::kTrue, kReasonPreflightPassed,
         "Nothing stands in the way.", now);
    return;
  }
  auto const told = InOne(findings);
  Tell(plan.status, want, kPreflight, ConditionStatus::kTrue, told.reason, told.message, now);
  // Of a plan that is under way the status may not be written, and the event would come again.
  bool const is_news = before == nullptr || before->reason != told.reason;
  if (!is_news || !plan.is_settled) return;
  plan.events.push_back({.type = EventNote::Type::kWarning,
                         .reason = std::string(told.reason),
                         .message = told.message});
}

}  // namespace adxf::follower_database
