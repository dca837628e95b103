#include "emulator/arm/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

ServiceError InMaintenance(Cluster const& cluster) {
  return {409, "ServiceIsInMaintenance",
          fmt::format("[Conflict] Cluster '{}' is in process of maintenance for a short period. "
                      "You may retry to invoke the "
                      "operation in a few minutes.",
                      cluster.name)};
}

std::string_view StatusText(OperationStatus status) {
  switch (status) {
    case OperationStatus::kRunning: return "Running";
    case OperationStatus::kSucceeded: return "Succeeded";
    case OperationStatus::kFailed: return "Failed";
    case OperationStatus::kCanceled: return "Canceled";
  }
  return "Failed";
}

std::string_view OperationState(Operation const& operation) {
  if (operation.status == OperationStatus::kRunning) return "InProgress";
  if (operation.status == OperationStatus::kSucceeded) return "Completed";
  return operation.error && operation.error->status == 400 ? "BadInput" : "Failed";
}

/// 0 to 1, although the specification says 0 to 100.
double Progress(Operation const& operation, TimePoint now) {
  if (operation.status != OperationStatus::kRunning) return 1.0;
  auto const whole = std::chrono::duration<double>(operation.due - operation.started).count();
  auto const done = std::chrono::duration<double>(now - operation.started).count();
  return whole <= 0 ? 0.0 : std::clamp(done / whole, 0.0, 0.99);
}

json OperationJson(Context const& context, Operation const& operation) {
  bool const is_running = operation.status == OperationStatus::kRunning;
  json body{
      {"id",
       fmt::format("/subscriptions/{}/providers/Microsoft.Kusto/locations/{}/operationresults/{}",
                   operation.subscription, context.Param("location"), operation.id)},
      {"name", operation.id},
      {"status", StatusText(operation.status)},
      {"startTime", Iso8601(operation.started)},
      {"endTime", Iso8601(is_running ? context.Now() : operation.due)},
      {"percentComplete", Progress(operation, context.Now())},
      {"properties",
       {{"operationKind", operation.kind},
        {"provisioningState", StatusText(operation.status)},
        {"operationState", OperationState(operation)}}}};
  if (operation.error)
    body["error"] = {{"code", operation.error->code}, {"message", operation.error->message}};
  return body;
}

void AddRetryAfter(Context const& context, WireReply& reply) {
  if (context.estate.settings.retry_after)
    reply.headers["Retry-After"] = std::to_string(context.estate.settings.retry_after->count());
}

}  // namespace

std::optional<ServiceError> WriteRefusal(Estate const& estate, Cluster const& cluster) {
  if (cluster.maintenance.empty() || estate.settings.maintenance == MaintenanceMode::kFailOperation)
    return std::nullopt;
  return InMaintenance(cluster);
}

std::string BeginOperation(Estate& estate, Cluster& cluster, NewOperation start) {
  Operation operation{.id = estate.NewGuid(),
                      .subscription = cluster.subscription,
                      .kind = std::move(start.kind),
                      .cluster = cluster.Key(),
                      .started = estate.Now(),
                      .due = estate.Now() + estate.settings.operation_duration,
                      .finish = std::move(start.finish)};
  if (cluster.maintenance.empty()) {
    cluster.maintenance = operation.id;
  } else {
    operation.error = InMaintenance(cluster);
  }
  auto id = operation.id;
  estate.running.insert(id);
  estate.operations.emplace(id, std::move(operation));
  return id;
}

void StartOperation(Context& context, Cluster& cluster, NewOperation start, WireReply& reply) {
  auto const& estate = context.estate;
  auto const shown_location = start.location;
  auto const id = BeginOperation(context.estate, cluster, std::move(start));
  auto const url = [&](std::string const& location) {
    return fmt::format(
        "{}/subscriptions/{}/providers/Microsoft.Kusto/locations/{}/operationResults/"
        "{}?api-version={}",
        estate.endpoint, cluster.subscription, location, id, context.api_version);
  };
  reply.headers["azure-asyncoperation"] = url(shown_location);
  if (reply.status == 202) {
    reply.headers["location"] =
        url(PercentEncode(shown_location)) + "&operationResultResponseType=Location";
    AddRetryAfter(context, reply);
  }
  reply.was_accepted = true;
}

WireReply GetOperationResult(Context& context) {
  auto const found = context.estate.operations.find(context.Param("operation"));
  if (found == context.estate.operations.end() || !found->second.resource.empty() ||
      !SameName(found->second.subscription, context.Param("subscription"))) {
    return ErrorReply(404, "OperationNotFound",
                      fmt::format("The operation '{}' was not found.", context.Param("operation")));
  }
  auto const& operation = found->second;
  bool const is_running = operation.status == OperationStatus::kRunning;
  WireReply reply;
  if (SameName(context.request.Parameter("operationResultResponseType"), "Location")) {
    if (operation.error && !is_running) return ErrorReply(*operation.error);
    reply.status = is_running ? 202 : 200;
    if (is_running) reply.headers["location"] = context.estate.endpoint + context.request.Target();
  } else {
    reply = JsonReply(200, OperationJson(context, operation));
  }
  reply.headers["x-ms-operation-root-activity-id"] = operation.id;
  if (is_running) AddRetryAfter(context, reply);
  return reply;
}

}  // namespace adxf::emulator::arm
