#include "azure/arm_operation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto kRawUrl =
    "https://management.azure.com/subscriptions/s/providers/Microsoft.Kusto/locations/West US "
    "2/operationResults/1?api-version=2022-02-01";
constexpr auto kUrl =
    "https://management.azure.com/subscriptions/s/providers/Microsoft.Kusto/locations/"
    "West%20US%202/operationResults/1?api-version=2022-02-01";
TimePoint const kNow{std::chrono::hours(1)};

http::Request Put() {
  return {
      .method = http::Method::kPut, .url = "https://management.azure.com/x", .operation = "Put"};
}
http::Request Delete() {
  return {.method = http::Method::kDelete,
          .url = "https://management.azure.com/x",
          .operation = "Delete"};
}

http::Response Answer(int status, std::string body = {}, http::Headers headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

Result<Accepted> Accept(http::Request const& request, http::Response const& response) {
  return ReadAccepted(PublicCloud(), request, response, kNow);
}

TEST(AcceptedOperation, PrefersAzureAsyncOperationAndEncodesItsRawSpaces) {
  auto const accepted = Accept(Delete(), Answer(202, "",
                                                {{"azure-asyncoperation", kRawUrl},
                                                 {"location", "https://management.azure.com/other"},
                                                 {"x-ms-correlation-request-id", "corr"},
                                                 {"Retry-After", "15"}}));

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(*accepted->operation, (OperationRef{.url = kUrl,
                                                .kind = "Delete",
                                                .poll_by = PollBy::kStatusBody,
                                                .started_at = kNow,
                                                .retry_after = 15s}));
  EXPECT_EQ(accepted->correlation_id, "corr");
}

TEST(AcceptedOperation, FollowsTheHeaderOfA201ThatIsStillCreating) {
  auto const accepted =
      Accept(Put(), Answer(201, R"({"properties":{"provisioningState":"Creating"}})",
                           {{"Azure-AsyncOperation", kUrl}}));

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(accepted->operation->url, kUrl);
  EXPECT_EQ(accepted->operation->retry_after, std::nullopt);
}

TEST(AcceptedOperation, FollowsLocationWhereThereIsNothingElse) {
  auto const accepted = Accept(Delete(), Answer(202, "", {{"Location", kUrl}}));

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(accepted->operation->poll_by, PollBy::kLocation);
}

TEST(AcceptedOperation, FollowsAnOperationBelowTheResourceOfAPostThatAnswersWithAState) {
  // As Microsoft.DataShare revokes.
  auto const url =
      "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/"
      "Microsoft.DataShare/accounts/a/shares/s1/operationResults/1?api-version=2019-11-01";
  auto const accepted =
      Accept({.method = http::Method::kPost, .operation = "Revoke"},
             Answer(202, R"({"properties":{"shareSubscriptionStatus":"Revoking"}})",
                    {{"x-ms-long-running-operation", "true"}, {"Azure-AsyncOperation", url}}));

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(accepted->operation->url, url);
  EXPECT_EQ(accepted->operation->poll_by, PollBy::kStatusBody);
}

TEST(AcceptedOperation, AsksTheResourceItselfWhenAPutNamesNoUrl) {
  for (auto const& response :
       {Answer(201, R"({"properties":{"provisioningState":"Creating"}})"), Answer(202),
        Answer(200, R"({"properties":{"provisioningState":"Failed"}})")}) {
    auto const accepted = Accept(Put(), response);
    ASSERT_TRUE(accepted && accepted->operation) << response.status;
    EXPECT_EQ(accepted->operation->url, "https://management.azure.com/x");
    EXPECT_EQ(accepted->operation->poll_by, PollBy::kResource);
  }
}

TEST(AcceptedOperation, IsDoneWhenTheAnswerIsFinal) {
  for (auto const& response : {Answer(200, R"({"properties":{"provisioningState":"Succeeded"}})"),
                               Answer(201, R"({"properties":{}})"), Answer(200, "")}) {
    auto const accepted = Accept(Put(), response);
    ASSERT_TRUE(accepted) << response.body;
    EXPECT_FALSE(accepted->operation) << response.body;
  }
  for (int const status : {200, 204}) EXPECT_FALSE(Accept(Delete(), Answer(status))->operation);
  EXPECT_FALSE(Accept(Delete(), Answer(204, "", {{"Location", kUrl}}))->operation);
}

TEST(AcceptedOperation, RefusesAPollUrlThatIsNotArms) {
  auto const accepted =
      Accept(Put(), Answer(201, "{}", {{"Azure-AsyncOperation", "https://evil.example/op"}}));

  ASSERT_FALSE(accepted);
  EXPECT_EQ(accepted.error().code, Code::kInvalid);
  EXPECT_THAT(accepted.error().message, HasSubstr("evil.example"));
}

OperationRef Operation(PollBy poll_by) { return {.url = kUrl, .kind = "Put", .poll_by = poll_by}; }

OperationStatus::State StateOf(std::string const& status) {
  return ReadOperation(Operation(PollBy::kStatusBody),
                       Answer(200, R"({"status":")" + status + R"("})"))
      ->state;
}

TEST(AcceptedOperation, RefusesAPollUrlThatCannotBeAsked) {
  for (auto const* url :
       {"https://management.azure.com//evil.example/x", "https://management.azure.com/a\tb",
        "https://management.azure.com/caf\u00e9", "https://management.azure.com/a\\b"}) {
    auto const accepted = Accept(Put(), Answer(202, "", {{"Azure-AsyncOperation", url}}));
    ASSERT_FALSE(accepted) << url;
    EXPECT_EQ(accepted.error().code, Code::kInvalid);
    EXPECT_THAT(accepted.error().message, HasSubstr("following the operation"));
  }
}

TEST(OperationStatus, KnowsTheThreeFinalWordsAndTakesEveryOtherAsRunning) {
  EXPECT_EQ(StateOf("Succeeded"), OperationStatus::kSucceeded);
  EXPECT_EQ(StateOf("succeeded"), OperationStatus::kSucceeded);
  EXPECT_EQ(StateOf("Failed"), OperationStatus::kFailed);
  EXPECT_EQ(StateOf("Canceled"), OperationStatus::kCanceled);
  for (auto const* word :
       {"Running", "InProgress", "Creating", "TransientFailure", "Accepted", "Novel"}) {
    EXPECT_EQ(StateOf(word), OperationStatus::kRunning) << word;
  }
}

TEST(OperationStatus, ReadsARunningOperationThatAlreadyHasAnEnd) {
  auto const status = ReadOperation(
      Operation(PollBy::kStatusBody),
      Answer(200,
             R"({"status":"Running","endTime":"2022-04-03T10:51:02.5136336Z","percentComplete":0.5,
                                                   "properties":{"operationState":"InProgress"}})",
             {{"Retry-After", "10"}}));

  ASSERT_TRUE(status);
  EXPECT_FALSE(status->IsFinal());
  EXPECT_EQ(status->retry_after, 10s);
}

