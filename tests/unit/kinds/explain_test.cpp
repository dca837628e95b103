#include "kinds/follower_database/explain.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "support/fake_azure.hpp"

#include <gmock/gmock.h>

namespace adxf::follower_database {
namespace {

using test::AzureError;
using ::testing::HasSubstr;

TEST(FollowerExplain, PutsAMissingRightOnTheSideThatLacksIt) {
  auto const linked =
      Explain(AzureError(Code::kForbidden, "LinkedAuthorizationFailed"), Doing::kAttaching);
  auto const own = Explain(AzureError(Code::kForbidden, "AuthorizationFailed"), Doing::kAttaching);
  auto const reading =
      Explain(AzureError(Code::kForbidden, "AuthorizationFailed"), Doing::kReadingLeader);

  EXPECT_EQ(linked.reason, kReasonMissingRoleOnLeader);
  EXPECT_THAT(linked.message, HasSubstr("Data Share"));
  EXPECT_EQ(linked.condition, kAttached);
  EXPECT_EQ(own.reason, kReasonMissingRoleOnFollower);
  EXPECT_EQ(reading.reason, kReasonMissingRoleOnLeader);
  EXPECT_EQ(reading.condition, kPreflight);
}

TEST(FollowerExplain, NamesTheDataPlaneRoleForPolicies) {
  auto const problem = Explain(AzureError(Code::kForbidden, "Forbidden"), Doing::kApplyingPolicies);

  EXPECT_EQ(problem.condition, kPoliciesApplied);
  EXPECT_THAT(problem.message, HasSubstr("AllDatabasesAdmin"));
  EXPECT_TRUE(problem.needs_person);
}

TEST(FollowerExplain, AsksForACorrectCredential) {
  auto const problem =
      Explain(AzureError(Code::kUnauthorized, "invalid_client"), Doing::kReadingFollower);

  EXPECT_EQ(problem.reason, kReasonCredentialsRefused);
  EXPECT_TRUE(problem.needs_person);
}

TEST(FollowerExplain, BothersNobodyWithWhatPasses) {
  for (auto const& error :
       {AzureError(Code::kConflict, "ServiceIsInMaintenance"),
        AzureError(Code::kThrottled, "TooManyRequests"),
        AzureError(Code::kUnavailable, "InternalServerError"), AzureError(Code::kDeadline, "")}) {
    auto const problem = Explain(error, Doing::kAttaching);
    EXPECT_EQ(problem.reason, kReasonAzureUnavailable) << error.service_code;
    EXPECT_FALSE(problem.needs_person) << error.service_code;
  }
}

TEST(FollowerExplain, StallsOnWhatIsRefusedForGood) {
  auto const problem = Explain(AzureError(Code::kInvalid, "BadRequest"), Doing::kAttaching);

  EXPECT_EQ(problem.reason, kReasonRefusedByAzure);
  EXPECT_TRUE(problem.needs_person);
  EXPECT_THAT(problem.message, HasSubstr("BadRequest"));
}

TEST(FollowerExplain, KnowsContention) {
  EXPECT_TRUE(IsContention(AzureError(Code::kConflict, "ServiceIsInMaintenance")));
  EXPECT_TRUE(IsContention(AzureError(Code::kConflict, "RequestConflict")));
  EXPECT_FALSE(IsContention(AzureError(Code::kConflict, "Other")));
}

}  // namespace
}  // namespace adxf::follower_database
