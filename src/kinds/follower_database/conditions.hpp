#pragma once

#include "kinds/common/conditions.hpp"

#include <string_view>

/// Types and reasons of the conditions of a FollowerDatabase. Each reason has a page in
/// docs/runbook/, those under "Progress" a row in progress.md there; a test reads this file.
namespace adxf::follower_database {

using kinds::kDrifted;
using kinds::kReady;
using kinds::kReasonAzureUnavailable;
using kinds::kReasonCredentialsMissing;
using kinds::kReasonCredentialsRefused;
using kinds::kReasonDrifted;
using kinds::kReasonDuplicateClaim;
using kinds::kReasonIdentityNotAllowed;
using kinds::kReasonInSync;
using kinds::kReasonNotManaged;
using kinds::kReasonProgressing;
using kinds::kReasonReady;
using kinds::kReasonRefusedByAzure;
using kinds::kReasonSuspended;
using kinds::kReconciling;
using kinds::kStalled;

// Types.
inline constexpr std::string_view kAttached = "Attached";
inline constexpr std::string_view kPoliciesApplied = "PoliciesApplied";
inline constexpr std::string_view kLagWithinObjective = "LagWithinObjective";
inline constexpr std::string_view kPreflight = "Preflight";

// Preflight: found by reading, before anything is written.
inline constexpr std::string_view kReasonRegionMismatch = "RegionMismatch";
inline constexpr std::string_view kReasonStreamingIngestionDisabled = "StreamingIngestionDisabled";
inline constexpr std::string_view kReasonCustomerManagedKeyChain = "CustomerManagedKeyChain";
inline constexpr std::string_view kReasonNameConflict = "NameConflict";
inline constexpr std::string_view kReasonClusterNotRunning = "ClusterNotRunning";
inline constexpr std::string_view kReasonLeaderNotFound = "LeaderNotFound";
inline constexpr std::string_view kReasonFollowerNotFound = "FollowerNotFound";
inline constexpr std::string_view kReasonAttachmentConflict = "AttachmentConflict";
inline constexpr std::string_view kReasonAttachmentExists = "AttachmentExists";
inline constexpr std::string_view kReasonAttachmentLimit = "AttachmentLimit";
inline constexpr std::string_view kReasonAlreadyFollowedAs = "AlreadyFollowedAs";
inline constexpr std::string_view kReasonExternalTableIdentity =
    "ExternalTableIdentity";  ///< Warns.

// Azure's refusals.
inline constexpr std::string_view kReasonMissingRoleOnLeader = "MissingRoleOnLeader";
inline constexpr std::string_view kReasonMissingRoleOnFollower = "MissingRoleOnFollower";
inline constexpr std::string_view kReasonConsumerAccountRoleMissing = "ConsumerAccountRoleMissing";
inline constexpr std::string_view kReasonPolicyNotAccepted = "PolicyNotAccepted";
inline constexpr std::string_view kReasonEntityNotFound = "EntityNotFound";

// Our own.
inline constexpr std::string_view kReasonWouldLockOutOperator = "WouldLockOutOperator";
inline constexpr std::string_view kReasonContended = "Contended";
inline constexpr std::string_view kReasonDetachedByOthers = "DetachedByOthers";

// Data Share.
inline constexpr std::string_view kReasonAccountNotFound = "AccountNotFound";
inline constexpr std::string_view kReasonInvitationNotFound = "InvitationNotFound";
inline constexpr std::string_view kReasonAmbiguousInvitation = "AmbiguousInvitation";
inline constexpr std::string_view kReasonInvitationUsed = "InvitationUsed";
inline constexpr std::string_view kReasonInvitationRejected = "InvitationRejected";
inline constexpr std::string_view kReasonInvitationExpired = "InvitationExpired";
inline constexpr std::string_view kReasonInvitationGone = "InvitationGone";
inline constexpr std::string_view kReasonTermsNotAccepted = "TermsNotAccepted";
inline constexpr std::string_view kReasonSubscriptionConflict = "SubscriptionConflict";
inline constexpr std::string_view kReasonRevoked = "Revoked";
inline constexpr std::string_view kReasonSourceDeleted = "SourceDeleted";
inline constexpr std::string_view kReasonDataSetNotFound = "DataSetNotFound";
inline constexpr std::string_view kReasonMappedElsewhere = "MappedElsewhere";
inline constexpr std::string_view kReasonMappingBroken = "MappingBroken";
inline constexpr std::string_view kReasonMappingUnresolved = "MappingUnresolved";
inline constexpr std::string_view kReasonNotForClusterShare = "NotForClusterShare";

// Progress.
inline constexpr std::string_view kReasonRevoking = "Revoking";
inline constexpr std::string_view kReasonPreflightPassed = "Passed";
inline constexpr std::string_view kReasonAttached = "Attached";
inline constexpr std::string_view kReasonAttaching = "Attaching";
inline constexpr std::string_view kReasonWaitingForDatabases = "WaitingForDatabases";
inline constexpr std::string_view kReasonDetaching = "Detaching";
inline constexpr std::string_view kReasonVanished = "Vanished";
inline constexpr std::string_view kReasonApplied = "Applied";
inline constexpr std::string_view kReasonApplying = "Applying";
inline constexpr std::string_view kReasonWaitingForSchemaRefresh = "WaitingForSchemaRefresh";
inline constexpr std::string_view kReasonWithinObjective = "WithinObjective";

// Sync lag.
inline constexpr std::string_view kReasonBeyondObjective = "BeyondObjective";
inline constexpr std::string_view kReasonNoSample = "NoSample";
inline constexpr std::string_view kReasonVersionsNotComparable = "VersionsNotComparable";
inline constexpr std::string_view kReasonLeaderUnreadable = "LeaderUnreadable";
inline constexpr std::string_view kReasonDatabaseSuspended = "DatabaseSuspended";

}  // namespace adxf::follower_database
