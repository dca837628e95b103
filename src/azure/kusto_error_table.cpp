#include "azure/azure_error.hpp"

#include <array>

/// What the codes and exception types of Kusto's data plane mean. Sorted by code; a test walks it.
namespace adxf::azure {
namespace {

using enum ErrorClass;

constexpr std::array kKustoErrors{
    KnownError{"BadRequest_DatabaseNotExist", kWaitForDependency, Code::kNotFound,
               "not there, or attached so recently that the cluster has not noticed"},
    KnownError{"BadRequest_EntityNameIsNotValid", kFatal, Code::kInvalid,
               "the name is not allowed"},
    KnownError{"BadRequest_EntityNotFound", kWaitForDependency, Code::kNotFound,
               "the table or view is not there, or the cluster has not noticed it yet"},
    KnownError{"BadRequest_SyntaxError", kFatal, Code::kInvalid,
               "the command is wrong as it stands"},
    KnownError{"BadRequest_TableNotExist", kWaitForDependency, Code::kNotFound,
               "the table is not there, or the cluster has not noticed it yet"},
    KnownError{"ClusterSuspendedException", kWaitForDependency, Code::kUnavailable,
               "the cluster is suspended"},
    KnownError{"Conflict", kRetry, Code::kConflict, "another command changes the same thing"},
    KnownError{"ControlCommandThrottledException", kRetrySlowly, Code::kThrottled,
               "too many commands at once"},
    KnownError{"Forbidden", kRetrySlowly, Code::kForbidden,
               "the identity lacks a role on the cluster or database; grants take a while to work"},
    KnownError{"General_BadRequest", kFatal, Code::kInvalid, "the command is wrong as it stands"},
    KnownError{"IllFormattedData", kFatal, Code::kInvalid, "the data cannot be read"},
    KnownError{"Internal service error", kRetry, Code::kUnavailable, "a fault inside the service"},
    KnownError{"InternalServiceError", kRetry, Code::kUnavailable, "a fault inside the service"},
    KnownError{"KustoRequestDeniedException", kRetrySlowly, Code::kForbidden,
               "the identity lacks a role on the cluster or database; grants take a while to work"},
    KnownError{"LimitsExceeded", kFatal, Code::kInvalid, "the answer exceeds a limit"},
    KnownError{"LowMemoryCondition", kRetry, Code::kUnavailable, "the cluster is short of memory"},
    KnownError{"PreconditionFailed", kWaitForDependency, Code::kUnavailable,
               "the cluster is suspended"},
    KnownError{"QueryThrottledException", kRetrySlowly, Code::kThrottled,
               "too many queries at once"},
    KnownError{"QuotaExceededException", kRetrySlowly, Code::kThrottled, "a quota is used up"},
    KnownError{"RequestExecutionTimeout", kRetry, Code::kUnavailable, "the command took too long"},
    KnownError{"ServiceError", kRetry, Code::kUnavailable, "a fault inside the service"},
    KnownError{"TooManyRequests", kRetrySlowly, Code::kThrottled, "too many requests"},
};

}  // namespace

std::span<KnownError const> KustoErrorTable() { return kKustoErrors; }

}  // namespace adxf::azure
