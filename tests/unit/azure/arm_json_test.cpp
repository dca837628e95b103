#include "azure/arm_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace adxf::azure {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kLeader =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kusto/clusters/corp";

TEST(ArmJson, WritesAnAttachmentWithAllItsParts) {
  AttachmentSpec spec{
      .location = "westus2",
      .leader = *model::ResourceId::Parse(kLeader),
      .database = "Sales",
      .name_override = "SalesRO",
      .principals_kind = ModificationKind::kReplace,
      .sharing = TableSharing{.tables_to_include = {"Events*"}, .functions_to_exclude = {"*"}}};

  EXPECT_EQ(AttachmentBody(spec), json::parse(R"({
    "location": "westus2",
    "properties": {
      "clusterResourceId": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kusto/clusters/corp",
      "databaseName": "Sales", "databaseNameOverride": "SalesRO", "defaultPrincipalsModificationKind": "Replace",
      "tableLevelSharingProperties": {"tablesToInclude": ["Events*"], "functionsToExclude": ["*"]}}})"));
}

TEST(ArmJson, LeavesOutWhatIsNotDeclared) {
  AttachmentSpec spec{.location = "l",
                      .leader = *model::ResourceId::Parse(kLeader),
                      .database = "*",
                      .name_prefix = "corp_"};

  auto const properties = AttachmentBody(spec)["properties"];

  EXPECT_EQ(properties["databaseNamePrefix"], "corp_");
  EXPECT_FALSE(properties.contains("databaseNameOverride"));
  EXPECT_FALSE(properties.contains("tableLevelSharingProperties"));
}

TEST(ArmJson, ReadsBackWhatItWrote) {
  AttachmentSpec const spec{
      .location = "westus2",
      .leader = *model::ResourceId::Parse(kLeader),
      .database = "Sales",
      .name_prefix = "p",
      .principals_kind = ModificationKind::kNone,
      .sharing = TableSharing{{"a"}, {"b"}, {"c"}, {"d"}, {"e"}, {"f"}, {"g"}, {"h"}}};
  auto resource = AttachmentBody(spec);
  resource["name"] = "follower/adc1";

  auto const attachment = ReadAttachment(resource);

  ASSERT_TRUE(attachment);
  EXPECT_EQ(attachment->spec, spec);
  EXPECT_EQ(attachment->spec.sharing->Count(), 8U);
}

TEST(ArmJson, ReadsAnAttachmentInTheServicesOwnSpelling) {
  auto const attachment = ReadAttachment(json::parse(R"({
    "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kusto/Clusters/follower/AttachedDatabaseConfigurations/adc1",
    "name": "follower/adc1", "type": "Microsoft.Kusto/Clusters/AttachedDatabaseConfigurations", "location": "West US 2",
    "properties": {"clusterResourceId": "/SUBSCRIPTIONS/S/resourcegroups/RG/providers/microsoft.kusto/Clusters/CORP",
      "databaseName": "db1", "attachedDatabaseNames": ["db1"], "defaultPrincipalsModificationKind": "union",
      "tableLevelSharingProperties": {"tablesToInclude": ["Table1"], "tablesToExclude": null},
      "provisioningState": "Creating"}})"));

  ASSERT_TRUE(attachment);
  EXPECT_EQ(attachment->name, "adc1");
  EXPECT_EQ(attachment->spec.location, "westus2");
  EXPECT_EQ(attachment->spec.leader, *model::ResourceId::Parse(kLeader));
  EXPECT_EQ(attachment->spec.principals_kind, ModificationKind::kUnion);
  EXPECT_THAT(attachment->attached_databases, ElementsAre("db1"));
  EXPECT_TRUE(attachment->IsBusy());
}

TEST(ArmJson, TakesAMissingProvisioningStateAsSucceeded) {
  auto const attachment = ReadAttachment(json::parse(
      R"({"name":"adc1","properties":{"clusterResourceId":"/subscriptions/s","databaseName":"d","defaultPrincipalsModificationKind":"None"}})"));

  ASSERT_TRUE(attachment);
  EXPECT_EQ(attachment->provisioning_state, "Succeeded");
  EXPECT_FALSE(attachment->IsBusy());
}

TEST(ArmJson, SaysWhichFieldOfAnAttachmentItCannotRead) {
  auto const error_of = [](char const* text) { return ReadAttachment(json::parse(text)).error(); };

  EXPECT_THAT(error_of(R"({"properties":{}})").message, HasSubstr("name"));
  EXPECT_THAT(error_of(R"({"name":"a","properties":{"clusterResourceId":7}})").message,
              HasSubstr("clusterResourceId"));
  EXPECT_THAT(
      error_of(
          R"({"name":"a","properties":{"clusterResourceId":"/subscriptions/s","defaultPrincipalsModificationKind":"Both"}})")
          .message,
      HasSubstr("'Both'"));
  EXPECT_EQ(error_of("[]").code, Code::kUnavailable);
}

