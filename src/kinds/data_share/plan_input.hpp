#pragma once

#include "kinds/common/plan.hpp"
#include "kinds/data_share/types.hpp"

#include <optional>
#include <string>
#include <vector>

/// What was seen of Azure before a decision, in the kind's own words.
namespace adxf::data_share {

using kinds::Hold;
using kinds::Problem;

using kinds::DataSetKind;

struct SeenDataSet {
  std::string name{};
  std::string id{};
  DataSetKind kind = DataSetKind::kOther;
  std::string cluster_key{};  ///< ARM id of the cluster in lower case.
  std::string database{};
  TableSharing sharing{};
  std::string state{};
  bool operator==(SeenDataSet const&) const = default;
};

struct SeenConsumer {
  std::string id{};
  std::string name{};
  std::string email{};
  std::string tenant{};
  std::string state{};
  std::optional<model::Timestamp> since{};
  bool operator==(SeenConsumer const&) const = default;
};

struct SeenInvitation {
  std::string name{};
  std::string state{};
  bool operator==(SeenInvitation const&) const = default;
};

struct SeenShare {
  bool is_in_place = true;
  std::string description{};
  std::string terms{};
  std::string state{};
  bool operator==(SeenShare const&) const = default;
};

struct Observed {
  std::optional<Problem> identity_problem{};  ///< No identity to act with.
  std::optional<Problem> reading_problem{};   ///< Azure could not be read; the rest is as it was.
  std::optional<AccountStatus> account{};     ///< Absent: it does not exist.
  std::string account_state{};
  std::optional<SeenShare> share{};
  std::vector<SeenDataSet> data_sets{};
  std::vector<SeenConsumer> consumers{};
  std::vector<SeenInvitation> invitations{};
  std::vector<std::string> leaving{};  ///< Invitations (objects) of this share that are being
                                       ///< deleted, by name.
  bool is_operation_running = false;
  std::optional<Hold> hold{};
  std::optional<std::string> older_claim{};  ///< "namespace/name" of the older DataShare that
                                             ///< declares the same share.
};

}  // namespace adxf::data_share
