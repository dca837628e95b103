#include "azure/azure_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

http::Response Answer(int status, std::string body, http::Headers headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

void ExpectSortedAndConsistent(std::span<KnownError const> table) {
  EXPECT_TRUE(std::ranges::is_sorted(table, std::less{}, &KnownError::service_code));
  EXPECT_EQ(std::ranges::adjacent_find(table, {}, &KnownError::service_code), table.end());
  for (auto const& row : table) {
    SCOPED_TRACE(row.service_code);
    EXPECT_FALSE(row.why.empty());
    Error const error{.code = row.code, .service_code = std::string(row.service_code)};
    EXPECT_EQ(Classify(error), row.error_class);
    if (row.error_class == ErrorClass::kFatal) {
      EXPECT_FALSE(error.IsTransient());
    }
    if (row.error_class == ErrorClass::kRetry) {
      EXPECT_TRUE(error.IsTransient() || error.code == Code::kUnauthorized);
    }
  }
}

TEST(AzureError, EveryRowOfTheArmTableIsSortedAndSaysWhatItsCodeSays) {
  ExpectSortedAndConsistent(ArmErrorTable());
}

TEST(AzureError, EveryRowOfTheKustoTableIsSortedAndSaysWhatItsCodeSays) {
  ExpectSortedAndConsistent(KustoErrorTable());
}

TEST(AzureError, EveryRowOfTheArmTableIsFoundInAWrappedAndAnUnwrappedAnswer) {
  for (auto const& row : ArmErrorTable()) {
    auto const inner = R"({"code":")" + std::string(row.service_code) + R"(","message":"text"})";
    for (auto const& body : {R"({"error":)" + inner + "}", inner}) {
      auto const error = ArmErrorFrom(Answer(400, body));
      EXPECT_EQ(error.code, row.code) << body;
      EXPECT_EQ(error.service_code, row.service_code);
      EXPECT_EQ(error.message, std::string(row.service_code) + ": text");
    }
    EXPECT_EQ(ArmErrorFrom(row.service_code, "text").code, row.code);
  }
}

TEST(AzureError, FallsBackToTheStatusForUnknownCodes) {
  auto const class_of = [](int status) {
    return Classify(ArmErrorFrom(Answer(status, R"({"error":{"code":"Novel","message":"m"}})")));
  };

  EXPECT_EQ(class_of(400), ErrorClass::kFatal);
  EXPECT_EQ(class_of(401), ErrorClass::kRetrySlowly);
  EXPECT_EQ(class_of(403), ErrorClass::kRetrySlowly);
  EXPECT_EQ(class_of(404), ErrorClass::kWaitForDependency);
  EXPECT_EQ(class_of(408), ErrorClass::kRetry);
  EXPECT_EQ(class_of(409), ErrorClass::kRetry);
  EXPECT_EQ(class_of(412), ErrorClass::kRetry);
  EXPECT_EQ(class_of(429), ErrorClass::kRetrySlowly);
  EXPECT_EQ(class_of(500), ErrorClass::kRetry);
  EXPECT_EQ(class_of(302), ErrorClass::kRetry);
}

TEST(AzureError, ReadsTheBracketedClassOfUnknownCodes) {
  EXPECT_EQ(ArmErrorFrom("Novel", "[Conflict] Busy.").code, Code::kConflict);
  EXPECT_EQ(ArmErrorFrom("Novel", "[BadRequest] Never.").code, Code::kInvalid);
  EXPECT_EQ(
      ArmErrorFrom(Answer(400, R"({"error":{"code":"Novel","message":"[Conflict] Busy."}})")).code,
      Code::kConflict);
  EXPECT_EQ(
      ArmErrorFrom(Answer(409, R"({"error":{"code":"Novel","message":"[BadRequest] x"}})")).code,
      Code::kConflict);
}

TEST(AzureError, KeepsAThrottledOrBrokenAnswerTransientWhateverItsCode) {
  auto const body = R"({"error":{"code":"CannotAlterFollowerDatabase","message":"m"}})";
  EXPECT_EQ(ArmErrorFrom(Answer(429, body)).code, Code::kThrottled);
  EXPECT_EQ(Classify(ArmErrorFrom(Answer(503, body))), ErrorClass::kRetry);
}

TEST(AzureError, NeverShowsABodyThatItCannotRead) {
  for (auto const* body : {"<html>secret</html>", "", "[1]", "\"secret\"", R"({"secret":1})",
                           R"({"error":"secret"})"}) {
    auto const error = ArmErrorFrom(Answer(502, body));
    EXPECT_EQ(error.code, Code::kUnavailable);
    EXPECT_EQ(error.message, "HTTP 502 without a readable error") << body;
    EXPECT_THAT(KustoErrorFrom(Answer(502, body)).message, Not(HasSubstr("secret")));
  }
}

TEST(AzureError, CutsTextAndRemovesControlCharacters) {
  EXPECT_EQ(CleanText("a\r\n\tb\x01"
                      "c\x7f"),
            "a b c ");
  EXPECT_EQ(CleanText(std::string(5000, 'x')).size(), 1024U);
  auto const error = ArmErrorFrom(
      Answer(400, R"({"error":{"code":"C","message":")" + std::string(3000, 'y') + R"("}})"));
  EXPECT_LE(error.message.size(), 1024U);
}

TEST(AzureError, TakesTheRequestIdAndRetryAfterFromTheHeaders) {
  auto const error = ArmErrorFrom(Answer(
      429, "",
      {{"x-ms-request-id", "r"}, {"x-ms-correlation-request-id", "c"}, {"Retry-After", "17"}}));
  EXPECT_EQ(error.request_id, "c");
  EXPECT_EQ(error.retry_after, 17s);
  EXPECT_EQ(error.http_status, 429);
  EXPECT_EQ(RequestIdOf(Answer(200, "", {{"x-ms-request-id", "r"}})), "r");
  EXPECT_EQ(RequestIdOf(Answer(200, "", {{"x-ms-activity-id", "a"}})), "a");
}

TEST(AzureError, ReadsBothFormsOfRetryAfterAndIgnoresNonsense) {
  EXPECT_EQ(RetryAfterOf(Answer(429, "",
                                {{"Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT"},
                                 {"Date", "Thu, 01 Jan 2026 00:00:00 GMT"}})),
            30s);
  for (auto const* value : {"", "soon", "-1", "Thu, 01 Jan 2026 00:00:30 GMT", "0"}) {
    EXPECT_EQ(RetryAfterOf(Answer(429, "", {{"Retry-After", value}})), std::nullopt) << value;
  }
}

std::string OneApi(std::string_view code, std::string_view type, std::string_view permanent) {
  return R"({"error":{"code":")" + std::string(code) +
         R"(","message":"Request is invalid.","@type":"Kusto.Some.)" + std::string(type) +
         R"(","@message":"the real text","@permanent":)" + std::string(permanent) + "}}";
}

