#include "emulator/datashare/data_sets.hpp"

#include "emulator/arm/attachment_body.hpp"
#include "emulator/datashare/cluster_rights.hpp"
#include "emulator/datashare/data_set_body.hpp"
#include "emulator/datashare/links.hpp"
#include "emulator/datashare/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ranges>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

/// Ids say "datasets" where the path says "dataSets" (the provider's own examples).
json DataSetJson(Context const& context, Share const& share, DataSet const& data_set) {
  auto const* const cluster = FindClusterById(std::as_const(context.estate), data_set.cluster_id);
  json properties{{"dataSetId", data_set.id}, {"provisioningState", data_set.provisioning_state}};
  properties[data_set.kind == DataSetKind::kCluster ? "kustoClusterResourceId"
                                                    : "kustoDatabaseResourceId"] =
      data_set.resource_id;
  if (cluster != nullptr)
    properties["location"] = arm::DisplayLocation(context.estate, cluster->location);
  if (data_set.sharing)
    properties["tableLevelSharingProperties"] = arm::SharingJson(*data_set.sharing);
  return {{"id", fmt::format("{}/datasets/{}", ShareId(context, share), data_set.name)},
          {"name", data_set.name},
          {"type", "Microsoft.DataShare/accounts/shares/dataSets"},
          {"kind", ToString(data_set.kind)},
          {"properties", std::move(properties)}};
}

std::optional<WireReply> RefuseSource(Context const& context, Account const& account,
                                      DataSet const& wanted) {
  auto const* const member =
      wanted.kind == DataSetKind::kCluster ? "kustoClusterResourceId" : "kustoDatabaseResourceId";
  if (auto refused = RefuseCluster(
          context, {.account = account, .cluster_id = wanted.cluster_id, .member = member}))
    return refused;
  auto const* const cluster = FindClusterById(std::as_const(context.estate), wanted.cluster_id);
  if (wanted.kind == DataSetKind::kCluster || cluster->databases.contains(wanted.database))
    return std::nullopt;
  return ErrorReply(400, "KustoDatabaseNotFound",
                    fmt::format("The Kusto database '{}' was not found.", wanted.resource_id));
}

/// New table lists reach those who follow already.
void Reshare(Estate& estate, Share const& share, DataSet const& data_set) {
  ForEachSubscription(estate, share.id, [&](ShareSubscription const& subscription) {
    for (auto const& mapping : subscription.mappings | std::views::values) {
      auto* const link = FindLink(estate, mapping);
      if (link != nullptr && SameName(mapping.data_set_id, data_set.id))
        link->sharing = data_set.sharing;
    }
  });
  RefreshFollowed(estate);
}

/// Those who lost the last data set have a source again.
void Restore(Estate& estate, Share const& share) {
  ForEachSubscription(estate, share.id, [](ShareSubscription& subscription) {
    if (subscription.status == SubscriptionStatus::kSourceDeleted)
      subscription.status = SubscriptionStatus::kActive;
  });
}

WireReply ReplaceDataSet(Context& context, Share const& share, DataSet& existing,
                         DataSet const& wanted) {
  if (existing.kind != wanted.kind || !SameName(existing.resource_id, wanted.resource_id)) {
    return ErrorReply(409, "DataSetAlreadyExists",
                      fmt::format("The data set '{}' exists with kind '{}' for '{}'.",
                                  existing.name, ToString(existing.kind), existing.resource_id));
  }
  if (existing.provisioning_state != "Succeeded") return Busy(existing.name);
  existing.sharing = wanted.sharing;
  Reshare(context.estate, share, existing);
  return Done(200, DataSetJson(context, share, existing));
}

}  // namespace

WireReply ListDataSets(Context& context) {
  auto const share = ShareOf(context, Purpose::kLook);
  if (!share) return share.error();
  ByName<json> items;
  for (auto const& [name, data_set] : (*share)->data_sets)
    items[name] = DataSetJson(context, **share, data_set);
  return Page(context, std::move(items));
}

WireReply GetDataSet(Context& context) {
  auto const share = ShareOf(context, Purpose::kLook);
  if (!share) return share.error();
  auto const& name = context.Param("dataSet");
  auto const found = (*share)->data_sets.find(name);
  if (found == (*share)->data_sets.end())
    return Absent(context, "accounts/shares/dataSets",
                  fmt::format("{}/{}/{}", context.Param("account"), (*share)->name, name));
  return JsonReply(200, DataSetJson(context, **share, found->second));
}

WireReply PutDataSet(Context& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return body.error();
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  auto const share = ShareOf(context, Purpose::kChange);
  if (!share) return share.error();
  auto wanted = ParseDataSet(*body, context.api_version);
  if (!wanted) return ErrorReply(wanted.error());
  if ((*share)->kind != "InPlace")
    return ErrorReply(400, "InvalidDataSetKind",
                      fmt::format("A share of kind '{}' takes no data set of kind '{}'.",
                                  (*share)->kind, ToString(wanted->kind)));
  if (auto refused = RefuseSource(context, **account, *wanted)) return *refused;
  auto& data_sets = (*share)->data_sets;
  auto const existing = data_sets.find(context.Param("dataSet"));
  if (existing != data_sets.end())
    return ReplaceDataSet(context, **share, existing->second, *wanted);
  wanted->name = context.Param("dataSet");
  wanted->id = context.estate.NewGuid();
  auto const& made = data_sets.emplace(wanted->name, *wanted).first->second;
  Restore(context.estate, **share);
  return Done(201, DataSetJson(context, **share, made));
}

WireReply DeleteDataSet(Context& context) {
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  auto const share = ShareOf(context, Purpose::kChange);
  if (!share) return share.error();
  auto const found = (*share)->data_sets.find(context.Param("dataSet"));
  if (found == (*share)->data_sets.end()) return NothingThere();
  if (found->second.provisioning_state != "Succeeded") return Busy(found->first);
  found->second.provisioning_state = "Deleting";
  auto reply = Done(202);
  StartOperation(context,
                 {.kind = "DataSetDelete",
                  .resource_id = ShareId(context, **share),
                  .finish = [share_id = (*share)->id, name = found->second.name,
                             id = found->second.id](Estate& estate) -> std::optional<ServiceError> {
                    auto* const owner = FindShareById(estate, share_id);
                    if (owner == nullptr) return std::nullopt;
                    owner->data_sets.erase(name);
                    DropDataSet(estate, share_id, id);
                    return std::nullopt;
                  }},
                 reply);
  return reply;
}

}  // namespace adxf::emulator::datashare
