#pragma once

#include <string_view>

/// Types and reasons of conditions that all kinds share. Each reason has a page in docs/runbook/,
/// those under "Progress" a row in progress.md there; a test reads this file.
namespace adxf::kinds {

// Types.
inline constexpr std::string_view kReady = "Ready";
inline constexpr std::string_view kReconciling = "Reconciling";  ///< Present only while true.
inline constexpr std::string_view kStalled =
    "Stalled";  ///< Present only while true: a person must act.
inline constexpr std::string_view kDrifted = "Drifted";  ///< Observe mode.

// Azure's refusals.
inline constexpr std::string_view kReasonRefusedByAzure =
    "RefusedByAzure";  ///< Any final refusal that has no reason of its own.
inline constexpr std::string_view kReasonAzureUnavailable =
    "AzureUnavailable";  ///< Transient; tried again.

inline constexpr std::string_view kReasonMissingRole = "MissingRole";
inline constexpr std::string_view kReasonAccountRoleMissing =
    "AccountRoleMissing";  ///< Of the Data Share account's identity, on a cluster.

// Our own.
inline constexpr std::string_view kReasonIdentityNotAllowed = "IdentityNotAllowed";
inline constexpr std::string_view kReasonCredentialsMissing = "CredentialsMissing";
inline constexpr std::string_view kReasonCredentialsRefused = "CredentialsRefused";
inline constexpr std::string_view kReasonDuplicateClaim = "DuplicateClaim";

// Progress.
inline constexpr std::string_view kReasonReady = "Ready";
inline constexpr std::string_view kReasonProgressing = "Progressing";
inline constexpr std::string_view kReasonNotManaged = "NotManaged";  ///< Mode Observe.
inline constexpr std::string_view kReasonSuspended = "Suspended";
inline constexpr std::string_view kReasonInSync = "InSync";
inline constexpr std::string_view kReasonDrifted = "Drifted";

}  // namespace adxf::kinds
