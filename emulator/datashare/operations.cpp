#include "emulator/datashare/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

std::string_view StatusText(Operation const& operation, TimePoint now) {
  switch (operation.status) {
    case OperationStatus::kRunning:
      return now - operation.started < (operation.due - operation.started) / 4 ? "Accepted"
                                                                               : "InProgress";
    case OperationStatus::kSucceeded: return "Succeeded";
    case OperationStatus::kFailed: return "Failed";
    case OperationStatus::kCanceled: return "Canceled";
  }
  return "Failed";
}

json StatusJson(Context const& context, Operation& operation) {
  json body{{"startTime", Iso8601(operation.started)}};
  if (std::exchange(operation.fails_transiently, false)) {
    body["status"] = "TransientFailure";
    return body;
  }
  body["status"] = StatusText(operation, context.Now());
  if (operation.status != OperationStatus::kRunning) body["endTime"] = Iso8601(operation.due);
  if (operation.error)
    body["error"] = {{"code", operation.error->code}, {"message", operation.error->message}};
  return body;
}

void AddRetryAfter(Context const& context, WireReply& reply) {
  auto const& asked = context.estate.settings.retry_after;
  if (asked) reply.headers["Retry-After"] = std::to_string(asked->count());
}

WireReply OperationMissing(Context const& context) {
  return ErrorReply(404, "OperationNotFound",
                    fmt::format("The operation '{}' was not found.", context.Param("operation")));
}

}  // namespace

void StartOperation(Context& context, NewOperation start, WireReply& reply) {
  auto& estate = context.estate;
  Operation operation{.id = estate.NewGuid(),
                      .subscription = context.Param("subscription"),
                      .kind = std::move(start.kind),
                      .resource = std::move(start.resource_id),
                      .fails_transiently = estate.settings.transient_failures,
                      .started = estate.Now(),
                      .due = estate.Now() + estate.settings.operation_duration,
                      .finish = std::move(start.finish)};
  if (start.location) {
    reply.headers["Location"] = fmt::format(
        "{}/subscriptions/{}/providers/Microsoft.DataShare/locations/{}/operationResults/"
        "{}?api-version={}",
        estate.endpoint, operation.subscription, *start.location, operation.id,
        context.api_version);
  } else {
    reply.headers["Azure-AsyncOperation"] =
        fmt::format("{}{}/operationResults/{}?api-version={}", estate.endpoint, operation.resource,
                    operation.id, context.api_version);
    reply.headers["x-ms-long-running-operation"] = "true";
  }
  AddRetryAfter(context, reply);
  reply.was_accepted = true;
  auto const id = operation.id;
  estate.running.insert(id);
  estate.operations.emplace(id, std::move(operation));
}

WireReply ReadOperation(Context& context) {
  auto const& path = context.request.path;
  auto const found = context.estate.operations.find(context.Param("operation"));
  bool const is_here = found != context.estate.operations.end() &&
                       !found->second.resource.empty() &&
                       SameName(PercentDecode(path.substr(0, path.rfind("/operationResults/"))),
                                found->second.resource);
  if (!is_here) return OperationMissing(context);
  auto reply = JsonReply(200, StatusJson(context, found->second));
  bool const is_running = found->second.status == OperationStatus::kRunning;
  if (is_running) AddRetryAfter(context, reply);
  return reply;
}

WireReply ReadOperationAtLocation(Context& context) {
  auto const found = context.estate.operations.find(context.Param("operation"));
  bool const is_here = found != context.estate.operations.end() &&
                       !found->second.resource.empty() &&
                       SameName(found->second.subscription, context.Param("subscription"));
  if (!is_here) return OperationMissing(context);
  auto& operation = found->second;
  auto body = StatusJson(context, operation);
  if (operation.status == OperationStatus::kRunning) {
    auto reply = JsonReply(202, body);
    reply.headers["Location"] = context.estate.endpoint + context.request.Target();
    AddRetryAfter(context, reply);
    return reply;
  }
  // All four members, and no times: as recorded.
  body["startTime"] = body["endTime"] = nullptr;
  if (!body.contains("error")) body["error"] = nullptr;
  return JsonReply(200, body);
}

}  // namespace adxf::emulator::datashare
