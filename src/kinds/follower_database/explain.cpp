#include "kinds/follower_database/explain.hpp"

#include "azure/azure_error.hpp"
#include "base/text.hpp"
#include "kinds/common/credentials.hpp"
#include "kinds/common/ledger.hpp"
#include "kinds/follower_database/conditions.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace adxf::follower_database {
namespace {

/// A call that failed: what it was for, and for whom.
struct Failed {
  Error const& error;
  Doing doing;
  FollowerDatabase const& want;

  [[nodiscard]] Problem Tell(std::string_view reason, std::string message) const;
  [[nodiscard]] Problem Stall(std::string_view reason, std::string message) const;
};

std::string_view ConditionOf(Doing doing) {
  switch (doing) {
    case Doing::kReadingFollower:
    case Doing::kReadingLeader: return kPreflight;
    case Doing::kReadingShare:
    case Doing::kMakingAccount:
    case Doing::kAccepting:
    case Doing::kMapping:
    case Doing::kUnmapping:
    case Doing::kLeavingShare:
    case Doing::kAttaching:
    case Doing::kDetaching:
    case Doing::kReadingFollowers:
    case Doing::kDetachingFromLeader: return kAttached;
    case Doing::kApplyingPolicies:
    case Doing::kReadingPolicies: return kPoliciesApplied;
  }
  return kReady;
}

Problem Failed::Tell(std::string_view reason, std::string message) const {
  return {.condition = std::string(ConditionOf(doing)),
          .reason = std::string(reason),
          .message = std::move(message)};
}

Problem Failed::Stall(std::string_view reason, std::string message) const {
  auto problem = Tell(reason, std::move(message) + " Azure says: " + error.message);
  problem.needs_person = true;
  return problem;
}

LeaderSource const* LeaderOf(FollowerDatabase const& want) {
  return want.spec.source.leader ? &*want.spec.source.leader : nullptr;
}

bool IsOnLeader(Doing doing) {
  return doing == Doing::kReadingLeader || doing == Doing::kReadingFollowers ||
         doing == Doing::kDetachingFromLeader;
}

bool IsReading(Doing doing) {
  return doing == Doing::kReadingFollower || doing == Doing::kReadingLeader ||
         doing == Doing::kReadingFollowers;
}

/// The call was on the leader's side, which has a Secret of its own.
bool IsWithLeaderSecret(Failed const& failed) {
  auto const* leader = LeaderOf(failed.want);
  return IsOnLeader(failed.doing) && leader != nullptr && leader->credentials_secret_ref;
}

std::string FollowerName(FollowerDatabase const& want) {
  return "the follower cluster " + want.spec.follower_cluster.resource_id;
}

std::string LeaderName(FollowerDatabase const& want) {
  auto const* leader = LeaderOf(want);
  return "the leader cluster " + (leader == nullptr ? "" : leader->cluster_resource_id);
}

/// Whose token the call carried, and which field says so.
std::string IdentityOf(Failed const& failed) {
  auto const& want = failed.want;
  if (IsWithLeaderSecret(failed)) {
    return "the identity of Secret " + LeaderOf(want)->credentials_secret_ref->name +
           " (spec.source.leader.credentialsSecretRef)";
  }
  if (want.spec.credentials_secret_ref) {
    return "the identity of Secret " + want.spec.credentials_secret_ref->name +
           " (spec.credentialsSecretRef)";
  }
  return "the operator's own identity";
}

bool ConcernsLeader(Failed const& failed) {
  return IsOnLeader(failed.doing) || failed.error.service_code == "LinkedAuthorizationFailed";
}

/// Azure says that the token is of another tenant than the subscription: of the cluster that was
/// called, or of the one that the attachment links to.
bool IsOfAnotherTenant(Error const& error) {
  if (error.service_code == "InvalidAuthenticationTokenTenant") return true;
  return error.service_code == "LinkedAuthorizationFailed" &&
         error.message.find("linked subscription") != std::string::npos;
}

/// A table or a view that a command names is not there.
bool IsAboutATable(Error const& error) {
  return error.service_code == "BadRequest_TableNotExist" ||
         error.service_code == "BadRequest_EntityNotFound";
}

bool IsDataPlane(Doing doing) {
  return doing == Doing::kApplyingPolicies || doing == Doing::kReadingPolicies;
}

/// It will not pass by itself. What ARM calls invalid may wait for something (a provider that is
/// not registered), but for something that a person does.
bool IsFinal(Failed const& failed) {
  if (azure::IsForbiddenToAll(failed.error)) return true;
  if (failed.error.code == Code::kInvalid && !IsDataPlane(failed.doing)) return true;
  return azure::Classify(failed.error) == azure::ErrorClass::kFatal;
}

/// Its code is not published, so the text must tell.
bool SpeaksOfALimit(Failed const& failed) {
  if (failed.doing != Doing::kAttaching) return false;
  auto const text = ToLower(failed.error.message);
  auto const mentions = [&](std::string_view word) { return text.find(word) != std::string::npos; };
  constexpr std::array<std::string_view, 3> kLimits{"limit", "quota", "maximum number"};
  return std::ranges::any_of(kLimits, mentions) && (mentions("attach") || mentions("follower"));
}

Problem ExplainOtherTenant(Failed const& failed) {
  if (ConcernsLeader(failed) && !IsWithLeaderSecret(failed)) {
    return failed.Stall(kReasonMissingRoleOnLeader,
                        LeaderName(failed.want) + " is in another tenant than " +
                            IdentityOf(failed) +
                            ". A direct attachment across tenants is not possible, since one "
                            "identity needs Contributor on both clusters: follow it through Azure "
                            "Data Share.");
  }
  auto const cluster = ConcernsLeader(failed) ? LeaderName(failed.want) : FollowerName(failed.want);
  return failed.Stall(kReasonCredentialsRefused, IdentityOf(failed) +
                                                     " is of another tenant than " + cluster +
                                                     ": put an identity of that tenant "
                                                     "into the Secret.");
}

/// A 404 that proves nothing, or it would not have become an error: the subscription is not seen.
Problem ExplainAbsent(Failed const& failed) {
  bool const is_leader = ConcernsLeader(failed);
  return failed.Stall(
      is_leader ? kReasonLeaderNotFound : kReasonFollowerNotFound,
      "Azure does not show " + (is_leader ? LeaderName(failed.want) : FollowerName(failed.want)) +
          " to " + IdentityOf(failed) +
          ", which cannot tell whether it is gone: it does not see the subscription. Correct the "
          "resource id, or give the identity Reader on the subscription" +
          (is_leader ? "; across tenants use Azure Data Share." : "."));
}

Problem ExplainMissingRole(Failed const& failed) {
  if (ConcernsLeader(failed)) {
    bool const is_reader = failed.doing == Doing::kReadingLeader && IsWithLeaderSecret(failed);
    std::string const role = is_reader ? "Reader" : "Contributor";
    return failed.Stall(kReasonMissingRoleOnLeader,
                        IdentityOf(failed) + " lacks rights on " + LeaderName(failed.want) +
                            ": assign it the role " + role +
                            " there. If the leader is in another tenant, that is not possible: "
                            "use Azure Data Share.");
  }
  return failed.Stall(
      kReasonMissingRoleOnFollower,
      IdentityOf(failed) + " lacks rights on " + FollowerName(failed.want) + ": assign it " +
          (IsDataPlane(failed.doing) ? "AllDatabasesAdmin in Kusto" : "the role Contributor") +
          " there.");
}

bool IsWithDataShare(Doing doing) {
  switch (doing) {
    case Doing::kReadingShare:
    case Doing::kMakingAccount:
    case Doing::kAccepting:
    case Doing::kMapping:
    case Doing::kUnmapping:
    case Doing::kLeavingShare: return true;
    default: return false;
  }
}

Problem ExplainDataShare(Failed const& failed, std::string const& principal_id) {
  auto const& want = failed.want;
  kinds::ShareCall call{.condition = std::string(kAttached),
                        .identity = kinds::IdentityWords(want.spec.credentials_secret_ref),
                        .account_id = want.spec.source.share->account_resource_id,
                        .principal_id = principal_id};
  if (failed.doing == Doing::kMapping || failed.doing == Doing::kUnmapping)
    call.cluster_id = want.spec.follower_cluster.resource_id;
  auto problem = kinds::ExplainShareCall(failed.error, call);
  if (problem.reason == kinds::kReasonAccountRoleMissing)
    problem.reason = kReasonConsumerAccountRoleMissing;
  return problem;
}

/// Messages begin with a capital letter, whatever they begin with.
Problem Capitalised(Problem problem) {
  auto& first = problem.message.front();
  if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
  return problem;
}

}  // namespace

