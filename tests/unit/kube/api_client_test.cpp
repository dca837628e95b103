#include "kube/api_client.hpp"

#include "support/fake_transport.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace adxf::kube {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

ResourceType const kType{
    .group = "adxfollower.io", .version = "v1alpha1", .plural = "things", .kind = "Thing"};
ObjectKey const kKey{.ns = "team-a", .name = "sales"};

std::string Status(int code, std::string const& reason, std::string const& message,
                   Json details = Json::object()) {
  return Json{{"kind", "Status"},
              {"code", code},
              {"reason", reason},
              {"message", message},
              {"details", std::move(details)}}
      .dump();
}

class ApiClientTest : public ::testing::Test {
 protected:
  Error GetError() { return client_.Get(kType, kKey, {}).error(); }

  test::FakeTransport transport_;
  ApiClient client_{transport_, "https://h"};
};

TEST_F(ApiClientTest, ReturnsTheObjectWithoutManagedFields) {
  transport_.Reply(
      200, R"({"metadata":{"name":"sales","managedFields":[{"a":{"b":[1,2]}}]},"spec":{"x":1}})");
  auto const object = client_.Get(kType, kKey, {});

  ASSERT_TRUE(object);
  EXPECT_EQ(*object, Json::parse(R"({"metadata":{"name":"sales"},"spec":{"x":1}})"));
}

TEST_F(ApiClientTest, MapsStatusesToWhatACallerDoes) {
  struct Row {
    int status;
    char const* reason;
    Code code;
  };
  for (auto const& row :
       {Row{400, "BadRequest", Code::kInvalid}, Row{401, "Unauthorized", Code::kUnauthorized},
        Row{403, "Forbidden", Code::kForbidden}, Row{404, "NotFound", Code::kNotFound},
        Row{409, "Conflict", Code::kConflict}, Row{409, "AlreadyExists", Code::kConflict},
        Row{410, "Expired", Code::kConflict}, Row{422, "Invalid", Code::kInvalid},
        Row{429, "TooManyRequests", Code::kThrottled},
        Row{500, "InternalError", Code::kUnavailable},
        Row{503, "ServiceUnavailable", Code::kUnavailable},
        Row{504, "Timeout", Code::kUnavailable}}) {
    transport_.Reply(row.status, Status(row.status, row.reason, "words of the server"));
    auto const error = GetError();
    EXPECT_EQ(error.code, row.code) << row.status;
    EXPECT_EQ(error.service_code, row.reason);
    EXPECT_EQ(error.http_status, row.status);
    EXPECT_EQ(error.message, "get things team-a/sales: words of the server");
    EXPECT_EQ(IsGone(error), row.status == 410);
  }
}

TEST_F(ApiClientTest, TellsHowLongToWait) {
  transport_.Reply(429, Status(429, "TooManyRequests", "slow down", {{"retryAfterSeconds", 9}}));
  EXPECT_EQ(GetError().retry_after, 9s);
  transport_.Reply(429, "", {{"Retry-After", "3"}});
  EXPECT_EQ(GetError().retry_after, 3s);
  transport_.Reply(429, "", {{"Retry-After", "-1"}});
  EXPECT_EQ(GetError().retry_after, std::nullopt);
}

TEST_F(ApiClientTest, NeverQuotesAnAnswerThatIsNotAStatus) {
  transport_.Reply(502, "<html>secret page</html>");
  EXPECT_EQ(GetError().message, "get things team-a/sales: the API server answered 502");
  transport_.Reply(500, R"({"message":"secret","kind":"Other"})");
  EXPECT_EQ(GetError().message.find("secret"), std::string::npos);
}

TEST_F(ApiClientTest, TakesABrokenBodyForATransientFailure) {
  for (auto const* body : {"", "{", "[]", "null"}) {
    transport_.Reply(200, body);
    EXPECT_EQ(GetError().code, Code::kUnavailable) << body;
  }
}

TEST_F(ApiClientTest, PassesOnErrorsOfTheTransport) {
  transport_.ReplyError(Code::kDeadline);

  EXPECT_EQ(GetError().code, Code::kDeadline);
}

TEST_F(ApiClientTest, TakesTheReasonOfAnErrorEventOverItsCode) {
  EXPECT_TRUE(IsGone(ErrorFromStatus({{"code", 410}, {"message", "too old"}}, 0, "watch")));
  EXPECT_TRUE(IsGone(ErrorFromStatus({{"reason", "Expired"}, {"message", "too old"}}, 0, "watch")));
  EXPECT_EQ(ErrorFromStatus({{"code", 500}}, 0, "watch").code, Code::kUnavailable);
  EXPECT_EQ(ErrorFromStatus(Json(), 0, "watch").http_status, 0);
}

TEST_F(ApiClientTest, TakesAFailedTestOfAPatchForAConflictAndAFailedValidationNot) {
  transport_.Reply(422, Status(422, "Invalid",
                               "the server rejected our request due to an error in our request"));
  EXPECT_EQ(client_.Patch(kType, kKey, Json::array(), {}).error().code, Code::kConflict);
  transport_.Reply(422,
                   Status(422, "Invalid", "Thing \"sales\" is invalid: spec.x: Invalid value"));
  EXPECT_EQ(client_.Patch(kType, kKey, Json::array(), {}).error().code, Code::kInvalid);
}

TEST_F(ApiClientTest, SendsEachVerbToItsPlace) {
  transport_.HandleWith([](auto const&, auto const&) { return test::Answer(200, "{}"); });
  EXPECT_TRUE(client_.List(kType, {}, {}));
  EXPECT_TRUE(client_.Create(kType, "team-a", Json::object(), {}));
  EXPECT_TRUE(client_.PutStatus(kType, kKey, "{}", {}));
  EXPECT_TRUE(client_.Patch(kType, kKey, Json::array(), {}));

  auto const sent = transport_.requests();
  EXPECT_EQ(sent[0].method, http::Method::kGet);
  EXPECT_EQ(sent[1].method, http::Method::kPost);
  EXPECT_EQ(sent[2].method, http::Method::kPut);
  EXPECT_EQ(sent[3].method, http::Method::kPatch);
}

}  // namespace
}  // namespace adxf::kube
