#pragma once

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/plan_mappings.hpp"
#include "kinds/follower_database/plan_subscription.hpp"
#include "unit/kinds/plan_scene.hpp"
#include "unit/kinds/plan_told.hpp"

#include <string>
#include <utility>
#include <vector>

/// What tests of a consumer's decisions begin with: an account, and an invitation that waits.
namespace adxf::follower_database {

inline std::string const kAccountId =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/accounts/consumer";
inline std::string const kInvitationId = "eeeeeeee-0000-4000-8000-000000000001";
inline std::string const kMyName = "analytics_sales_12345678";
inline std::string const kTheirLeader =
    "/subscriptions/p/resourceGroups/g/providers/Microsoft.Kusto/clusters/corp";

inline FollowerDatabase WantedShare() {
  FollowerDatabase want;
  want.metadata = Metadata(std::string(kFinalizer));
  want.spec.follower_cluster.resource_id = kFollowerId;
  want.spec.source.share =
      ShareSource{.invitation = InvitationById{.id = kInvitationId, .location = "westus2"},
                  .account_resource_id = kAccountId};
  want.status.observed_generation = -1;
  return want;
}

inline Observed Offered() {
  Observed seen{.instance = "12345678"};
  seen.follower = Cluster(kFollowerId);
  seen.is_inventory_fresh = true;
  seen.overrides_readability = Readability::kReadable;
  seen.share.is_read = true;
  seen.share.has_account = true;
  seen.share.account_state = "Succeeded";
  seen.share.offers = {{.id = kInvitationId,
                        .location = "westus2",
                        .share_name = "sales",
                        .provider = "Contoso",
                        .provider_email = "ann@contoso.com",
                        .status = "Pending"}};
  return seen;
}

inline SeenSource DataSetNamed(std::string name, std::string path,
                               DataSetKind kind = DataSetKind::kDatabase) {
  return {.id = "id-of-" + name,
          .name = std::move(name),
          .kind = kind,
          .path = std::move(path),
          .location = "westus2"};
}

inline Observed Accepted(std::vector<SeenSource> sources = {DataSetNamed("sales", "corp/Sales")}) {
  auto seen = Offered();
  seen.share.offers.clear();
  seen.share.subscriptions = {{.name = kMyName,
                               .invitation_id = kInvitationId,
                               .status = "Active",
                               .share_name = "sales",
                               .provider = "Contoso",
                               .provider_email = "ann@contoso.com",
                               .provisioning_state = "Succeeded"}};
  seen.share.sources = std::move(sources);
  return seen;
}

inline SeenMapping MappingTo(SeenSource const& source) {
  return {.name = source.id,
          .source_id = source.id,
          .cluster_key = ToLower(kFollowerId),
          .status = "Ok",
          .provisioning_state = "Succeeded"};
}

/// Attaches as Data Share does.
inline void Attach(Observed& seen, std::string const& attachment, std::string const& database,
                   std::vector<std::string> const& names,
                   std::string const& leader = kTheirLeader) {
  seen.attachments.push_back({.name = attachment,
                              .leader_key = ToLower(leader),
                              .leader_id = leader,
                              .database = database,
                              .provisioning_state = "Succeeded"});
  for (auto const& name : names) {
    seen.databases.push_back({.name = name,
                              .is_following = true,
                              .leader_key = ToLower(leader),
                              .attachment_name = attachment,
                              .original_name = name,
                              .is_shared = true});
  }
}

inline Observed Mapped(std::vector<SeenSource> sources = {DataSetNamed("sales", "corp/Sales")}) {
  auto seen = Accepted(std::move(sources));
  for (auto const& source : seen.share.sources) seen.share.mappings.push_back(MappingTo(source));
  return seen;
}

/// All of it: mapped, and its database there.
inline Observed Followed() {
  auto seen = Mapped();
  Attach(seen, "a-guid", "Sales", {"Sales"});
  return seen;
}

inline AcceptInvitation Acceptance(std::string name = kMyName) {
  return {.subscription = std::move(name), .invitation_id = kInvitationId, .location = "westus2"};
}

inline PutMapping MappingOfSales(std::string name = "id-of-sales") {
  return {.subscription = kMyName,
          .name = std::move(name),
          .source_id = "id-of-sales",
          .source = "sales",
          .kind = DataSetKind::kDatabase};
}

/// The object once it is Ready, with what it tells.
inline FollowerDatabase Settled(Observed const& seen) {
  auto want = WantedShare();
  want.status = Decide(want, seen, kNow).status;
  return want;
}

}  // namespace adxf::follower_database
