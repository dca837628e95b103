#include "emulator/datashare/cluster_rights.hpp"

#include "emulator/arm/access.hpp"
#include "emulator/arm/versions.hpp"

#include <fmt/format.h>

namespace adxf::emulator::datashare {

namespace {

constexpr std::string_view kWriteCluster = "Microsoft.Kusto/clusters/write";

std::string ActionOf(Context const& context) {
  return context.Param("share").empty()
             ? "Microsoft.DataShare/accounts/shareSubscriptions/dataSetMappings/write"
             : "Microsoft.DataShare/accounts/shares/dataSets/write";
}

/// ARM's check of what a body links to: the caller needs a right there, in its own tenant.
std::optional<WireReply> RefuseCaller(Context const& context, std::string const& cluster_id,
                                      Subscription const& subscription) {
  auto const& caller = context.caller;
  auto const action = ActionOf(context);
  if (subscription.tenant_id != caller.tenant_id) {
    return arm::LinkedTenantNotAuthorized(caller, action, context.request.path, subscription.id);
  }
  if (arm::MayDo(context.estate, caller, arm::Right::kWrite, cluster_id)) return std::nullopt;
  return arm::LinkedAuthorizationFailed(caller, action, context.request.path, cluster_id);
}

Subscription const* SubscriptionIn(Estate const& estate, std::string const& id) {
  auto const parts = PathParts(id);
  if (parts.size() != 8 || !SameName(parts[0], "subscriptions") ||
      !SameName(parts[5], "Microsoft.Kusto") || !SameName(parts[6], "clusters"))
    return nullptr;
  auto const found = estate.subscriptions.find(parts[1]);
  return found == estate.subscriptions.end() ? nullptr : &found->second;
}

}  // namespace

std::optional<WireReply> RefuseCluster(Context const& context, ClusterUse const& use) {
  auto const* const subscription = SubscriptionIn(context.estate, use.cluster_id);
  if (subscription == nullptr) {
    return ErrorReply(
        400, "LinkedInvalidPropertyId",
        fmt::format("Property id '{}' at path 'properties.{}' is invalid. Expect fully qualified "
                    "resource Id that start with '/subscriptions/{{subscriptionId}}' or "
                    "'/providers/{{resourceProviderNamespace}}/'.",
                    use.cluster_id, use.member));
  }
  if (auto refused = RefuseCaller(context, use.cluster_id, *subscription)) return refused;
  if (!subscription->IsRegistered("Microsoft.DataShare"))
    return arm::NotRegistered("Microsoft.DataShare");
  if (FindClusterById(context.estate, use.cluster_id) == nullptr) {
    return ErrorReply(400, "KustoClusterNotFound",
                      fmt::format("The Kusto cluster '{}' was not found.", use.cluster_id));
  }
  Caller const identity{.tenant_id = use.account.tenant_id,
                        .object_id = use.account.principal_id,
                        .app_id = use.account.principal_id};
  if (arm::MayDo(context.estate, identity, arm::Right::kWrite, use.cluster_id)) return std::nullopt;
  return arm::AuthorizationFailed(identity, kWriteCluster, use.cluster_id);
}

}  // namespace adxf::emulator::datashare
