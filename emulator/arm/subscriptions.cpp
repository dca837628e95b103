#include "emulator/arm/subscriptions.hpp"

#include "emulator/arm/versions.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

WireReply ProviderReply(Subscription const& subscription, std::string const& provider) {
  if (VersionsOf(provider).empty()) {
    return ErrorReply(404, "InvalidResourceNamespace",
                      fmt::format("The resource namespace '{}' is invalid.", provider));
  }
  return JsonReply(
      200,
      {{"id", fmt::format("/subscriptions/{}/providers/{}", subscription.id, provider)},
       {"namespace", provider},
       {"registrationPolicy", "RegistrationRequired"},
       {"registrationState", subscription.IsRegistered(provider) ? "Registered" : "NotRegistered"},
       {"resourceTypes", json::array()}});
}

}  // namespace

WireReply GetSubscription(Context& context) {
  auto const& subscription =
      context.estate.subscriptions.find(context.Param("subscription"))->second;
  return JsonReply(200, {{"id", "/subscriptions/" + subscription.id},
                         {"authorizationSource", "RoleBased"},
                         {"subscriptionId", subscription.id},
                         {"tenantId", subscription.tenant_id},
                         {"displayName", subscription.display_name},
                         {"state", "Enabled"},
                         {"subscriptionPolicies",
                          {{"locationPlacementId", "Public_2014-09-01"},
                           {"quotaId", "PayAsYouGo_2014-09-01"},
                           {"spendingLimit", "Off"}}}});
}

WireReply GetResourceGroup(Context& context) {
  auto const& subscription =
      context.estate.subscriptions.find(context.Param("subscription"))->second;
  auto const group = subscription.resource_groups.find(context.Param("group"));
  return JsonReply(200,
                   {{"id", "/subscriptions/" + subscription.id + "/resourceGroups/" + group->first},
                    {"name", group->first},
                    {"type", "Microsoft.Resources/resourceGroups"},
                    {"location", group->second},
                    {"properties", {{"provisioningState", "Succeeded"}}}});
}

WireReply GetProvider(Context& context) {
  auto const& subscription =
      context.estate.subscriptions.find(context.Param("subscription"))->second;
  return ProviderReply(subscription, context.Param("provider"));
}

WireReply RegisterProvider(Context& context) {
  auto& subscription = context.estate.subscriptions.find(context.Param("subscription"))->second;
  subscription.unregistered.erase(context.Param("provider"));
  auto reply = ProviderReply(subscription, context.Param("provider"));
  reply.was_accepted = reply.status == 200;
  return reply;
}

}  // namespace adxf::emulator::arm
