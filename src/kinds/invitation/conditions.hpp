#pragma once

#include "kinds/common/conditions.hpp"

#include <string_view>

/// Types and reasons of the conditions of an Invitation, beside those of all kinds.
namespace adxf::invitation {

// Types.
inline constexpr std::string_view kSentCondition = "Sent";
inline constexpr std::string_view kAcceptedCondition = "Accepted";
inline constexpr std::string_view kRevokedCondition = "AccessRevoked";

// What stands in the way.
inline constexpr std::string_view kReasonDataShareNotFound = "DataShareNotFound";
inline constexpr std::string_view kReasonInvitationExists = "InvitationExists";
inline constexpr std::string_view kReasonInvitationRejected = "InvitationRejected";
inline constexpr std::string_view kReasonInvitationExpired = "InvitationExpired";
inline constexpr std::string_view kReasonInvitationGone = "InvitationGone";
inline constexpr std::string_view kReasonAmbiguousConsumer = "AmbiguousConsumer";
inline constexpr std::string_view kReasonReinstateNeedsExpiry = "ReinstateNeedsExpiry";
inline constexpr std::string_view kReasonRevokedByOthers = "RevokedByOthers";
inline constexpr std::string_view kReasonSourceDeleted = "SourceDeleted";

// Progress.
inline constexpr std::string_view kReasonWaitingForShare = "WaitingForShare";
inline constexpr std::string_view kReasonSending = "Sending";
inline constexpr std::string_view kReasonSent = "Sent";
inline constexpr std::string_view kReasonPending = "Pending";
inline constexpr std::string_view kReasonAccepted = "Accepted";
inline constexpr std::string_view kReasonRevoking = "Revoking";
inline constexpr std::string_view kReasonRevoked = "Revoked";
inline constexpr std::string_view kReasonReinstating = "Reinstating";
inline constexpr std::string_view kReasonAccessGiven = "AccessGiven";

}  // namespace adxf::invitation
