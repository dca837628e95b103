#pragma once

#include "emulator/arm/context.hpp"

#include <functional>
#include <optional>
#include <string>

namespace adxf::emulator::arm {

/// A long-running operation to start.
struct NewOperation {
  std::string kind{};      ///< "FollowerDatabaseCreate"
  std::string location{};  ///< put into the polling URLs as it is
  std::function<std::optional<ServiceError>(Estate&)> finish{};
};

/// Why a write on the cluster cannot start now (409), if so; nothing where overlapping writes are
/// let in to fail later.
std::optional<ServiceError> WriteRefusal(Estate const& estate, Cluster const& cluster);

/// Starts an operation that holds `cluster`, and returns its id. One that overlaps another (in that
/// mode) fails with ServiceIsInMaintenance.
std::string BeginOperation(Estate& estate, Cluster& cluster, NewOperation start);

/// Starts the operation on `cluster` and puts `azure-asyncoperation` on the reply, and `location`
/// too for 202. Marks the reply as accepted.
void StartOperation(Context& context, Cluster& cluster, NewOperation start, WireReply& reply);

/// GET …/operationResults/{id}, both response types.
WireReply GetOperationResult(Context& context);

}  // namespace adxf::emulator::arm
