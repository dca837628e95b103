#include "emulator/datashare/provider_subscriptions.hpp"

#include "emulator/datashare/links.hpp"
#include "emulator/datashare/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

std::string TenantName(Estate const& estate, std::string const& id) {
  auto const* const tenant = FindTenant(estate, id);
  return tenant == nullptr ? std::string{} : tenant->display_name;
}

/// Ids misspell the type (the provider's own examples).
json ViewJson(Context const& context, Share const& share, ShareSubscription const& subscription) {
  json properties{{"consumerTenantName", TenantName(context.estate, subscription.author.tenant_id)},
                  {"createdAt", Iso8601(subscription.created)},
                  {"sharedAt", Iso8601(subscription.shared)},
                  {"shareSubscriptionObjectId", subscription.id},
                  {"shareSubscriptionStatus", ToString(subscription.status)}};
  auto const add = [&](char const* name, std::string const& value) {
    if (!value.empty()) properties[name] = value;
  };
  add("consumerName", subscription.author.name);
  add("consumerEmail", subscription.author.email);
  add("providerName", share.author.name);
  add("providerEmail", share.author.email);
  if (subscription.expires) properties["expirationDate"] = Iso8601(*subscription.expires);
  return {{"id", fmt::format("{}/providerShareSubscripitons/{}", ShareId(context, share),
                             subscription.id)},
          {"name", subscription.id},
          {"type", "Microsoft.DataShare/accounts/shares/providerShareSubscriptions"},
          {"properties", std::move(properties)}};
}

/// A subscription of the share in the path, both found.
struct Pair {
  Share* share = nullptr;
  ShareSubscription* subscription = nullptr;
};

std::expected<Pair, WireReply> PairOf(Context& context, Purpose purpose) {
  auto const share = ShareOf(context, purpose);
  if (!share) return std::unexpected(share.error());
  auto const& id = context.Param("providerShareSubscription");
  Pair pair{.share = *share};
  ForEachSubscription(context.estate, (*share)->id, [&](ShareSubscription& it) {
    if (SameName(it.id, id)) pair.subscription = &it;
  });
  if (pair.subscription == nullptr)
    return std::unexpected(
        Absent(context, "accounts/shares/providerShareSubscriptions",
               fmt::format("{}/{}/{}", context.Param("account"), (*share)->name, id)));
  return pair;
}

WireReply WrongStatus(ShareSubscription const& subscription, std::string_view action) {
  return ErrorReply(409, "InvalidShareSubscriptionStatus",
                    fmt::format("The share subscription '{}' is {} and cannot be {}.",
                                subscription.id, ToString(subscription.status), action));
}

/// `properties.expirationDate`, which must be there and ahead.
std::expected<TimePoint, WireReply> EndIn(Context const& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return std::unexpected(body.error());
  auto const end = ParseIso8601(arm::Text(PropertiesOf(*body), "expirationDate"));
  if (end && *end > context.Now()) return *end;
  return std::unexpected(
      ErrorReply(400, "InvalidRequestContent",
                 "'properties.expirationDate' is required and must be a time in the future."));
}

/// The end of a revocation: what it was begun for may be gone meanwhile.
void FinishRevoke(Estate& estate, std::string const& share_id, std::string const& id) {
  ForEachSubscription(estate, share_id, [&](ShareSubscription& it) {
    if (it.id == id && it.status == SubscriptionStatus::kRevoking)
      EndAccess(estate, it, SubscriptionStatus::kRevoked);
  });
}

}  // namespace

WireReply ListProviderSubscriptions(Context& context) {
  auto const share = ShareOf(context, Purpose::kLook);
  if (!share) return share.error();
  ByName<json> items;
  ForEachSubscription(context.estate, (*share)->id, [&](ShareSubscription const& it) {
    items[it.id] = ViewJson(context, **share, it);
  });
  return Page(context, std::move(items));
}

WireReply GetProviderSubscription(Context& context) {
  auto const pair = PairOf(context, Purpose::kLook);
  if (!pair) return pair.error();
  return JsonReply(200, ViewJson(context, *pair->share, *pair->subscription));
}

WireReply RevokeSubscription(Context& context) {
  auto const pair = PairOf(context, Purpose::kChange);
  if (!pair) return pair.error();
  auto& subscription = *pair->subscription;
  if (subscription.status == SubscriptionStatus::kRevoked)
    return Done(200, ViewJson(context, *pair->share, subscription));
  if (subscription.status != SubscriptionStatus::kActive)
    return WrongStatus(subscription, "revoked");
  subscription.status = SubscriptionStatus::kRevoking;
  auto reply = Done(202, ViewJson(context, *pair->share, subscription));
  StartOperation(context,
                 {.kind = "ShareSubscriptionRevoke",
                  .resource_id = ShareId(context, *pair->share),
                  .finish = [share_id = pair->share->id,
                             id = subscription.id](Estate& estate) -> std::optional<ServiceError> {
                    FinishRevoke(estate, share_id, id);
                    return std::nullopt;
                  }},
                 reply);
  return reply;
}

WireReply ReinstateSubscription(Context& context) {
  auto const pair = PairOf(context, Purpose::kChange);
  if (!pair) return pair.error();
  auto const end = EndIn(context);
  if (!end) return end.error();
  if (pair->subscription->status != SubscriptionStatus::kRevoked)
    return WrongStatus(*pair->subscription, "reinstated");
  pair->subscription->status = SubscriptionStatus::kActive;
  pair->subscription->expires = *end;
  return Done(200, ViewJson(context, *pair->share, *pair->subscription));
}

WireReply AdjustSubscription(Context& context) {
  auto const pair = PairOf(context, Purpose::kChange);
  if (!pair) return pair.error();
  auto const end = EndIn(context);
  if (!end) return end.error();
  if (pair->subscription->status != SubscriptionStatus::kActive)
    return WrongStatus(*pair->subscription, "adjusted");
  pair->subscription->expires = *end;
  return Done(200, ViewJson(context, *pair->share, *pair->subscription));
}

}  // namespace adxf::emulator::datashare
