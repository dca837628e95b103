#include "kinds/follower_database/explain.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "support/fake_azure.hpp"

#include <gmock/gmock.h>

namespace adxf::follower_database {
namespace {

using test::AzureError;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

FollowerDatabase Wanted() {
  FollowerDatabase want;
  want.spec.follower_cluster.resource_id = "/clusters/reporting";
  want.spec.source.leader =
      LeaderSource{.cluster_resource_id = "/clusters/corp", .database = "Sales"};
  want.spec.credentials_secret_ref = SecretRef{.name = "azure"};
  return want;
}

FollowerDatabase WithLeaderSecret() {
  auto want = Wanted();
  want.spec.source.leader->credentials_secret_ref = SecretRef{.name = "theirs"};
  return want;
}

Error Saying(Code code, std::string service_code, std::string text) {
  auto error = AzureError(code, std::move(service_code));
  error.message = std::move(text);
  return error;
}

TEST(FollowerExplain, TellsWhoLacksARightForAShare) {
  auto want = Wanted();
  want.spec.source.leader.reset();
  want.spec.source.share = ShareSource{.account_resource_id = "/accounts/consumer"};
  auto const refused = Saying(Code::kForbidden, "AuthorizationFailed",
                              "The client 'AAAA-1' has no right over '/clusters/reporting'.");
  auto const accounts = Explain(refused, Doing::kMapping, want, "aaaa-1");
  auto const own = Explain(refused, Doing::kMapping, want, "another");

  EXPECT_EQ(accounts.reason, kReasonConsumerAccountRoleMissing);
  EXPECT_THAT(accounts.message,
              HasSubstr("az role assignment create --assignee-object-id aaaa-1 "
                        "--assignee-principal-type ServicePrincipal --role Contributor --scope "
                        "/clusters/reporting"));
  EXPECT_EQ(own.reason, kinds::kReasonMissingRole);
  EXPECT_THAT(own.message, AllOf(HasSubstr("Secret azure"), HasSubstr("/accounts/consumer"),
                                 HasSubstr("/clusters/reporting")));
  EXPECT_EQ(own.condition, kAttached);
}

TEST(FollowerExplain, PutsAMissingRightOnTheSideThatLacksIt) {
  auto const linked = Explain(AzureError(Code::kForbidden, "LinkedAuthorizationFailed"),
                              Doing::kAttaching, Wanted());
  auto const own =
      Explain(AzureError(Code::kForbidden, "AuthorizationFailed"), Doing::kAttaching, Wanted());
  auto const reading =
      Explain(AzureError(Code::kForbidden, "AuthorizationFailed"), Doing::kReadingLeader, Wanted());

  EXPECT_EQ(linked.reason, kReasonMissingRoleOnLeader);
  EXPECT_THAT(linked.message, AllOf(HasSubstr("Data Share"), HasSubstr("/clusters/corp"),
                                    HasSubstr("Contributor"), HasSubstr("Secret azure")));
  EXPECT_EQ(linked.condition, kAttached);
  EXPECT_EQ(own.reason, kReasonMissingRoleOnFollower);
  EXPECT_THAT(own.message, AllOf(HasSubstr("/clusters/reporting"), HasSubstr("Contributor")));
  EXPECT_EQ(reading.reason, kReasonMissingRoleOnLeader);
  EXPECT_EQ(reading.condition, kPreflight);
}

TEST(FollowerExplain, AsksTheLeadersOwnReaderForLess) {
  auto const problem = Explain(AzureError(Code::kForbidden, "AuthorizationFailed"),
                               Doing::kReadingLeader, WithLeaderSecret());

  EXPECT_THAT(problem.message,
              AllOf(HasSubstr("Secret theirs (spec.source.leader.credentialsSecretRef)"),
                    HasSubstr("role Reader")));
}

TEST(FollowerExplain, NamesTheDataPlaneRoleForPolicies) {
  auto const problem =
      Explain(AzureError(Code::kForbidden, "Forbidden"), Doing::kApplyingPolicies, Wanted());

  EXPECT_EQ(problem.condition, kPoliciesApplied);
  EXPECT_THAT(problem.message, HasSubstr("AllDatabasesAdmin"));
  EXPECT_TRUE(problem.needs_person);
}

TEST(FollowerExplain, TellsATableThatIsNotThereFromTroubleOfAzures) {
  auto const error = Saying(Code::kNotFound, "BadRequest_TableNotExist",
                            "Entity not found: table 'Evnets' was not found.");

  auto const problem = Explain(error, Doing::kApplyingPolicies, Wanted());

  EXPECT_EQ(problem.condition, kPoliciesApplied);
  EXPECT_EQ(problem.reason, kReasonEntityNotFound);
  EXPECT_THAT(problem.message, AllOf(HasSubstr("spec.caching.tables"), HasSubstr("'Evnets'")));
  EXPECT_FALSE(problem.needs_person) << "it may come by itself";
}

TEST(FollowerExplain, AsksForACorrectCredentialAndNamesIt) {
  auto const error = AzureError(Code::kUnauthorized, "invalid_client");
  auto own = Wanted();
  own.spec.credentials_secret_ref.reset();

  auto const problem = Explain(error, Doing::kReadingFollower, Wanted());

  EXPECT_EQ(problem.reason, kReasonCredentialsRefused);
  EXPECT_TRUE(problem.needs_person);
  EXPECT_THAT(problem.message, HasSubstr("Secret azure (spec.credentialsSecretRef)"));
  EXPECT_THAT(Explain(error, Doing::kReadingLeader, WithLeaderSecret()).message,
              HasSubstr("Secret theirs"));
  EXPECT_THAT(Explain(error, Doing::kReadingFollower, own).message,
              HasSubstr("The operator's own identity"));
}

TEST(FollowerExplain, PointsToDataShareWhereTheLeaderIsInAnotherTenant) {
  auto const reading = Explain(AzureError(Code::kUnauthorized, "InvalidAuthenticationTokenTenant"),
                               Doing::kReadingLeader, Wanted());
  auto const attaching =
      Explain(Saying(Code::kForbidden, "LinkedAuthorizationFailed",
                     "the current tenant 'a' is not authorized to access linked subscription 'b'"),
              Doing::kAttaching, WithLeaderSecret());

  for (auto const& problem : {reading, attaching}) {
    EXPECT_EQ(problem.reason, kReasonMissingRoleOnLeader);
    EXPECT_TRUE(problem.needs_person);
    EXPECT_THAT(problem.message,
                AllOf(HasSubstr("across tenants is not possible"), HasSubstr("Azure Data Share"),
                      HasSubstr("/clusters/corp"), Not(HasSubstr("assign it"))));
  }
}

TEST(FollowerExplain, TellsACredentialOfTheWrongTenant) {
  auto const error = AzureError(Code::kUnauthorized, "InvalidAuthenticationTokenTenant");

  auto const follower = Explain(error, Doing::kReadingFollower, Wanted());
  auto const leader = Explain(error, Doing::kReadingLeader, WithLeaderSecret());

  EXPECT_EQ(follower.reason, kReasonCredentialsRefused);
  EXPECT_THAT(follower.message, AllOf(HasSubstr("another tenant"), HasSubstr("reporting")));
  EXPECT_EQ(leader.reason, kReasonCredentialsRefused);
  EXPECT_THAT(leader.message, AllOf(HasSubstr("Secret theirs"), HasSubstr("/clusters/corp")));
}

TEST(FollowerExplain, DoesNotTakeForGoneWhatItCannotSee) {
  auto const error = AzureError(Code::kNotFound, "SubscriptionNotFound");

  auto const follower = Explain(error, Doing::kReadingFollower, Wanted());
  auto const leader = Explain(error, Doing::kReadingLeader, WithLeaderSecret());

  EXPECT_EQ(follower.reason, kReasonFollowerNotFound);
  EXPECT_THAT(follower.message, AllOf(HasSubstr("/clusters/reporting"), HasSubstr("Secret azure")));
  EXPECT_EQ(leader.reason, kReasonLeaderNotFound);
  EXPECT_THAT(leader.message, AllOf(HasSubstr("Secret theirs"), HasSubstr("Data Share")));
}

TEST(FollowerExplain, AsksForContributorToDetachFromTheLeader) {
  auto const problem = Explain(AzureError(Code::kForbidden, "AuthorizationFailed"),
                               Doing::kDetachingFromLeader, WithLeaderSecret());

  EXPECT_EQ(problem.reason, kReasonMissingRoleOnLeader);
  EXPECT_EQ(problem.condition, kAttached);
  EXPECT_THAT(problem.message, AllOf(HasSubstr("Secret theirs"), HasSubstr("Contributor")));
}

TEST(FollowerExplain, BothersNobodyWithWhatPasses) {
  for (auto const& error :
       {AzureError(Code::kConflict, "ServiceIsInMaintenance"),
        AzureError(Code::kThrottled, "TooManyRequests"),
        AzureError(Code::kUnavailable, "InternalServerError"), AzureError(Code::kDeadline, "")}) {
    auto const problem = Explain(error, Doing::kAttaching, Wanted());
    EXPECT_EQ(problem.reason, kReasonAzureUnavailable) << error.service_code;
    EXPECT_FALSE(problem.needs_person) << error.service_code;
  }
}

TEST(FollowerExplain, StallsOnWhatIsRefusedForGood) {
  for (auto const& error : {AzureError(Code::kInvalid, "BadRequest"),
                            AzureError(Code::kInvalid, "MissingSubscriptionRegistration"),
                            AzureError(Code::kForbidden, "RequestDisallowedByPolicy"),
                            AzureError(Code::kForbidden, "ScopeLocked")}) {
    auto const problem = Explain(error, Doing::kAttaching, Wanted());
    EXPECT_EQ(problem.reason, kReasonRefusedByAzure) << error.service_code;
    EXPECT_TRUE(problem.needs_person) << error.service_code;
    EXPECT_THAT(problem.message, HasSubstr(error.service_code));
  }
}

TEST(FollowerExplain, CallsALimitByItsName) {
  auto const error = Saying(Code::kInvalid, "BadRequest",
                            "Cluster 'x' has reached the limit of 70 attached configurations.");

  auto const attaching = Explain(error, Doing::kAttaching, Wanted());

  EXPECT_EQ(attaching.reason, kReasonAttachmentLimit);
  EXPECT_EQ(attaching.condition, kAttached);
  EXPECT_THAT(attaching.message, AllOf(HasSubstr("detach"), HasSubstr("limit of 70")));
  EXPECT_EQ(Explain(error, Doing::kApplyingPolicies, Wanted()).reason, kReasonRefusedByAzure);
}

TEST(FollowerExplain, KnowsContention) {
  EXPECT_TRUE(IsContention(AzureError(Code::kConflict, "ServiceIsInMaintenance")));
  EXPECT_TRUE(IsContention(AzureError(Code::kConflict, "RequestConflict")));
  EXPECT_FALSE(IsContention(AzureError(Code::kConflict, "Other")));
}

}  // namespace
}  // namespace adxf::follower_database
