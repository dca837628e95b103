// Headers of answers: addresses to poll, and how long to wait. Lines of "Name: value".
#include "azure/arm_operation.hpp"
#include "azure/cloud.hpp"
#include "fuzz/fuzz.hpp"
#include "http/retry_after.hpp"
#include "http/url.hpp"

#include <array>

namespace adxf {
namespace {

constexpr std::array kStatuses = {200, 201, 202, 204};

http::Response AnswerOf(std::string_view input) {
  http::Response response;
  for (auto const& line : fuzz::Lines(input)) {
    auto const colon = line.find(": ");
    if (colon == std::string::npos) {
      response.body = line;
    } else {
      response.headers[line.substr(0, colon)] = line.substr(colon + 2);
    }
  }
  return response;
}

void Check(std::string_view input) {
  TimePoint const now(std::chrono::seconds(1'767'225'600));
  auto response = AnswerOf(input);
  auto const wait = http::RetryAfterOf(response, now);
  fuzz::Require(!wait || (wait->count() >= 0 && *wait <= std::chrono::hours(24)),
                "nobody makes us wait for more than a day");
  auto const cloud = azure::PublicCloud();
  for (auto const method : {http::Method::kPut, http::Method::kPost, http::Method::kDelete}) {
    for (auto const status : kStatuses) {
      response.status = status;
      http::Request const request{.method = method,
                                  .url = "https://management.azure.com/subscriptions/s",
                                  .operation = "Test"};
      auto const accepted = azure::ReadAccepted(cloud, request, response, now);
      if (!accepted || !accepted->operation) continue;
      fuzz::Require(http::OriginOf(accepted->operation->url) == "https://management.azure.com:443",
                    "a token is sent to ARM only");
      fuzz::Require(http::PathAndQueryOf(accepted->operation->url).has_value(),
                    "what is to be polled can be asked for");
      auto const look = azure::ReadOperation(*accepted->operation, response);
      fuzz::Require(look || (!look.error().message.empty() && look.error().message.size() < 4096),
                    "a look that failed is explained, and shortly");
    }
  }
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
