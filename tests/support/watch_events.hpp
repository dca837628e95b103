#pragma once

#include "kube/watch_machine.hpp"

#include <string>
#include <utility>

/// What an API server tells a watch, in the words of the watch machine.
namespace adxf::test {

/// An answer with this status; 0: no connection.
inline Error HttpError(int status, std::string message = "refused", std::string reason = {}) {
  Error error;
  error.http_status = status;
  error.message = std::move(message);
  error.service_code = std::move(reason);
  error.code = status == 410                   ? Code::kConflict
               : status == 429                 ? Code::kThrottled
               : status >= 400 && status < 500 ? Code::kInvalid
                                               : Code::kUnavailable;
  return error;
}

inline kube::EventArrived Added(std::string version) {
  return {.kind = kube::LineKind::kAdded, .resource_version = std::move(version)};
}

inline kube::EventArrived Deleted(std::string version) {
  return {.kind = kube::LineKind::kDeleted, .resource_version = std::move(version)};
}

inline kube::EventArrived Bookmark(std::string version) {
  return {.kind = kube::LineKind::kBookmark, .resource_version = std::move(version)};
}

inline kube::EventArrived EndOfInitial(std::string version) {
  return {.kind = kube::LineKind::kBookmark,
          .resource_version = std::move(version),
          .ends_initial_events = true};
}

}  // namespace adxf::test
