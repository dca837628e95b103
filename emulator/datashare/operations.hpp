#pragma once

#include "emulator/datashare/place.hpp"

#include <functional>
#include <optional>
#include <string>

/// Long-running operations of Data Share: polled under the resource, with states of their own
/// (Microsoft.DataShare 2021-08-01, OperationResponse).
namespace adxf::emulator::datashare {

struct NewOperation {
  std::string kind{};         ///< for the state dump
  std::string resource_id{};  ///< what it is polled under
  std::function<std::optional<ServiceError>(Estate&)> finish{};
};

/// Starts the operation and puts `Azure-AsyncOperation` and `x-ms-long-running-operation` on the
/// reply.
void StartOperation(Context& context, NewOperation start, WireReply& reply);

/// GET {resource}/operationResults/{id}; the resource itself may be gone. With
/// `Settings::transient_failures` the first read says TransientFailure, which is not final.
WireReply ReadOperation(Context& context);

}  // namespace adxf::emulator::datashare