TEST(KustoError, ShowsItsOwnMessageAndTrustsPermanent) {
  auto const permanent = KustoErrorFrom(Answer(400, OneApi("Novel", "X", "true")));
  EXPECT_EQ(permanent.message, "Novel: the real text");
  EXPECT_EQ(permanent.code, Code::kInvalid);
  EXPECT_EQ(Classify(permanent), ErrorClass::kFatal);

  auto const passing = KustoErrorFrom(Answer(400, OneApi("General_BadRequest", "X", "false")));
  EXPECT_EQ(passing.code, Code::kUnavailable);
  EXPECT_EQ(Classify(passing), ErrorClass::kRetry);
}

TEST(KustoError, MapsStatusesCodesAndTypes) {
  EXPECT_EQ(KustoErrorFrom(Answer(401, "")).code, Code::kUnauthorized);
  EXPECT_EQ(KustoErrorFrom(Answer(520, OneApi("ServiceError", "X", "false"))).code,
            Code::kUnavailable);
  EXPECT_EQ(KustoErrorFrom(Answer(413, "")).code, Code::kInvalid);
  auto const forbidden =
      KustoErrorFrom(Answer(403, OneApi("Forbidden", "KustoRequestDeniedException", "true")));
  EXPECT_EQ(forbidden.code, Code::kForbidden);
  EXPECT_EQ(Classify(forbidden), ErrorClass::kRetrySlowly);
  auto const suspended = KustoErrorFrom(
      Answer(412, OneApi("PreconditionFailed", "ClusterSuspendedException", "false")));
  EXPECT_EQ(Classify(suspended), ErrorClass::kWaitForDependency);
  auto const missing =
      KustoErrorFrom(Answer(400, OneApi("BadRequest_DatabaseNotExist", "X", "true")));
  EXPECT_EQ(missing.code, Code::kNotFound);
  EXPECT_EQ(Classify(missing), ErrorClass::kWaitForDependency);
}

TEST(KustoError, KnowsAllVariantsOfThrottling) {
  for (auto const* type :
       {"ControlCommandThrottledException", "QueryThrottledException", "QuotaExceededException"}) {
    auto const error = KustoErrorFrom(Answer(429, OneApi("Novel", type, "false")));
    EXPECT_EQ(error.code, Code::kThrottled);
    EXPECT_EQ(error.service_code, type);
  }
  EXPECT_EQ(KustoErrorFrom(Answer(429, "")).code, Code::kThrottled);
}

TEST(AzureError, KnowsWhatSaysThatAResourceIsGone) {
  auto const says_gone = [](int status, std::string const& code) {
    return SaysGone(ArmErrorFrom(Answer(
        status, R"({"error":{"code":")" + code + R"(","message":"Share: s does not exist"}})")));
  };
  EXPECT_TRUE(says_gone(404, "ResourceNotFound"));
  EXPECT_TRUE(says_gone(404, "3000")) << "Data Share";
  EXPECT_FALSE(says_gone(403, "3000"));
  EXPECT_FALSE(says_gone(404, "SubscriptionNotFound"));
  EXPECT_FALSE(SaysGone(ArmErrorFrom(Answer(404, "")))) << "a proxy may say so";
}

}  // namespace
}  // namespace adxf::azure
