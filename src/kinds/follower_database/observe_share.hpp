#pragma once

#include "azure/session.hpp"
#include "kinds/follower_database/ledger.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <functional>
#include <optional>
#include <string>

namespace adxf::follower_database {

/// The Invitation of a namespace by its name; nothing when there is none.
using FindInvitation = std::function<std::optional<SeenInvitationObject>(
    std::string const& name_space, std::string const& name)>;

/// Reads what an object with source.share needs of Data Share, as the identity of the ledger's
/// session: the account, its subscriptions, then either the data sets and mappings of the object's
/// own, or the invitations that its source may mean. Fills `seen.share`.
void LookAtShare(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                 FindInvitation const& find_invitation, http::CallContext const& call);

/// The share subscription of the object's account that has this name.
Result<azure::SubscriptionRef> SubscriptionRefOf(FollowerDatabase const& want,
                                                 std::string const& name);

}  // namespace adxf::follower_database
