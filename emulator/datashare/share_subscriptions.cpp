#include "emulator/datashare/share_subscriptions.hpp"

#include "emulator/datashare/consumer_invitations.hpp"
#include "emulator/datashare/links.hpp"
#include "emulator/datashare/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ranges>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

json SubscriptionJson(Context const& context, ShareSubscription const& subscription) {
  auto const* const live = FindShareById(std::as_const(context.estate), subscription.share_id);
  auto const& share = live == nullptr ? subscription.share : *live;
  auto const* const tenant = FindTenant(context.estate, subscription.provider.tenant_id);
  json properties{{"invitationId", subscription.invitation_id},
                  {"sourceShareLocation", subscription.source_location},
                  {"shareSubscriptionStatus", ToString(subscription.status)},
                  {"shareKind", share.kind},
                  {"shareName", share.name},
                  {"providerTenantName", tenant == nullptr ? "" : tenant->display_name},
                  {"createdAt", Iso8601(subscription.created)},
                  {"provisioningState", subscription.provisioning_state}};
  auto const add = [&](char const* name, std::string const& value) {
    if (!value.empty()) properties[name] = value;
  };
  add("shareDescription", share.description);
  add("shareTerms", share.terms);
  add("providerName", subscription.provider.name);
  add("providerEmail", subscription.provider.email);
  if (subscription.expires) properties["expirationDate"] = Iso8601(*subscription.expires);
  AddAuthor(properties, subscription.author);
  return {{"id", SubscriptionId(context, subscription)},
          {"name", subscription.name},
          {"type", "Microsoft.DataShare/accounts/shareSubscriptions"},
          {"properties", std::move(properties)}};
}

/// "corp" or "corp/Sales": where the data set is, without telling whose subscription that is in.
std::string PathOf(DataSet const& data_set) {
  auto const cluster = data_set.cluster_id.substr(data_set.cluster_id.rfind('/') + 1);
  return data_set.kind == DataSetKind::kCluster ? cluster : cluster + "/" + data_set.database;
}

json SourceJson(Context const& context, ShareSubscription const& subscription,
                DataSet const& data_set) {
  auto const* const cluster = FindClusterById(std::as_const(context.estate), data_set.cluster_id);
  json properties{{"dataSetId", data_set.id},
                  {"dataSetType", ToString(data_set.kind)},
                  {"dataSetName", data_set.name},
                  {"dataSetPath", PathOf(data_set)}};
  if (cluster != nullptr)
    properties["dataSetLocation"] = arm::DisplayLocation(context.estate, cluster->location);
  return {{"id", fmt::format("{}/consumerSourceDataSets/{}", SubscriptionId(context, subscription),
                             data_set.id)},
          {"name", data_set.id},
          {"type", "Microsoft.DataShare/accounts/shareSubscriptions/consumerSourceDataSets"},
          {"properties", std::move(properties)}};
}

struct Acceptance {
  std::string invitation_id{};
  std::string location{};
};

std::expected<Acceptance, WireReply> ReadAcceptance(Context const& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return std::unexpected(body.error());
  auto const properties = PropertiesOf(*body);
  Acceptance wanted{.invitation_id = arm::Text(properties, "invitationId"),
                    .location = arm::Text(properties, "sourceShareLocation")};
  if (!wanted.invitation_id.empty() && !wanted.location.empty()) return wanted;
  return std::unexpected(ErrorReply(400, "InvalidRequestContent",
                                    "'invitationId' and 'sourceShareLocation' are required."));
}

WireReply Accept(Context& context, Account& account, Invitation& invitation,
                 Acceptance const& wanted) {
  auto const* const share = FindShareById(std::as_const(context.estate), invitation.share_id);
  if (share == nullptr)
    return ErrorReply(404, "ShareNotFound", "The share that was offered does not exist any more.");
  ShareSubscription subscription{.name = context.Param("shareSubscription"),
                                 .id = context.estate.NewGuid(),
                                 .invitation_id = invitation.id,
                                 .source_location = wanted.location,
                                 .share_id = share->id,
                                 .share = *share,
                                 .provider = invitation.author,
                                 .shared = invitation.sent,
                                 .author = AuthorOf(context),
                                 .created = context.Now(),
                                 .expires = invitation.expires};
  invitation.status = InvitationStatus::kAccepted;
  invitation.responded = context.Now();
  auto const& made =
      account.subscriptions.emplace(subscription.name, std::move(subscription)).first->second;
  return Done(201, SubscriptionJson(context, made));
}

}  // namespace

