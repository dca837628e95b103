#pragma once

#include "kinds/common/conditions.hpp"

#include <string_view>

/// Types and reasons of the conditions of a DataShare, beside those of all kinds.
namespace adxf::data_share {

// Types.
inline constexpr std::string_view kDataSetsShared = "DataSetsShared";

// What stands in the way.
inline constexpr std::string_view kReasonAccountNotFound = "AccountNotFound";
inline constexpr std::string_view kReasonShareExists = "ShareExists";
inline constexpr std::string_view kReasonDataSetReplaceNeeded = "DataSetReplaceNeeded";
inline constexpr std::string_view kReasonConsumersActive = "ConsumersActive";

// Progress.
inline constexpr std::string_view kReasonSharing = "Sharing";
inline constexpr std::string_view kReasonShared = "Shared";
inline constexpr std::string_view kReasonUnsharing = "Unsharing";
inline constexpr std::string_view kReasonWaitingForInvitations = "WaitingForInvitations";

}  // namespace adxf::data_share
