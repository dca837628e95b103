#include "emulator/datashare/mappings.hpp"

#include "emulator/arm/attach_rules.hpp"
#include "emulator/arm/operations.hpp"
#include "emulator/datashare/cluster_rights.hpp"
#include "emulator/datashare/data_set_body.hpp"
#include "emulator/datashare/links.hpp"
#include "emulator/datashare/share_subscriptions.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ranges>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

json MappingJson(Context const& context, ShareSubscription const& subscription,
                 Mapping const& mapping) {
  auto const* const cluster = FindClusterById(std::as_const(context.estate), mapping.cluster_id);
  json properties{{"kustoClusterResourceId", mapping.cluster_id},
                  {"dataSetId", mapping.data_set_id},
                  {"provisioningState", mapping.provisioning_state}};
  if (mapping.provisioning_state != "Creating") {
    bool const is_ok = FindLink(std::as_const(context.estate), mapping) != nullptr;
    properties["dataSetMappingStatus"] = is_ok ? "Ok" : "Broken";
  }
  if (cluster != nullptr)
    properties["location"] = arm::DisplayLocation(context.estate, cluster->location);
  return {{"id", fmt::format("{}/dataSetMappings/{}", SubscriptionId(context, subscription),
                             mapping.name)},
          {"name", mapping.name},
          {"type", "Microsoft.DataShare/accounts/shareSubscriptions/dataSetMappings"},
          {"kind", ToString(mapping.kind)},
          {"properties", std::move(properties)}};
}

std::expected<Mapping, ServiceError> ParseMapping(Context const& context, json const& body) {
  auto const kind = KindOf(body, context.api_version);
  if (!kind) return std::unexpected(kind.error());
  auto const properties = PropertiesOf(body);
  Mapping wanted{.name = context.Param("mapping"),
                 .kind = *kind,
                 .cluster_id = arm::Text(properties, "kustoClusterResourceId"),
                 .data_set_id = arm::Text(properties, "dataSetId")};
  if (!wanted.cluster_id.empty() && !wanted.data_set_id.empty()) return wanted;
  return std::unexpected(ServiceError{400, "InvalidRequestContent",
                                      "'kustoClusterResourceId' and 'dataSetId' are required."});
}

/// Why the subscription does not let this data set be mapped under this name.
std::optional<ServiceError> RefuseMapping(ShareSubscription const& subscription,
                                          Mapping const& wanted, DataSet const* source) {
  if (subscription.status != SubscriptionStatus::kActive)
    return ServiceError{409, "InvalidShareSubscriptionStatus",
                        fmt::format("The share subscription '{}' is {}; nothing can be mapped.",
                                    subscription.name, ToString(subscription.status))};
  if (source == nullptr)
    return ServiceError{400, "DataSetNotFound",
                        fmt::format("The data set '{}' is not in the share.", wanted.data_set_id)};
  if (source->kind != wanted.kind)
    return ServiceError{400, "InvalidDataSetMappingKind",
                        fmt::format("The data set '{}' has kind '{}'.", wanted.data_set_id,
                                    ToString(source->kind))};
  for (auto const& other : subscription.mappings | std::views::values) {
    bool const has_same_name = SameName(other.name, wanted.name);
    bool const has_same_source = SameName(other.data_set_id, wanted.data_set_id);
    if (has_same_name && (!has_same_source || !SameName(other.cluster_id, wanted.cluster_id)))
      return ServiceError{409, "DataSetMappingAlreadyExists",
                          fmt::format("The data set mapping '{}' exists for another data set or "
                                      "cluster.",
                                      other.name)};
    if (!has_same_name && has_same_source)
      return ServiceError{409, "DataSetAlreadyMapped",
                          fmt::format("The data set '{}' is mapped by '{}' already.",
                                      wanted.data_set_id, other.name)};
  }
  return std::nullopt;
}

/// Why the consumer's cluster cannot take what is shared: the rules of any attachment.
std::optional<ServiceError> RefuseLink(Estate const& estate, Cluster const& cluster,
                                       Attachment const& link) {
  if (auto error = arm::RefuseAtOnce(estate, cluster, link)) return error;
  if (auto error = arm::RefuseStopped(cluster)) return error;
  if (auto error = arm::RefuseLater(estate, cluster, link)) return error;
  return arm::WriteRefusal(estate, cluster);
}

/// What a mapping's operation finds its way back by.
struct Target {
  std::string account_id{};
  std::string subscription{};
  std::string mapping{};
  std::string attachment{};  ///< a mapping made again under the same name has another
};

struct Reached {
  Mapping* mapping = nullptr;
  DataSet const* source = nullptr;  ///< as it is now; nullptr if it is shared no more
};

/// The attachment that the mapping makes of its source.
Attachment LinkFor(Estate const& estate, DataSet const& source, std::string name) {
  auto link = LinkTo(source);
  link.name = std::move(name);
  link.provisioning_state = "Succeeded";
  link.created = estate.Now();
  return link;
}

Reached Reach(Estate& estate, Target const& target) {
  auto const account = estate.data_share.accounts.find(target.account_id);
  if (account == estate.data_share.accounts.end()) return {};
  auto const subscription = account->second.subscriptions.find(target.subscription);
  if (subscription == account->second.subscriptions.end()) return {};
  auto const found = subscription->second.mappings.find(target.mapping);
  bool const is_here =
      found != subscription->second.mappings.end() && found->second.attachment == target.attachment;
  if (!is_here) return {};
  if (subscription->second.status != SubscriptionStatus::kActive)
    return {.mapping = &found->second};
  return {.mapping = &found->second,
          .source = FindSource(estate, subscription->second, found->second.data_set_id)};
}

