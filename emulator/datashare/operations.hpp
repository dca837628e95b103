#pragma once

#include "emulator/datashare/place.hpp"

#include <functional>
#include <optional>
#include <string>

/// Long-running operations of Data Share, with states of their own (Microsoft.DataShare 2021-08-01,
/// OperationResponse): polled under the resource, or at the location.
namespace adxf::emulator::datashare {

struct NewOperation {
  std::string kind{};                     ///< for the state dump
  std::string resource_id{};              ///< what it is polled under
  std::optional<std::string> location{};  ///< given: polled there, as recorded of what deletes a
                                          ///< share, a share subscription or an account
  std::function<std::optional<ServiceError>(Estate&)> finish{};
};

/// Starts the operation and puts `Azure-AsyncOperation` and `x-ms-long-running-operation` on the
/// reply, or `Location` alone.
void StartOperation(Context& context, NewOperation start, WireReply& reply);

/// GET {resource}/operationResults/{id}; the resource itself may be gone. With
/// `Settings::transient_failures` the first read says TransientFailure, which is not final.
WireReply ReadOperation(Context& context);

/// GET {subscription}/providers/Microsoft.DataShare/locations/{location}/operationResults/{id}:
/// 202 as long as it runs (ARM's contract), then 200 with how it ended.
WireReply ReadOperationAtLocation(Context& context);

}  // namespace adxf::emulator::datashare
