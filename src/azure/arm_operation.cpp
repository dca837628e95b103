#include "azure/arm_operation.hpp"

#include "azure/arm_json.hpp"
#include "azure/azure_error.hpp"
#include "azure/json_fields.hpp"
#include "http/url.hpp"
#include "model/text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::azure {
namespace {

constexpr int kStatusAccepted = 202;
constexpr int kStatusNoContent = 204;

OperationStatus::State StateOf(std::string_view status) {
  if (EqualsIgnoreCase(status, "Succeeded")) return OperationStatus::kSucceeded;
  if (EqualsIgnoreCase(status, "Failed")) return OperationStatus::kFailed;
  if (EqualsIgnoreCase(status, "Canceled") || EqualsIgnoreCase(status, "Cancelled")) {
    return OperationStatus::kCanceled;
  }
  return OperationStatus::kRunning;  // Any other word means that it is still running.
}

/// Azure-AsyncOperation before Location: only its body carries the reason of a failure.
std::optional<std::pair<std::string, PollBy>> PollUrlOf(http::Response const& response) {
  for (auto const* name : {"Azure-AsyncOperation", "Operation-Location"}) {
    if (auto const url = response.Header(name); !url.empty())
      return std::pair(EncodeSpaces(url), PollBy::kStatusBody);
  }
  if (auto const url = response.Header("Location"); !url.empty())
    return std::pair(EncodeSpaces(url), PollBy::kLocation);
  return std::nullopt;
}

std::string ProvisioningStateOf(std::string_view body) {
  auto const resource = nlohmann::json::parse(body, nullptr, false);
  return TextAt(At(resource, "properties"), "provisioningState");
}

Error WhyItEnded(OperationStatus::State state, nlohmann::json const& body,
                 http::Response const& response) {
  auto const& reason = At(body, "error");
  auto error = ArmErrorFrom(TextAt(reason, "code"), TextAt(reason, "message"));
  if (error.message.empty()) {
    error.message = state == OperationStatus::kCanceled
                        ? "Azure cancelled the operation without saying why"
                        : "Azure's operation failed without saying why";
    error.code = Code::kUnavailable;
  }
  error.request_id = RequestIdOf(response);
  return error;
}

OperationStatus StatusWith(OperationStatus::State state, nlohmann::json const& body,
                           http::Response const& response) {
  OperationStatus status{.state = state, .retry_after = RetryAfterOf(response)};
  if (state == OperationStatus::kFailed || state == OperationStatus::kCanceled) {
    status.error = WhyItEnded(state, body, response);
  }
  return status;
}

/// The resource's own state; a missing one means that it is ready.
OperationStatus::State ResourceState(nlohmann::json const& body) {
  auto const state = TextAt(At(body, "properties"), "provisioningState");
  return state.empty() ? OperationStatus::kSucceeded : StateOf(state);
}

/// The answer's own status; Data Share says in the body as well how the operation ended.
OperationStatus::State StateAtLocation(nlohmann::json const& body, http::Response const& response) {
  if (response.status == kStatusAccepted) return OperationStatus::kRunning;
  auto const said = TextAt(body, "status");
  auto const state = said.empty() ? OperationStatus::kSucceeded : StateOf(said);
  bool const is_bad = state == OperationStatus::kFailed || state == OperationStatus::kCanceled;
  return is_bad ? state : OperationStatus::kSucceeded;
}

}  // namespace

std::string EncodeSpaces(std::string_view url) {
  std::string encoded;
  encoded.reserve(url.size());
  for (char const c : url) {
    if (c == ' ')
      encoded += "%20";
    else
      encoded += c;
  }
  return encoded;
}

Result<Accepted> ReadAccepted(Cloud const& cloud, http::Request const& request,
                              http::Response const& response, TimePoint now) {
  Accepted accepted{.correlation_id = RequestIdOf(response)};
  if (response.status == kStatusNoContent) return accepted;
  OperationRef operation{
      .kind = request.operation, .started_at = now, .retry_after = RetryAfterOf(response)};
  bool const is_put = request.method == http::Method::kPut;
  if (auto poll = PollUrlOf(response);
      poll && (poll->second == PollBy::kStatusBody || response.status == kStatusAccepted)) {
    std::tie(operation.url, operation.poll_by) = std::move(*poll);
    if (auto origin = cloud.CheckArmUrl(operation.url); !origin) {
      return std::unexpected(origin.error().Because("following the operation that Azure accepted"));
    }
    if (auto path = http::PathAndQueryOf(operation.url); !path) {
      return std::unexpected(path.error().Because("following the operation that Azure accepted"));
    }
  } else if (is_put) {
    // No header to follow: the resource itself tells.
    auto const state = ProvisioningStateOf(response.body);
    bool const is_done = response.status != kStatusAccepted &&
                         (state.empty() || StateOf(state) == OperationStatus::kSucceeded);
    if (is_done) return accepted;
    operation.url = request.url;
    operation.poll_by = PollBy::kResource;
  } else {
    return accepted;
  }
  accepted.operation = std::move(operation);
  return accepted;
}

Result<OperationStatus> ReadOperation(OperationRef const& operation,
                                      http::Response const& response) {
  if (!response.IsSuccess())
    return std::unexpected(ArmErrorFrom(response).Because("looking at the operation"));
  auto const body = nlohmann::json::parse(response.body, nullptr, false);
  if (operation.poll_by == PollBy::kLocation)
    return StatusWith(StateAtLocation(body, response), body, response);
  if (!body.is_object()) {
    return Fail(Code::kUnavailable,
                "looking at the operation: Azure's answer is not JSON; it will be asked again");
  }
  if (operation.poll_by == PollBy::kResource)
    return StatusWith(ResourceState(body), body, response);
  auto const status = TextAt(body, "status");
  if (!status.empty()) return StatusWith(StateOf(status), body, response);
  return StatusWith(
      response.status == kStatusAccepted ? OperationStatus::kRunning : ResourceState(body), body,
      response);
}

}  // namespace adxf::azure
