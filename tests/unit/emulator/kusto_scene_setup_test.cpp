// The scene that the other kusto_*_test.cpp share; named _test so that it is built with them.
#include "unit/emulator/kusto_scene.hpp"

#include <gtest/gtest.h>

namespace adxf::emulator {
namespace {

using nlohmann::json;

constexpr char const* kSubscription = "22222222-2222-4222-8222-222222222222";

DirectoryEntry Person(std::uint64_t number, std::string const& name) {
  return {.kind = PrincipalKind::kUser,
          .object_id = KustoScene::Guid(number),
          .tenant_id = kTenant,
          .display_name = name,
          .upn = name + "@contoso.com"};
}

Cluster MakeCluster(std::string const& name) {
  Cluster cluster{.name = name,
                  .subscription = kSubscription,
                  .resource_group = "rg",
                  .tenant_id = kTenant,
                  .location = "westus2"};
  cluster.uri = "https://127.0.0.1:5001";
  return cluster;
}

Database MakeSales() {
  Database sales{.name = "Sales", .id = StableGuid("sales"), .created = kStart};
  sales.tables.emplace(
      "Events",
      Table{.name = "Events", .created = kStart, .columns = {{"Id", "long"}, {"Name", "string"}}});
  sales.materialized_views.emplace(
      "Daily",
      MaterializedView{
          .name = "Daily", .created = kStart, .source_table = "Events", .query = "Events | count"});
  sales.Bump(kStart);
  return sales;
}

}  // namespace

KustoScene::KustoScene() {
  estate.clock = EmulatorClock(kStart);
  estate.tenants.emplace(kTenant,
                         Tenant{.id = kTenant, .domain = "contoso.com", .display_name = "Contoso"});
  estate.directory = {Person(1, "ann"), Person(2, "bob"), Person(3, "eve")};
  estate.directory.push_back({.kind = PrincipalKind::kGroup,
                              .object_id = Guid(4),
                              .tenant_id = kTenant,
                              .display_name = "analysts",
                              .mail = "analysts@contoso.com",
                              .members = {Guid(3)}});
  estate.directory.push_back({.kind = PrincipalKind::kApp,
                              .object_id = Guid(5),
                              .tenant_id = kTenant,
                              .display_name = "robot",
                              .app_id = Guid(6)});
  auto corp = MakeCluster("corp");
  corp.databases.emplace("Sales", MakeSales());
  auto reporting = MakeCluster("reporting");
  reporting.attachments.emplace("a", Attachment{.name = "a",
                                                .leader_id = corp.Id(),
                                                .database_name = "Sales",
                                                .provisioning_state = "Succeeded"});
  ClusterGrant const admin{ClusterRole::kAllDatabasesAdmin, ToPrincipal(estate.directory.front())};
  corp.grants.push_back(admin);
  reporting.grants.push_back(admin);
  estate.clusters.emplace("corp", std::move(corp));
  estate.clusters.emplace("reporting", std::move(reporting));
  Settle(estate);
}

KustoReply KustoScene::Send(Caller const& caller, std::string const& cluster,
                            std::string const& path, json const& body) {
  Settle(estate);
  KustoRequest request{.method = "POST", .path = path, .body = body.dump(), .caller = caller};
  return HandleKusto(estate, cluster, request);
}

KustoReply KustoScene::Command(Caller const& caller, std::string const& text,
                               std::string const& database) {
  return Send(caller, "reporting", "/v1/rest/mgmt", {{"db", database}, {"csl", text}});
}

KustoReply KustoScene::LeaderCommand(std::string const& text) {
  return Send(ann, "corp", "/v1/rest/mgmt", {{"db", "Sales"}, {"csl", text}});
}

KustoReply KustoScene::Query(Caller const& caller, std::string const& text) {
  return Send(caller, "reporting", "/v2/rest/query", {{"db", "Sales"}, {"csl", text}});
}

std::vector<json> KustoScene::Rows(std::string const& text, std::string const& cluster) {
  auto const reply = Send(ann, cluster, "/v1/rest/mgmt", {{"db", "Sales"}, {"csl", text}});
  EXPECT_EQ(reply.status, 200) << text << "\n" << reply.body;
  return reply.status == 200 ? RowsOf(reply.body) : std::vector<json>{};
}

std::string KustoScene::TableCaching(std::string const& table) {
  auto const rows = Rows(".show table " + table + " details");
  auto const policy = json::parse(rows.at(0).at("CachingPolicy").get<std::string>());
  return policy.at("DataHotSpan").at("Value");
}

void KustoScene::Pass(std::chrono::milliseconds time) {
  estate.clock.Advance(time);
  Settle(estate);
}

std::vector<json> RowsOf(std::string const& body) {
  auto const table = json::parse(body).at("Tables").at(0);
  std::vector<json> rows;
  for (auto const& cells : table.at("Rows")) {
    json row = json::object();
    for (std::size_t i = 0; i < cells.size(); ++i)
      row[table.at("Columns").at(i).at("ColumnName").get<std::string>()] = cells.at(i);
    rows.push_back(std::move(row));
  }
  return rows;
}

json ErrorOf(KustoReply const& reply) { return json::parse(reply.body).at("error"); }

}  // namespace adxf::emulator
