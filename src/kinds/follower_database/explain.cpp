#include "kinds/follower_database/explain.hpp"

#include "azure/azure_error.hpp"
#include "kinds/follower_database/conditions.hpp"

#include <string>
#include <string_view>

namespace adxf::follower_database {
namespace {

std::string_view ConditionOf(Doing doing) {
  switch (doing) {
    case Doing::kReadingFollower:
    case Doing::kReadingLeader: return kPreflight;
    case Doing::kAttaching:
    case Doing::kDetaching:
    case Doing::kReadingFollowers:
    case Doing::kDetachingFromLeader: return kAttached;
    case Doing::kApplyingPolicies:
    case Doing::kReadingPolicies: return kPoliciesApplied;
  }
  return kReady;
}

Problem Make(Doing doing, std::string_view reason, std::string message, bool needs_person) {
  return {.condition = std::string(ConditionOf(doing)),
          .reason = std::string(reason),
          .message = std::move(message),
          .needs_person = needs_person};
}

bool ConcernsLeader(Error const& error, Doing doing) {
  return doing == Doing::kReadingLeader || doing == Doing::kReadingFollowers ||
         doing == Doing::kDetachingFromLeader || error.service_code == "LinkedAuthorizationFailed";
}

bool IsReading(Doing doing) {
  return doing == Doing::kReadingFollower || doing == Doing::kReadingLeader ||
         doing == Doing::kReadingFollowers;
}

/// A 404 that proves nothing, or it would not have become an error: the subscription is not seen.
Problem ExplainAbsent(Error const& error, Doing doing) {
  bool const is_leader = ConcernsLeader(error, doing);
  return Make(
      doing, is_leader ? kReasonLeaderNotFound : kReasonFollowerNotFound,
      std::string("Azure does not show the ") + (is_leader ? "leader" : "follower") +
          " cluster to this identity, which cannot tell whether it is gone: it does not see "
          "the subscription. Correct the resource id, or give the identity Reader on the "
          "subscription. Azure says: " +
          error.message,
      true);
}

Problem ExplainForbidden(Error const& error, Doing doing) {
  if (ConcernsLeader(error, doing)) {
    return Make(doing, kReasonMissingRoleOnLeader,
                "The identity lacks rights on the leader cluster: give it Contributor there, or, "
                "when the leader is "
                "in another tenant, use Data Share. Azure says: " +
                    error.message,
                true);
  }
  bool const is_data_plane = doing == Doing::kApplyingPolicies || doing == Doing::kReadingPolicies;
  return Make(doing, kReasonMissingRoleOnFollower,
              std::string("The identity lacks rights on the follower cluster: give it ") +
                  (is_data_plane ? "AllDatabasesAdmin" : "Contributor") +
                  " there. Azure says: " + error.message,
              true);
}

}  // namespace

bool IsContention(Error const& error) {
  return error.service_code == "ServiceIsInMaintenance" || error.service_code == "RequestConflict";
}

Problem Explain(Error const& error, Doing doing) {
  if (error.code == Code::kUnauthorized) {
    return Make(doing, kReasonCredentialsRefused,
                "Azure refused the credential: correct the Secret or the application's secret. " +
                    error.message,
                true);
  }
  if (error.code == Code::kForbidden) return ExplainForbidden(error, doing);
  if (error.code == Code::kNotFound && IsReading(doing)) return ExplainAbsent(error, doing);
  if (IsContention(error)) {
    return Make(doing, kReasonAzureUnavailable,
                "Another operation is running on the cluster; this one follows after it.", false);
  }
  if (azure::Classify(error) == azure::ErrorClass::kFatal) {
    return Make(doing, kReasonRefusedByAzure,
                "Azure refuses, and goes on refusing until something is changed: " + error.message,
                true);
  }
  return Make(doing, kReasonAzureUnavailable,
              "Azure cannot do it now; the operator tries again: " + error.message, false);
}

}  // namespace adxf::follower_database