TEST(ArmJson, ReadsACluster) {
  auto const cluster = ReadCluster(json::parse(R"({
    "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kusto/Clusters/corp", "name": "corp", "location": "West US 2",
    "properties": {"state": "Running", "provisioningState": "Succeeded", "uri": "https://corp.westus2.kusto.windows.net",
      "enableStreamingIngest": true, "keyVaultProperties": {"keyName": "k"}, "trustedExternalTenants": [{"value": "*"}]}})"));

  ASSERT_TRUE(cluster);
  EXPECT_EQ(cluster->id, *model::ResourceId::Parse(kLeader));
  EXPECT_EQ(cluster->location, "westus2");
  EXPECT_TRUE(cluster->IsRunning());
  EXPECT_EQ(cluster->uri, "https://corp.westus2.kusto.windows.net");
  EXPECT_TRUE(cluster->streaming_ingest);
  EXPECT_TRUE(cluster->has_customer_key);
  EXPECT_THAT(cluster->trusted_tenants, ElementsAre("*"));
}

TEST(ArmJson, ReadsWhomAClusterCanActAs) {
  auto const with = [](char const* identity) {
    return ReadCluster(json::parse(
        R"({"id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kusto/clusters/f",
            "identity": )" +
        std::string(identity) + "}"));
  };
  auto const both = with(R"({"type": "SystemAssigned, UserAssigned", "principalId": "p",
    "userAssignedIdentities": {"/one": {"principalId": "Zz", "clientId": "Aa"}, "/two": null}})");

  EXPECT_TRUE(both->has_system_identity);
  EXPECT_THAT(both->user_identities, ElementsAre("aa", "zz"));
  EXPECT_FALSE(with(R"({"type": "None"})")->has_system_identity);
  EXPECT_TRUE(with(R"({"type": "UserAssigned"})")->user_identities.empty());
  EXPECT_FALSE(with("null")->has_system_identity);
}

TEST(ArmJson, ReadsAFollowedDatabase) {
  auto const database = ReadDatabase(json::parse(R"({
    "name": "follower/SalesRO", "kind": "ReadOnlyFollowing", "location": "westus",
    "properties": {"hotCachePeriod": "P1D", "leaderClusterResourceId": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kusto/clusters/CORP",
      "attachedDatabaseConfigurationName": "adc1", "principalsModificationKind": "Union", "originalDatabaseName": "Sales",
      "databaseShareOrigin": "Direct", "suspensionDetails": {"suspensionStartDate": "2023-04-16T15:06:54Z"}}})"));

  ASSERT_TRUE(database);
  EXPECT_EQ(*database, (ArmDatabase{.name = "SalesRO",
                                    .is_following = true,
                                    .leader_id_key = model::ResourceId::Parse(kLeader)->Key(),
                                    .attachment_name = "adc1",
                                    .original_name = "Sales",
                                    .share_origin = "Direct",
                                    .principals_kind = "Union",
                                    .hot_cache_period = "P1D",
                                    .provisioning_state = "Succeeded",
                                    .is_suspended = true}));
}

TEST(ArmJson, ReadsADatabaseOfItsOwn) {
  auto const database = ReadDatabase(
      json::parse(R"({"name":"corp/Sales","kind":"ReadWrite","properties":{"isFollowed":true}})"));

  ASSERT_TRUE(database);
  EXPECT_FALSE(database->is_following);
  EXPECT_TRUE(database->is_followed);
  EXPECT_EQ(database->original_name, "Sales");
  EXPECT_EQ(database->leader_id_key, "");
}

TEST(ArmJson, ReadsFollowersInBothShapes) {
  auto const fields = json::parse(
      R"({"clusterResourceId":"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kusto/clusters/corp",
    "attachedDatabaseConfigurationName":"adc1","databaseName":"*","databaseShareOrigin":"DataShare"})");

  auto const flat = ReadFollower(fields);
  auto const nested = ReadFollower({{"properties", fields}});

  ASSERT_TRUE(flat && nested);
  EXPECT_EQ(*flat, *nested);
  EXPECT_EQ(flat->attachment_name, "adc1");
  EXPECT_EQ(flat->database, "*");
  EXPECT_EQ(flat->share_origin, "DataShare");
}

}  // namespace
}  // namespace adxf::azure
