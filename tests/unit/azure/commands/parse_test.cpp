#include "azure/commands/show_database_principals.hpp"
#include "azure/commands/show_databases.hpp"
#include "azure/commands/show_databases_details.hpp"
#include "azure/commands/show_external_tables.hpp"
#include "azure/commands/show_follower_databases.hpp"
#include "azure/commands/show_tables_details.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace adxf::azure {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono;

model::Timespan Days(std::int64_t days) { return model::Timespan::FromSeconds(days * 86400); }

KustoTable OverridesTable(json row) {
  return {{"DatabaseName", "LeaderClusterMetadataPath", "CachingPolicyOverride",
           "AuthorizedPrincipalsOverride", "AuthorizedPrincipalsModificationKind",
           "IsAutoPrefetchEnabled", "TableMetadataOverrides", "CachingPoliciesModificationKind"},
          {std::move(row)}};
}

TEST(ShowFollowerDatabases, ReadsAllOverrides) {
  auto const oid = "11111111-2222-3333-4444-555555555555";
  auto const table = OverridesTable(
      {"SalesRO", "https://leader.blob/path",
       R"({"DataHotSpan":{"Value":"7.00:00:00"},"IndexHotSpan":{"Value":"7.00:00:00"},
        "HotWindows":[{"MinTime":"2026-01-01T00:00:00.0000000Z","MaxTime":"2026-02-01T00:00:00Z"}]})",
       json::array({{{"Principal",
                      {{"FullyQualifiedName", std::string("aaduser=") + oid + ";tenant-1"},
                       {"DisplayName", "Ann"}}},
                     {"Role", "Viewer"},
                     {"Notes", "adxfollower:ns/name"}}})
           .dump(),
       "Replace", true,
       R"({"T1":{"CachingPolicyOverride":{"DataHotSpan":{"Value":"30.00:00:00"}}},"T2":{}})",
       "None"});

  auto const rows = ShowFollowerDatabases::Parse(table);

  ASSERT_TRUE(rows);
  auto const& row = rows->at(0);
  EXPECT_EQ(row.database, "SalesRO");
  ASSERT_TRUE(row.caching);
  EXPECT_EQ(row.caching->hot, Days(7));
  EXPECT_THAT(row.caching->windows,
              ElementsAre(HotWindow{sys_days(2026y / 1 / 1), sys_days(2026y / 2 / 1)}));
  EXPECT_EQ(row.principals_kind, ModificationKind::kReplace);
  EXPECT_EQ(row.caching_kind, ModificationKind::kNone);
  EXPECT_TRUE(row.prefetch);
  EXPECT_EQ(row.tables, (std::map<std::string, CachingPolicy>{{"T1", {.hot = Days(30)}}}));
  EXPECT_THAT(row.principals,
              ElementsAre(FollowerPrincipal{
                  .fully_qualified_name = std::string("aaduser=") + oid + ";tenant-1",
                  .object_id = oid,
                  .tenant_id = "tenant-1",
                  .display_name = "Ann",
                  .notes = "adxfollower:ns/name",
                  .role = FollowerRole::kViewer}));
}

TEST(ShowFollowerDatabases, ReadsARowWithoutAnyOverride) {
  for (json const& nothing : {json("null"), json(nullptr), json(""), json("...")}) {
    auto const rows = ShowFollowerDatabases::Parse(
        OverridesTable({"Sales", "", nothing, nothing, "None", 0, nothing, "Union"}));
    ASSERT_TRUE(rows);
    EXPECT_FALSE(rows->at(0).caching);
    EXPECT_THAT(rows->at(0).principals, IsEmpty());
    EXPECT_FALSE(rows->at(0).prefetch);
    EXPECT_THAT(rows->at(0).tables, IsEmpty());
  }
}

TEST(ShowFollowerDatabases, ReadsDynamicCellsAndUnknownWords) {
  auto const rows =
      ShowFollowerDatabases::Parse(OverridesTable({"S",
                                                   "",
                                                   {{"DataHotSpan", "1.00:00:00"}},
                                                   json::array({{{"Principal", "odd"}}, 7}),
                                                   "Both",
                                                   1,
                                                   json::array(),
                                                   "union"}));

  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->at(0).caching->hot, Days(1));
  EXPECT_THAT(rows->at(0).principals, IsEmpty());
  EXPECT_EQ(rows->at(0).principals_kind, std::nullopt);
  EXPECT_EQ(rows->at(0).caching_kind, ModificationKind::kUnion);
  EXPECT_TRUE(rows->at(0).prefetch);
}

