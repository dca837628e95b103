#include "azure/arm_caller.hpp"

#include "azure/arm_json.hpp"
#include "azure/arm_operation.hpp"
#include "azure/arm_requests.hpp"
#include "azure/azure_error.hpp"
#include "azure/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace adxf::azure {
namespace {

constexpr int kMostPages = 1000;

Result<nlohmann::json> ReadPage(std::string_view what, std::string_view body) {
  TRY_ASSIGN(auto page, ReadObject(body, what));
  if (At(page, "value").is_array()) return page;
  return Fail(Code::kUnavailable,
              std::string(what) + ": Azure's answer holds no list; it will be asked again");
}

}  // namespace

Result<http::Response> ArmCaller::Send(http::Request request, http::CallContext const& call) {
  request.headers["x-ms-client-request-id"] = random_.Guid();
  return transport_.Send(request, call);
}

Result<http::Response> ArmCaller::SendFor(std::string_view what, http::Request request,
                                          http::CallContext const& call) {
  auto response = Send(std::move(request), call);
  if (!response) return std::unexpected(response.error().Because(what));
  if (!response->IsSuccess()) return std::unexpected(ArmErrorFrom(*response).Because(what));
  return response;
}

Result<Accepted> ArmCaller::Start(std::string_view what, http::Request const& request,
                                  http::CallContext const& call) {
  TRY_ASSIGN(auto const response, SendFor(what, request, call));
  return ReadAccepted(cloud_, request, response, clock_.Now());
}

Result<void> ArmCaller::VisitBody(std::string_view what, http::Request const& request,
                                  BodyVisitor const& visit, http::CallContext const& call) {
  TRY_ASSIGN(auto const response, SendFor(what, request, call));
  TRY_ASSIGN(auto const body, ReadObject(response.body, what));
  visit(body);
  return {};
}

Result<void> ArmCaller::VisitItems(std::string_view what, http::Request const& first,
                                   ItemVisitor const& visit, http::CallContext const& call) {
  auto request = first;
  for (int pages = 0; pages < kMostPages; ++pages) {
    TRY_ASSIGN(auto const response, SendFor(what, request, call));
    TRY_ASSIGN(auto const page, ReadPage(what, response.body));
    for (auto const& element : At(page, "value")) {
      if (auto visited = visit(element); !visited)
        return std::unexpected(visited.error().Because(what));
    }
    auto const next_link = TextAt(page, "nextLink");
    if (next_link.empty()) return {};
    TRY_ASSIGN(request, NextPage(cloud_, first, next_link));
  }
  return Fail(Code::kUnavailable, std::string(what) + ": Azure's list does not end");
}

}  // namespace adxf::azure