TEST(OperationStatus, GoesOnAfterAFailureThatPasses) {
  auto const status =
      ReadOperation(Operation(PollBy::kStatusBody), Answer(200, R"({"status":"TransientFailure",
    "startTime":"2020-01-01T00:00:00Z","error":{"code":"Busy","message":"not now"}})"));

  ASSERT_TRUE(status);
  EXPECT_FALSE(status->IsFinal());
  EXPECT_TRUE(status->error.message.empty());
}

TEST(OperationStatus, FindsTheFailureInsideASuccessfulAnswer) {
  auto const failed =
      ReadOperation(Operation(PollBy::kStatusBody),
                    Answer(200, R"({"status":"Failed","properties":{"operationState":"BadInput"},
    "error":{"code":"CannotAlterFollowerDatabase","message":"[BadRequest] Cannot alter leader cluster 'test' for resource name 'adc'."}})"));
  auto const busy = ReadOperation(Operation(PollBy::kStatusBody), Answer(200, R"({"status":"Failed",
    "error":{"code":"ServiceIsInMaintenance","message":"[Conflict] Cluster 'c' is in process of maintenance for a short period."}})"));

  ASSERT_TRUE(failed && busy);
  EXPECT_EQ(failed->state, OperationStatus::kFailed);
  EXPECT_EQ(failed->error.code, Code::kInvalid);
  EXPECT_EQ(failed->error.service_code, "CannotAlterFollowerDatabase");
  EXPECT_EQ(busy->error.code, Code::kConflict);
}

TEST(OperationStatus, HasAnErrorEvenWhereAzureGivesNone) {
  auto const failed =
      ReadOperation(Operation(PollBy::kStatusBody), Answer(200, R"({"status":"Canceled"})"));

  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->state, OperationStatus::kCanceled);
  EXPECT_FALSE(failed->error.message.empty());
}

TEST(OperationStatus, TakesAFailedLookAsAnErrorAndNotAsAFailedOperation) {
  auto const broken = ReadOperation(Operation(PollBy::kStatusBody), Answer(500, ""));
  auto const missing =
      ReadOperation(Operation(PollBy::kStatusBody),
                    Answer(404, R"({"error":{"code":"ResourceNotFound","message":"m"}})"));
  auto const unreadable = ReadOperation(Operation(PollBy::kStatusBody), Answer(200, "<html>"));

  EXPECT_EQ(broken.error().code, Code::kUnavailable);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_EQ(unreadable.error().code, Code::kUnavailable);
}

TEST(OperationStatus, BelievesALocationThatSaysInItsBodyHowItEnded) {
  auto const ended = [](std::string const& body) {
    return *ReadOperation(Operation(PollBy::kLocation), Answer(200, body));
  };
  EXPECT_EQ(ended(R"({"startTime":null,"status":"Succeeded","error":null})").state,
            OperationStatus::kSucceeded);
  auto const failed =
      ended(R"({"status":"Failed","error":{"code":"Busy","message":"not while it is read"}})");
  EXPECT_EQ(failed.state, OperationStatus::kFailed);
  EXPECT_NE(failed.error.message.find("not while it is read"), std::string::npos);
}

TEST(OperationStatus, ReadsLocationByStatusAlone) {
  EXPECT_EQ(ReadOperation(Operation(PollBy::kLocation), Answer(202))->state,
            OperationStatus::kRunning);
  EXPECT_EQ(ReadOperation(Operation(PollBy::kLocation), Answer(200, ""))->state,
            OperationStatus::kSucceeded);
  EXPECT_EQ(ReadOperation(Operation(PollBy::kLocation), Answer(204))->state,
            OperationStatus::kSucceeded);
  EXPECT_EQ(ReadOperation(Operation(PollBy::kLocation), Answer(409, "{}")).error().code,
            Code::kConflict);
}

TEST(OperationStatus, ReadsTheResourcesOwnState) {
  auto const state_of = [](std::string const& properties) {
    return ReadOperation(Operation(PollBy::kResource),
                         Answer(200, R"({"properties":)" + properties + "}"))
        ->state;
  };

  EXPECT_EQ(state_of(R"({"provisioningState":"Creating"})"), OperationStatus::kRunning);
  EXPECT_EQ(state_of(R"({"provisioningState":"Running"})"), OperationStatus::kRunning);
  EXPECT_EQ(state_of(R"({"provisioningState":"Failed"})"), OperationStatus::kFailed);
  EXPECT_EQ(state_of("{}"), OperationStatus::kSucceeded);
}

}  // namespace
}  // namespace adxf::azure
