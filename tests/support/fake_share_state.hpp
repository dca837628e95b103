#pragma once

#include "azure/share_client.hpp"
#include "support/call_script.hpp"
#include "support/fake_operations.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a FakeShares holds, and how it is found there. Under its owner's lock.
namespace adxf::test {

/// A share as its provider has it.
struct SharedThings {
  azure::Share info{};
  std::vector<azure::DataSet> data_sets{};
  std::vector<azure::ShareInvitation> invitations{};
  std::vector<azure::ProviderSubscription> consumers{};
};

/// A share as its consumer has it.
struct ReceivedThings {
  azure::ShareSubscription info{};
  std::vector<azure::SourceDataSet> data_sets{};
  std::vector<azure::DataSetMapping> mappings{};
};

struct FakeShareAccount {
  azure::ShareAccount info{};
  std::map<std::string, SharedThings> shares{};
  std::map<std::string, ReceivedThings> subscriptions{};
};

/// An invitation that was received, with what comes with it.
struct ShareOffer {
  azure::ConsumerInvitation invitation{};
  std::vector<azure::SourceDataSet> data_sets{};
};

inline std::string FakeGuid(unsigned long long number) {
  char text[37];
  std::snprintf(text, sizeof text, "00000000-0000-4000-9000-%012llx", number);
  return text;
}

inline azure::ShareAccount MadeAccount(model::ResourceId const& id, std::string location,
                                       std::string state) {
  return {.id = id,
          .location = std::move(location),
          .principal_id = "identity-of-" + std::string(id.Name()),
          .tenant_id = "tenant",
          .provisioning_state = std::move(state)};
}

inline azure::Share MadeShare(std::string name, azure::ShareSpec spec) {
  return {.name = std::move(name),
          .spec = std::move(spec),
          .kind = "InPlace",
          .provisioning_state = "Succeeded"};
}

inline ReceivedThings Subscribed(std::string const& name, ShareOffer const& offer) {
  auto const& it = offer.invitation;
  return {.info = {.name = name,
                   .invitation_id = it.id,
                   .source_location = it.location,
                   .status = "Active",
                   .share_name = it.share_name,
                   .provider_name = it.provider_name,
                   .provider_email = it.provider_email,
                   .provider_tenant = it.provider_tenant,
                   .terms = it.terms,
                   .expires_at = it.expires_at,
                   .provisioning_state = "Succeeded"},
          .data_sets = offer.data_sets};
}

inline azure::ShareInvitation SentInvitation(std::string name, azure::InvitationSpec spec,
                                             std::string id, TimePoint now) {
  return {.name = std::move(name),
          .spec = std::move(spec),
          .id = std::move(id),
          .status = "Pending",
          .sent_at = now};
}

inline void MarkAnswered(azure::ShareInvitation& invitation, std::string status, TimePoint now) {
  invitation.status = std::move(status);
  invitation.responded_at = now;
}

/// Who accepted it, as the provider sees them from then on.
inline azure::ProviderSubscription ConsumerOf(azure::ShareInvitation const& accepted,
                                              azure::ProviderSubscription by, std::string id) {
  by.id = std::move(id);
  by.status = "Active";
  by.created_at = by.shared_at = accepted.responded_at;
  by.expires_at = accepted.spec.expires_at;
  if (by.consumer_email.empty()) by.consumer_email = accepted.spec.email;
  return by;
}

inline azure::DataSetMapping Mapped(azure::DataSetMapping mapping) {
  mapping.status = "Ok";
  mapping.provisioning_state = "Succeeded";
  return mapping;
}

/// The one of that name; null without.
template <class Item>
Item* Named(std::vector<Item>& items, std::string_view name) {
  auto const found = std::ranges::find(items, name, &Item::name);
  return found == items.end() ? nullptr : &*found;
}

template <class Item>
Item& NamedOrNew(std::vector<Item>& items, std::string const& name) {
  if (auto* const item = Named(items, name)) return *item;
  auto& item = items.emplace_back();
  item.name = name;
  return item;
}

template <class Item>
void RemoveNamed(std::vector<Item>& items, std::string_view name) {
  std::erase_if(items, [&](auto const& it) { return it.name == name; });
}

/// Begins the end of what has that name in a map that outlives the operation.
template <class Things>
azure::Accepted StartRemoval(FakeOperations& operations, std::string kind,
                             std::map<std::string, Things>& all, std::string const& name) {
  auto const found = all.find(name);
  if (found == all.end()) return {};
  found->second.info.provisioning_state = "Deleting";
  return operations.Start(std::move(kind), [&all, name](std::optional<Error> const& failure) {
    auto const still = all.find(name);
    if (still == all.end()) return;
    if (failure)
      still->second.info.provisioning_state = "Failed";
    else
      all.erase(still);
  });
}

}  // namespace adxf::test