std::string SubscriptionId(Context const& context, ShareSubscription const& subscription) {
  return fmt::format(
      "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.DataShare/accounts/{}"
      "/sharesubscriptions/{}",
      context.Param("subscription"), context.Param("group"), context.Param("account"),
      subscription.name);
}

WireReply ListShareSubscriptions(Context& context) {
  auto const account = AccountOf(context, Purpose::kLook);
  if (!account) return account.error();
  ByName<json> items;
  for (auto const& [name, subscription] : (*account)->subscriptions)
    items[name] = SubscriptionJson(context, subscription);
  return Page(context, std::move(items));
}

WireReply GetShareSubscription(Context& context) {
  auto const subscription = SubscriptionOf(context, Purpose::kLook);
  if (!subscription) return subscription.error();
  return JsonReply(200, SubscriptionJson(context, **subscription));
}

WireReply PutShareSubscription(Context& context) {
  auto const wanted = ReadAcceptance(context);
  if (!wanted) return wanted.error();
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  auto const& name = context.Param("shareSubscription");
  auto const existing = (*account)->subscriptions.find(name);
  if (existing != (*account)->subscriptions.end()) {
    bool const is_same = SameName(existing->second.invitation_id, wanted->invitation_id);
    if (is_same) return Done(200, SubscriptionJson(context, existing->second));
    return ErrorReply(
        409, "ShareSubscriptionAlreadyExists",
        fmt::format("The share subscription '{}' exists for another invitation.", name));
  }
  auto const invitation = InvitationFor(context, wanted->invitation_id, wanted->location);
  if (!invitation) return invitation.error();
  if (auto refused = RefuseClosed(context, **invitation)) return *refused;
  return Accept(context, **account, **invitation, *wanted);
}

WireReply DeleteShareSubscription(Context& context) {
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  if (!(*account)->subscriptions.contains(context.Param("shareSubscription")))
    return NothingThere();
  auto const subscription = SubscriptionOf(context, Purpose::kChange);
  if (!subscription) return subscription.error();
  (*subscription)->provisioning_state = "Deleting";
  auto reply = Done(202);
  StartOperation(context,
                 {.kind = "ShareSubscriptionDelete",
                  .resource_id = SubscriptionId(context, **subscription),
                  .location = arm::ShortLocation((*account)->location),
                  .finish = [account_id = (*account)->Id(), name = (*subscription)->name](
                                Estate& estate) -> std::optional<ServiceError> {
                    auto const owner = estate.data_share.accounts.find(account_id);
                    if (owner == estate.data_share.accounts.end()) return std::nullopt;
                    auto const it = owner->second.subscriptions.find(name);
                    if (it == owner->second.subscriptions.end()) return std::nullopt;
                    EndAccess(estate, it->second, SubscriptionStatus::kRevoked);
                    owner->second.subscriptions.erase(it);
                    return std::nullopt;
                  }},
                 reply);
  return reply;
}

WireReply ListSourceDataSets(Context& context) {
  auto const subscription = SubscriptionOf(context, Purpose::kLook);
  if (!subscription) return subscription.error();
  ByName<json> items;
  auto const* const share = FindShareById(std::as_const(context.estate), (*subscription)->share_id);
  if (share != nullptr && (*subscription)->status == SubscriptionStatus::kActive) {
    for (auto const& data_set : share->data_sets | std::views::values)
      items[data_set.id] = SourceJson(context, **subscription, data_set);
  }
  return Page(context, std::move(items));
}

}  // namespace adxf::emulator::datashare
