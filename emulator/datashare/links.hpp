#pragma once

#include "emulator/state.hpp"

#include <functional>
#include <string_view>

/// In-place sharing: what a mapping makes on the consumer's cluster, and how it goes away again.
namespace adxf::emulator::datashare {

Share* FindShareById(Estate& estate, std::string_view share_id);
Share const* FindShareById(Estate const& estate, std::string_view share_id);

/// The data set of the subscription's share, nullptr where it is gone.
DataSet const* FindSource(Estate const& estate, ShareSubscription const& subscription,
                          std::string_view data_set_id);

/// The attachment that stands for a data set on a consumer's cluster; its name is yet to be given.
Attachment LinkTo(DataSet const& source);

/// The attachment that the mapping made, nullptr where it is gone.
Attachment* FindLink(Estate& estate, Mapping const& mapping);
Attachment const* FindLink(Estate const& estate, Mapping const& mapping);

/// Takes the mapping's attachment, and with it the databases, from the consumer's cluster.
void Unlink(Estate& estate, Mapping const& mapping);

void ForEachSubscription(Estate& estate, std::string_view share_id,
                         std::function<void(ShareSubscription&)> const& take);

/// Ends what the subscription gives access to. Its mappings stay, and are broken.
void EndAccess(Estate& estate, ShareSubscription& subscription, SubscriptionStatus status);

/// A data set was taken from the share: what was mapped from it vanishes; with the last of them
/// the source of active subscriptions is gone. Those that are revoked stay revoked.
void DropDataSet(Estate& estate, std::string_view share_id, std::string_view data_set_id);

/// The share is about to go: its active subscriptions lose their source, its open invitations are
/// void.
void DropShare(Estate& estate, std::string_view share_id);

/// Removes the account with all that is in it, on either side, and its identity.
void DropAccount(Estate& estate, std::string_view account_id);

/// Ends subscriptions whose time is over. They show as revoked (our guess: the four states know no
/// other word for it).
void EndExpired(Estate& estate);

}  // namespace adxf::emulator::datashare
