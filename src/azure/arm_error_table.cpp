#include "azure/azure_error.hpp"

#include <array>

/// What the codes of ARM and Microsoft.Kusto's control plane mean. Sorted by code; a test walks it.
namespace adxf::azure {
namespace {

using enum ErrorClass;

constexpr std::array kArmErrors{
    KnownError{"AllocationFailed", kRetrySlowly, Code::kUnavailable,
               "the region has no capacity at the moment"},
    KnownError{"AuthorizationFailed", kRetrySlowly, Code::kForbidden,
               "the identity lacks a role; new role assignments take minutes to work"},
    KnownError{"CannotAlterFollowerDatabase", kFatal, Code::kInvalid,
               "the attachment exists with another leader"},
    KnownError{"Conflict", kRetry, Code::kConflict, "somebody else is changing the resource"},
    KnownError{"ExpiredAuthenticationToken", kRetry, Code::kUnauthorized,
               "the token ended while the request was on its way"},
    KnownError{"GatewayTimeout", kRetry, Code::kUnavailable,
               "ARM gave up waiting for the provider"},
    KnownError{"InternalServerError", kRetry, Code::kUnavailable, "a fault inside the service"},
    KnownError{"InvalidApiVersionParameter", kFatal, Code::kInvalid,
               "this api-version is not known here"},
    KnownError{"InvalidAuthenticationToken", kRetrySlowly, Code::kUnauthorized,
               "the token was refused"},
    KnownError{"InvalidAuthenticationTokenAudience", kFatal, Code::kUnauthorized,
               "the token is for another service: check the cloud"},
    KnownError{"InvalidAuthenticationTokenTenant", kFatal, Code::kUnauthorized,
               "the token is of another tenant than the subscription"},
    KnownError{"InvalidParameter", kFatal, Code::kInvalid, "the request is wrong as it stands"},
    KnownError{"InvalidResource", kFatal, Code::kInvalid, "the request is wrong as it stands"},
    KnownError{"InvalidResourceName", kFatal, Code::kInvalid, "the name is not allowed"},
    KnownError{"InvalidSubscriptionId", kFatal, Code::kInvalid,
               "the subscription id is not a GUID"},
    KnownError{"LinkedAuthorizationFailed", kRetrySlowly, Code::kForbidden,
               "the identity lacks a role on the leader cluster"},
    KnownError{"MissingSubscriptionRegistration", kWaitForDependency, Code::kInvalid,
               "the resource provider is not registered in the subscription"},
    KnownError{"OperationNotAllowed", kFatal, Code::kInvalid,
               "not possible in the resource's state, or a quota is used up"},
    KnownError{"ParentResourceNotFound", kWaitForDependency, Code::kNotFound,
               "the cluster is not there"},
    KnownError{"RequestConflict", kRetry, Code::kConflict,
               "an earlier operation on the resource is unfinished"},
    KnownError{"RequestDisallowedByPolicy", kFatal, Code::kForbidden, "an Azure Policy forbids it"},
    KnownError{"ResourceGroupNotFound", kWaitForDependency, Code::kNotFound,
               "the resource group is not there"},
    KnownError{"ResourceNotFound", kWaitForDependency, Code::kNotFound,
               "the resource is not there"},
    KnownError{"ScopeLocked", kWaitForDependency, Code::kForbidden,
               "a management lock forbids it until somebody removes the lock"},
    KnownError{"ServerTimeout", kRetry, Code::kUnavailable, "a fault inside the service"},
    KnownError{"ServiceIsInMaintenance", kRetrySlowly, Code::kConflict,
               "another operation runs on the cluster; ordinary contention"},
    KnownError{"ServiceUnavailable", kRetry, Code::kUnavailable, "a fault inside the service"},
    KnownError{"SubscriptionNotFound", kWaitForDependency, Code::kNotFound,
               "no such subscription, or this identity does not see it"},
    KnownError{"SubscriptionNotRegistered", kWaitForDependency, Code::kInvalid,
               "the resource provider is not registered in the subscription"},
    KnownError{"SubscriptionRequestsThrottled", kRetrySlowly, Code::kThrottled,
               "the subscription's bucket is empty"},
    KnownError{"TooManyRequests", kRetrySlowly, Code::kThrottled, "too many requests"},
};

}  // namespace

std::span<KnownError const> ArmErrorTable() { return kArmErrors; }

}  // namespace adxf::azure
