#pragma once

#include "azure/arm_types.hpp"
#include "azure/cloud.hpp"
#include "base/result.hpp"
#include "http/request.hpp"

#include <string>
#include <string_view>

/// The rules of long-running operations as pure functions (ARM resource-provider contract; what
/// Microsoft.Kusto does differently is said beside the code).
namespace adxf::azure {

/// What an answer with a success status to a PUT, DELETE or POST means: done, or an operation to be
/// polled. kInvalid when the service names a poll URL that is not ARM's, or that nobody can ask.
Result<Accepted> ReadAccepted(Cloud const& cloud, http::Request const& request,
                              http::Response const& response, TimePoint now);

/// What one look at the operation says. An error: the look failed (status, unreadable body), not
/// the operation.
Result<OperationStatus> ReadOperation(OperationRef const& operation,
                                      http::Response const& response);

/// Spaces as "%20"; all else stays as the service wrote it.
std::string EncodeSpaces(std::string_view url);

}  // namespace adxf::azure
