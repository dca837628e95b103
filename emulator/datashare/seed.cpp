#include "emulator/datashare/seed.hpp"

#include "emulator/datashare/accounts.hpp"

#include <fmt/format.h>

#include <ranges>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

/// Shared by the cluster's id, with `database` for one database and `tables` for some of its
/// tables.
DataSet ReadDataSet(Estate& estate, SeedNode const& node) {
  DataSet data_set{.name = node.Required("name"),
                   .id = estate.NewGuid(),
                   .kind = DataSetKind::kCluster,
                   .cluster_id = node.Required("cluster"),
                   .database = node.Text("database")};
  data_set.resource_id = data_set.cluster_id;
  auto tables = node.Texts("tables");
  if (data_set.database.empty()) {
    if (!tables.empty()) node.Fail("tables", "needs a database");
    data_set.database = "*";
    return data_set;
  }
  data_set.resource_id += "/databases/" + data_set.database;
  data_set.kind = tables.empty() ? DataSetKind::kDatabase : DataSetKind::kTable;
  if (!tables.empty()) data_set.sharing = SharingLists{.tables_include = std::move(tables)};
  return data_set;
}

Share ReadShare(Estate& estate, Author const& author, SeedNode const& node) {
  Share share{.name = node.Required("name"),
              .id = estate.NewGuid(),
              .description = node.Text("description"),
              .terms = node.Text("terms"),
              .kind = "InPlace",
              .created = estate.Now(),
              .author = author};
  node.Each("dataSets", [&](SeedNode const& item) {
    auto data_set = ReadDataSet(estate, item);
    share.data_sets.emplace(data_set.name, std::move(data_set));
  });
  return share;
}

Author ReadAuthor(Estate const& estate, SeedNode const& node, std::string const& tenant_id) {
  auto const who = node.Text("createdBy");
  if (who.empty()) return {.tenant_id = tenant_id};
  auto const* const entry = ResolveDirectory(estate, std::nullopt, who, tenant_id);
  if (entry == nullptr) node.Fail("createdBy", "is nobody in that tenant");
  return {.name = entry->display_name,
          .email = entry->upn.empty() ? entry->mail : entry->upn,
          .tenant_id = tenant_id};
}

}  // namespace

void LoadAccount(Estate& estate, SeedNode const& node) {
  Account account{.name = node.Required("name"),
                  .subscription = node.Guid("subscription"),
                  .resource_group = node.Required("resourceGroup"),
                  .location = node.Required("location"),
                  .created = estate.Now(),
                  .is_soft_blocked = node.Flag("softBlocked", false)};
  auto const subscription = estate.subscriptions.find(account.subscription);
  if (subscription == estate.subscriptions.end())
    node.Fail("subscription", "names no subscription of this seed");
  if (!subscription->second.resource_groups.contains(account.resource_group))
    node.Fail("resourceGroup", "is not in that subscription");
  account.tenant_id = subscription->second.tenant_id;
  account.author = ReadAuthor(estate, node, account.tenant_id);
  GiveIdentity(estate, account);
  node.Each("shares", [&](SeedNode const& item) {
    auto share = ReadShare(estate, account.author, item);
    account.shares.emplace(share.name, std::move(share));
  });
  auto const id = account.Id();
  if (!estate.data_share.accounts.emplace(id, std::move(account)).second)
    node.Fail("name", "is used twice");
}

void CheckSeed(Estate const& estate) {
  for (auto const& account : estate.data_share.accounts | std::views::values) {
    for (auto const& share : account.shares | std::views::values) {
      for (auto const& data_set : share.data_sets | std::views::values) {
        auto const* const cluster = FindClusterById(estate, data_set.cluster_id);
        bool const is_there =
            cluster != nullptr &&
            (data_set.database == "*" || cluster->databases.contains(data_set.database));
        if (!is_there)
          throw SeedError(
              fmt::format("dataShareAccounts: the data set '{}' of share '{}' names no "
                          "cluster or database of this seed",
                          data_set.name, share.name));
      }
    }
  }
}

}  // namespace adxf::emulator::datashare