TEST(ShowFollowerDatabases, RefusesAnotherCommandsTable) {
  auto const rows = ShowFollowerDatabases::Parse(KustoTable({"Name"}, {}));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::kUnavailable);
  EXPECT_THAT(rows.error().message, HasSubstr("DatabaseName"));
}

TEST(ShowDatabases, ReadsVersionsByColumnName) {
  KustoTable const table(
      {"PrettyName", "DatabaseAccessMode", "Version", "DatabaseName", "SuspensionState"},
      {json::array({"", "ReadOnlyFollowing", "v7.12", "Sales", "null"}),
       json::array({nullptr, "ReadWrite", "v1.0", "Own", "Suspended"})});

  auto const rows = ShowDatabases::Parse(table);

  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->at(0),
            (DatabaseRow{.name = "Sales", .version = "v7.12", .access_mode = "ReadOnlyFollowing"}));
  EXPECT_TRUE(rows->at(0).IsFollowing());
  EXPECT_TRUE(rows->at(1).is_suspended);
}

TEST(ShowDatabasesDetails, CountsExternalTables) {
  KustoTable const table({"NumberOfExternalTables", "DatabaseName"},
                         {json::array({3, "Sales"}), json::array({nullptr, "Plain"})});

  auto const rows = ShowDatabasesDetails::Parse(table);

  ASSERT_TRUE(rows);
  EXPECT_THAT(*rows, ElementsAre(DatabaseDetails{.name = "Sales", .external_tables = 3},
                                 DatabaseDetails{.name = "Plain"}));
  EXPECT_FALSE(ShowDatabasesDetails::Parse(KustoTable({"DatabaseName"}, {})));
}

TEST(ShowExternalTables, ReadsManagedIdentitiesWhereTheyShow) {
  KustoTable const table(
      {"TableName", "ConnectionStrings"},
      {json::array({"System", R"(["https://a.blob.core.windows.net/c;managed_identity=system"])"}),
       json::array({"Two", json::array({"https://a/c;managed_identity=ABC;x=y",
                                        "https://b/c;Managed_Identity=def", "https://c/d", 7})}),
       json::array({"Hidden", R"(["https://a.blob.core.windows.net/c;*******"])"}),
       json::array({"Odd", "no list"})});

  auto const rows = ShowExternalTables::Parse(table);

  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->at(0).managed_identities, ElementsAre("system"));
  EXPECT_THAT(rows->at(1).managed_identities, ElementsAre("abc", "def"));
  EXPECT_THAT(rows->at(2).managed_identities, IsEmpty());
  EXPECT_THAT(rows->at(3).managed_identities, IsEmpty());
  EXPECT_FALSE(ShowExternalTables::Parse(KustoTable({"Name"}, {})));
}

TEST(ShowDatabasePrincipals, ReadsRolesFromTheLastWord) {
  KustoTable const table(
      {"Role", "PrincipalType", "PrincipalDisplayName", "PrincipalObjectId", "PrincipalFQN",
       "Notes"},
      {json::array({"Database Sales Admin Viewer", "AAD User", "Ann", "o1", "aaduser=o1;t", "n"}),
       json::array({"AllDatabasesAdmin", "AAD Application", "op", "o2", "aadapp=o2;t", nullptr})});

  auto const rows = ShowDatabasePrincipals::Parse(table);

  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->at(0).role, FollowerRole::kViewer);
  EXPECT_EQ(rows->at(0).object_id, "o1");
  EXPECT_EQ(rows->at(1).role, std::nullopt);
  EXPECT_EQ(rows->at(1).notes, "");
}

TEST(ShowTablesDetails, ReadsThePolicyInForce) {
  KustoTable const table(
      {"TableName", "TotalRowCount", "CachingPolicy"},
      {json::array({"Events", 1000, R"({"DataHotSpan":{"Value":"00:30:00"}})"})});

  auto const rows = ShowTablesDetails::Parse(table);

  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->at(0).caching->hot, model::Timespan::FromSeconds(1800));
  EXPECT_EQ(rows->at(0).row_count, 1000);
}

}  // namespace
}  // namespace adxf::azure