/// The end of a mapping's operation: the link is made of what is shared by now, unless that ended
/// meanwhile.
std::optional<ServiceError> FinishMapping(Estate& estate, Target const& target) {
  auto const reached = Reach(estate, target);
  if (reached.mapping == nullptr) return std::nullopt;
  reached.mapping->provisioning_state = "Failed";
  auto* const cluster = FindClusterById(estate, reached.mapping->cluster_id);
  if (cluster == nullptr || reached.source == nullptr)
    return ServiceError{409, "InvalidShareSubscriptionStatus", "What was mapped is gone."};
  RefreshFollowed(estate);
  auto const link = LinkFor(estate, *reached.source, target.attachment);
  if (auto error = arm::RefuseLater(estate, *cluster, link)) return error;
  reached.mapping->provisioning_state = "Succeeded";
  cluster->attachments.insert_or_assign(link.name, link);
  RefreshFollowed(estate);
  return std::nullopt;
}

/// Stores the mapping and starts the operation that makes its attachment.
WireReply StartMapping(Context& context, Account const& account, ShareSubscription& subscription,
                       Mapping wanted) {
  auto& estate = context.estate;
  auto& cluster = *FindClusterById(estate, wanted.cluster_id);
  auto const link =
      LinkFor(estate, *FindSource(estate, subscription, wanted.data_set_id), estate.NewGuid());
  if (auto error = RefuseLink(estate, cluster, link)) return ErrorReply(*error);
  wanted.attachment = link.name;
  bool const is_new = !subscription.mappings.contains(wanted.name);
  auto& stored =
      subscription.mappings.insert_or_assign(wanted.name, std::move(wanted)).first->second;
  auto const reply = Done(is_new ? 201 : 200, MappingJson(context, subscription, stored));
  // An operation that starts while the cluster is held fails in the end, and leaves this behind.
  if (!cluster.maintenance.empty()) stored.provisioning_state = "Failed";
  arm::BeginOperation(estate, cluster,
                      {.kind = "DataSetMappingCreate",
                       .finish = [target = Target{.account_id = account.Id(),
                                                  .subscription = subscription.name,
                                                  .mapping = stored.name,
                                                  .attachment = stored.attachment}](Estate& later) {
                         return FinishMapping(later, target);
                       }});
  return reply;
}

}  // namespace

WireReply ListMappings(Context& context) {
  auto const subscription = SubscriptionOf(context, Purpose::kLook);
  if (!subscription) return subscription.error();
  ByName<json> items;
  for (auto const& [name, mapping] : (*subscription)->mappings)
    items[name] = MappingJson(context, **subscription, mapping);
  return Page(context, std::move(items));
}

WireReply GetMapping(Context& context) {
  auto const subscription = SubscriptionOf(context, Purpose::kLook);
  if (!subscription) return subscription.error();
  auto const& name = context.Param("mapping");
  auto const found = (*subscription)->mappings.find(name);
  if (found == (*subscription)->mappings.end())
    return Absent(context, "accounts/shareSubscriptions/dataSetMappings",
                  fmt::format("{}/{}/{}", context.Param("account"), (*subscription)->name, name));
  return JsonReply(200, MappingJson(context, **subscription, found->second));
}

WireReply PutMapping(Context& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return body.error();
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  auto const subscription = SubscriptionOf(context, Purpose::kChange);
  if (!subscription) return subscription.error();
  auto const wanted = ParseMapping(context, *body);
  if (!wanted) return ErrorReply(wanted.error());
  if (auto refused = RefuseCluster(context, {.account = **account,
                                             .cluster_id = wanted->cluster_id,
                                             .member = "kustoClusterResourceId"}))
    return *refused;
  auto const* const source =
      FindSource(std::as_const(context.estate), **subscription, wanted->data_set_id);
  if (auto error = RefuseMapping(**subscription, *wanted, source)) return ErrorReply(*error);
  auto const existing = (*subscription)->mappings.find(wanted->name);
  if (existing != (*subscription)->mappings.end()) {
    if (existing->second.provisioning_state == "Creating") return Busy(wanted->name);
    if (FindLink(context.estate, existing->second) != nullptr)
      return Done(200, MappingJson(context, **subscription, existing->second));
  }
  return StartMapping(context, **account, **subscription, *wanted);
}

WireReply DeleteMapping(Context& context) {
  auto const subscription = SubscriptionOf(context, Purpose::kChange);
  if (!subscription) return subscription.error();
  auto const found = (*subscription)->mappings.find(context.Param("mapping"));
  if (found == (*subscription)->mappings.end()) return NothingThere();
  if (found->second.provisioning_state == "Creating") return Busy(found->first);
  auto const* const cluster = FindClusterById(context.estate, found->second.cluster_id);
  if (cluster != nullptr) {
    if (auto error = arm::WriteRefusal(context.estate, *cluster)) return ErrorReply(*error);
  }
  Unlink(context.estate, found->second);
  (*subscription)->mappings.erase(found);
  return Done(200);
}

}  // namespace adxf::emulator::datashare