bool IsAboutTheCommand(Error const& error) {
  return IsAboutATable(error) || (error.code == Code::kInvalid && !kinds::IsAnswerLost(error));
}

bool IsContention(Error const& error) {
  return error.service_code == "ServiceIsInMaintenance" || error.service_code == "RequestConflict";
}

Problem Explain(Error const& error, Doing doing, FollowerDatabase const& want,
                std::string const& principal_id) {
  Failed const failed{.error = error, .doing = doing, .want = want};
  if (IsWithDataShare(doing) && !IsContention(error)) return ExplainDataShare(failed, principal_id);
  if (IsOfAnotherTenant(error)) return Capitalised(ExplainOtherTenant(failed));
  if (error.code == Code::kUnauthorized) {
    return Capitalised(failed.Stall(kReasonCredentialsRefused,
                                    IdentityOf(failed) +
                                        " was refused: correct tenantId, clientId and its "
                                        "secret or certificate, or give it a new one in Entra."));
  }
  bool const is_role = error.code == Code::kForbidden && !azure::IsForbiddenToAll(error);
  if (is_role) return Capitalised(ExplainMissingRole(failed));
  if (error.code == Code::kNotFound && IsReading(doing)) return ExplainAbsent(failed);
  if (IsContention(error)) {
    return failed.Tell(kReasonAzureUnavailable,
                       "Another operation is running on the cluster; this one follows after it.");
  }
  if (doing == Doing::kApplyingPolicies && IsAboutATable(error)) {
    return failed.Tell(kReasonEntityNotFound,
                       "The database has no such table or view, or the follower has not noticed it "
                       "yet: correct spec.caching.tables and spec.caching.materializedViews; once "
                       "it is there, the policy is set. Azure says: " +
                           error.message);
  }
  if (!IsFinal(failed)) {
    return failed.Tell(kReasonAzureUnavailable,
                       "Azure cannot do it now; the operator tries again: " + error.message);
  }
  if (SpeaksOfALimit(failed)) {
    return failed.Stall(kReasonAttachmentLimit,
                        "Azure attaches no more: detach what nobody needs from " +
                            FollowerName(want) +
                            ", follow \"*\" with one attachment in place of many, or use another "
                            "follower cluster.");
  }
  return failed.Stall(kReasonRefusedByAzure,
                      "Azure refuses, and goes on refusing until something is changed: correct "
                      "the object or what Azure names, then set the annotation "
                      "adxfollower.io/reconcile-at.");
}

}  // namespace adxf::follower_database
