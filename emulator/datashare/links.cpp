#include "emulator/datashare/links.hpp"

#include <algorithm>
#include <ranges>
#include <utility>
#include <vector>

namespace adxf::emulator::datashare {

namespace {

/// What was revoked, or is about to be, stays so: a new data set must not bring it back.
void LoseSource(Estate& estate, ShareSubscription& subscription) {
  bool const is_active = subscription.status == SubscriptionStatus::kActive;
  EndAccess(estate, subscription,
            is_active ? SubscriptionStatus::kSourceDeleted : subscription.status);
}

}  // namespace

Share const* FindShareById(Estate const& estate, std::string_view share_id) {
  for (auto const& account : estate.data_share.accounts | std::views::values) {
    for (auto const& share : account.shares | std::views::values) {
      if (share.id == share_id) return &share;
    }
  }
  return nullptr;
}

Share* FindShareById(Estate& estate, std::string_view share_id) {
  return const_cast<Share*>(FindShareById(std::as_const(estate), share_id));
}

DataSet const* FindSource(Estate const& estate, ShareSubscription const& subscription,
                          std::string_view data_set_id) {
  auto const* const share = FindShareById(estate, subscription.share_id);
  if (share == nullptr) return nullptr;
  for (auto const& data_set : share->data_sets | std::views::values) {
    if (SameName(data_set.id, data_set_id)) return &data_set;
  }
  return nullptr;
}

Attachment LinkTo(DataSet const& source) {
  return {.leader_id = source.cluster_id,
          .database_name = source.database,
          .sharing = source.sharing,
          .origin = "DataShare"};
}

Attachment const* FindLink(Estate const& estate, Mapping const& mapping) {
  auto const* const cluster = FindClusterById(estate, mapping.cluster_id);
  if (cluster == nullptr) return nullptr;
  auto const found = cluster->attachments.find(mapping.attachment);
  return found == cluster->attachments.end() ? nullptr : &found->second;
}

Attachment* FindLink(Estate& estate, Mapping const& mapping) {
  return const_cast<Attachment*>(FindLink(std::as_const(estate), mapping));
}

void Unlink(Estate& estate, Mapping const& mapping) {
  auto* const cluster = FindClusterById(estate, mapping.cluster_id);
  if (cluster == nullptr || cluster->attachments.erase(mapping.attachment) == 0) return;
  RefreshFollowed(estate);
}

void ForEachSubscription(Estate& estate, std::string_view share_id,
                         std::function<void(ShareSubscription&)> const& take) {
  for (auto& account : estate.data_share.accounts | std::views::values) {
    for (auto& subscription : account.subscriptions | std::views::values) {
      if (subscription.share_id == share_id) take(subscription);
    }
  }
}

void EndAccess(Estate& estate, ShareSubscription& subscription, SubscriptionStatus status) {
  subscription.status = status;
  for (auto const& mapping : subscription.mappings | std::views::values) Unlink(estate, mapping);
}

void DropDataSet(Estate& estate, std::string_view share_id, std::string_view data_set_id) {
  auto const* const share = FindShareById(estate, share_id);
  bool const was_last = share == nullptr || share->data_sets.empty();
  ForEachSubscription(estate, share_id, [&](ShareSubscription& subscription) {
    for (auto const& mapping : subscription.mappings | std::views::values) {
      if (SameName(mapping.data_set_id, data_set_id)) Unlink(estate, mapping);
    }
    if (was_last) LoseSource(estate, subscription);
  });
}

void DropShare(Estate& estate, std::string_view share_id) {
  ForEachSubscription(estate, share_id,
                      [&](ShareSubscription& subscription) { LoseSource(estate, subscription); });
  for (auto& invitation : estate.data_share.invitations | std::views::values) {
    if (invitation.share_id != share_id) continue;
    invitation.is_deleted = true;
    if (invitation.status == InvitationStatus::kPending)
      invitation.status = InvitationStatus::kWithdrawn;
  }
}

void DropAccount(Estate& estate, std::string_view account_id) {
  auto const found = estate.data_share.accounts.find(account_id);
  if (found == estate.data_share.accounts.end()) return;
  auto& account = found->second;
  for (auto const& share : account.shares | std::views::values) DropShare(estate, share.id);
  for (auto& subscription : account.subscriptions | std::views::values)
    EndAccess(estate, subscription, SubscriptionStatus::kRevoked);
  std::erase_if(estate.directory, [&](DirectoryEntry const& entry) {
    return SameName(entry.object_id, account.principal_id);
  });
  estate.data_share.accounts.erase(found);
}

void EndExpired(Estate& estate) {
  for (auto& account : estate.data_share.accounts | std::views::values) {
    for (auto& subscription : account.subscriptions | std::views::values) {
      bool const is_over = subscription.expires && *subscription.expires <= estate.Now();
      if (is_over && subscription.status == SubscriptionStatus::kActive)
        EndAccess(estate, subscription, SubscriptionStatus::kRevoked);
    }
  }
}

}  // namespace adxf::emulator::datashare
