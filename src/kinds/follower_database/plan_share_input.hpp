#pragma once

#include "base/clock.hpp"
#include "kinds/common/plan.hpp"
#include "kinds/common/types.hpp"

#include <optional>
#include <string>
#include <vector>

/// What a consumer sees of Azure Data Share, in the kind's own words. States are texts as Azure
/// spells them.
namespace adxf::follower_database {

using kinds::DataSetKind;

/// An invitation as its recipient sees it.
struct SeenOffer {
  std::string id{};
  std::string location{};
  std::string share_name{};
  std::string provider{};
  std::string provider_email{};
  std::string terms{};
  std::string status{};  ///< "Pending", "Accepted", "Rejected", "Withdrawn".
  std::optional<TimePoint> expires_at{};
  bool operator==(SeenOffer const&) const = default;
};

/// The Invitation of the namespace that spec.source.share.invitationRef names.
struct SeenInvitationObject {
  std::string id{};  ///< Empty: not sent yet.
  std::string location{};
  bool operator==(SeenInvitationObject const&) const = default;
};

struct SeenSubscription {
  std::string name{};
  std::string invitation_id{};
  std::string status{};  ///< "Active", "Revoking", "Revoked", "SourceDeleted".
  std::string share_name{};
  std::string provider{};
  std::string provider_email{};
  std::string provisioning_state{};
  bool operator==(SeenSubscription const&) const = default;
};

/// A data set of the share.
struct SeenSource {
  std::string id{};
  std::string name{};
  DataSetKind kind = DataSetKind::kOther;
  std::string path{};      ///< Where it is at the provider's: cluster and database, by name.
  std::string location{};  ///< Normalised; may be empty.
  bool operator==(SeenSource const&) const = default;
};

struct SeenMapping {
  std::string name{};
  std::string source_id{};
  std::string cluster_key{};
  std::string status{};  ///< "Ok", "Broken"; empty while it is being made.
  std::string provisioning_state{};
  bool operator==(SeenMapping const&) const = default;
};

/// The receiving account and what is in it.
struct SeenShare {
  bool is_read = false;
  std::optional<kinds::Problem> problem{};  ///< Why something could not be read.
  bool has_account = false;
  std::string account_state{};
  std::vector<SeenSubscription> subscriptions{};
  std::optional<SeenInvitationObject> invitation_object{};
  std::vector<SeenOffer> offers{};      ///< Those that the source may mean; read only without a
                                        ///< subscription.
  std::vector<SeenSource> sources{};    ///< Of the object's subscription, while there is access.
  std::vector<SeenMapping> mappings{};  ///< Of the object's subscription.
};

}  // namespace adxf::follower_database
