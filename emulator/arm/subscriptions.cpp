#include "emulator/arm/subscriptions.hpp"

#include <nlohmann/json.hpp>

namespace adxf::emulator::arm {

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

}  // namespace adxf::emulator::arm
