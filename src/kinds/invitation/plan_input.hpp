#pragma once

#include "base/clock.hpp"
#include "kinds/common/plan.hpp"
#include "kinds/common/types.hpp"
#include "kinds/invitation/types.hpp"

#include <optional>
#include <string>
#include <vector>

/// What was seen of Azure and of the DataShare before a decision, in the kind's own words.
namespace adxf::invitation {

using kinds::Hold;
using kinds::Problem;

struct SeenInvitation {
  std::string name{};
  std::string id{};
  std::string email{};
  std::string tenant_id{};
  std::string object_id{};
  std::string status{};  ///< "Pending", "Accepted", "Rejected", "Withdrawn".
  std::optional<TimePoint> sent_at{};
  std::optional<TimePoint> responded_at{};
  std::optional<TimePoint> expires_at{};
  bool operator==(SeenInvitation const&) const = default;
};

/// A consumer's subscription to the share.
struct SeenConsumer {
  std::string id{};
  std::string name{};
  std::string email{};
  std::string tenant{};
  std::string state{};  ///< "Active", "Revoking", "Revoked", "SourceDeleted".
  std::optional<TimePoint> created_at{};
  std::optional<TimePoint> expires_at{};
  bool operator==(SeenConsumer const&) const = default;
};

/// The DataShare object.
struct SeenDataShare {
  std::string share_id{};  ///< ARM id of its share.
  bool is_owned = false;   ///< The share is its own, by its status.
  bool is_shared = false;  ///< Its data sets are in the share.
  bool is_deleting = false;
  kinds::Mode mode = kinds::Mode::kManage;
  bool is_suspended = false;
  kinds::Adoption adoption = kinds::Adoption::kNever;
};

struct Observed {
  std::string instance{};                     ///< This installation's name in Azure.
  std::optional<SeenDataShare> data_share{};  ///< Absent: no such object.
  std::optional<Problem> identity_problem{};
  std::optional<Problem> reading_problem{};
  bool is_share_there = false;  ///< In Azure.
  std::string location{};       ///< Of the share's account.
  std::vector<SeenInvitation> invitations{};
  std::vector<SeenConsumer> consumers{};
  bool is_operation_running = false;
  bool may_still_show = false;  ///< This invitation, which is not listed, may have been sent
                                ///< moments ago: Azure said yes, or nothing.
  std::optional<Hold> hold{};
  std::optional<std::string> older_claim{};  ///< "namespace/name" of the older Invitation with the
                                             ///< same name in Azure.
};

}  // namespace adxf::invitation
