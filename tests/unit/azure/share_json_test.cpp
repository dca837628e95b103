#include "azure/share_json.hpp"

#include "base/time_format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// Facts of the examples of Microsoft.DataShare 2021-08-01, slips included: ids with other segments
/// than the path, a name that is null, locations in both forms.
namespace adxf::azure {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr auto kAccount =
    "/subscriptions/12345678-1234-1234-12345678abc/resourceGroups/SampleResourceGroup/providers/"
    "Microsoft.DataShare/accounts/Account1";
constexpr auto kCluster =
    "/subscriptions/433a8dfd/resourceGroups/SampleResourceGroup/providers/Microsoft.Kusto/clusters/"
    "Cluster1";
constexpr auto kGuid = "4256e2cf-0f82-4865-961b-12f83333f487";

model::ResourceId Id(std::string const& text) { return *model::ResourceId::Parse(text); }
std::string Database() { return std::string(kCluster) + "/databases/Database1"; }

TEST(ShareBodies, AskForASystemIdentityWithAnAccount) {
  EXPECT_EQ(AccountBody("westus2"),
            json::parse(R"({"location":"westus2","identity":{"type":"SystemAssigned"}})"));
}

TEST(ShareBodies, SayAllOfAShareSoThatAnEmptyTextEmptiesIt) {
  EXPECT_EQ(ShareBody({.description = "share description"}), json::parse(R"({"properties":
    {"shareKind":"InPlace","description":"share description","terms":""}})"));
}

TEST(ShareBodies, NameWhatADataSetSharesByItsKind) {
  EXPECT_EQ(
      DataSetBody({.kind = DataSetKind::kKustoCluster, .target = Id(kCluster)}),
      (json{{"kind", "KustoCluster"}, {"properties", {{"kustoClusterResourceId", kCluster}}}}));
  EXPECT_EQ(
      DataSetBody({.kind = DataSetKind::kKustoDatabase, .target = Id(Database())}),
      (json{{"kind", "KustoDatabase"}, {"properties", {{"kustoDatabaseResourceId", Database()}}}}));
  EXPECT_EQ(DataSetBody({.kind = DataSetKind::kKustoTable,
                         .target = Id(Database()),
                         .sharing = {.tables_to_include = {"test1"}}}),
            (json{{"kind", "KustoTable"},
                  {"properties",
                   {{"kustoDatabaseResourceId", Database()},
                    {"tableLevelSharingProperties", {{"tablesToInclude", {"test1"}}}}}}}));
}

TEST(ShareBodies, AlwaysCarryTheListsOfATableLevelDataSet) {
  auto const body = DataSetBody({.kind = DataSetKind::kKustoTable, .target = Id(Database())});

  EXPECT_EQ(body["properties"]["tableLevelSharingProperties"], json::object());
}

TEST(ShareBodies, InviteAnAddressOrSomebodyOfATenant) {
  auto const end = *ParseRfc3339("2020-08-26T22:33:24.5785265Z");

  EXPECT_EQ(InvitationBody({.email = "receiver@microsoft.com", .expires_at = end}),
            json::parse(R"({"properties":{"targetEmail":"receiver@microsoft.com",
                                          "expirationDate":"2020-08-26T22:33:24Z"}})"));
  EXPECT_EQ(InvitationBody({.tenant_id = "t", .object_id = "o"}), json::parse(R"({"properties":
    {"targetActiveDirectoryId":"t","targetObjectId":"o"}})"));
}

TEST(ShareBodies, AcceptAnInvitationWithItsLocationAsItCame) {
  EXPECT_EQ(
      SubscriptionBody({.id = kGuid, .location = "East US 2"}),
      (json{{"properties", {{"invitationId", kGuid}, {"sourceShareLocation", "East US 2"}}}}));
}

TEST(ShareBodies, MapADataSetOntoACluster) {
  EXPECT_EQ(MappingBody({.name = "m",
                         .kind = DataSetKind::kKustoTable,
                         .cluster = Id(kCluster),
                         .data_set_id = kGuid}),
            (json{{"kind", "KustoTable"},
                  {"properties", {{"kustoClusterResourceId", kCluster}, {"dataSetId", kGuid}}}}));
}

TEST(ShareBodies, EndAConsumersAccessAtATime) {
  EXPECT_EQ(ExpirationBody(*ParseRfc3339("2020-12-26T22:33:24Z")),
            json::parse(R"({"properties":{"expirationDate":"2020-12-26T22:33:24Z"}})"));
}

TEST(ShareJson, ReadsAnAccountWithItsIdentity) {
  auto const account = ReadAccount(
      {{"id", kAccount},
       {"location", "West US 2"},
       {"identity", {{"type", "SystemAssigned"}, {"principalId", "p1"}, {"tenantId", "t1"}}},
       {"properties", {{"provisioningState", "Creating"}}}});

  ASSERT_TRUE(account);
  EXPECT_EQ(*account, (ShareAccount{.id = Id(kAccount),
                                    .location = "westus2",
                                    .principal_id = "p1",
                                    .tenant_id = "t1",
                                    .provisioning_state = "Creating"}));
}

TEST(ShareJson, ReadsAShareOfAnotherKind) {
  auto const share = ReadShare(json::parse(R"({"name":"Share1","properties":
    {"description":"share description","terms":"Confidential","shareKind":"CopyBased"}})"));

  ASSERT_TRUE(share);
  EXPECT_EQ(*share, (Share{.name = "Share1",
                           .spec = {.description = "share description", .terms = "Confidential"},
                           .kind = "CopyBased",
                           .provisioning_state = "Succeeded"}));
}

TEST(ShareJson, FindsTheNameOfADataSetInItsIdWhenItIsNull) {
  auto const data_set = ReadDataSet(
      {{"kind", "KustoTable"},
       {"name", nullptr},
       {"id", std::string(kAccount) + "/shares/Share1/datasets/Dataset1"},
       {"properties",
        {{"dataSetId", "a08f184b"},
         {"kustoDatabaseResourceId", Database()},
         {"location", "West US 2"},
         {"tableLevelSharingProperties",
          {{"tablesToInclude", {"test1", "test2"}}, {"externalTablesToExclude", {"test11"}}}}}}});

  ASSERT_TRUE(data_set);
  EXPECT_EQ(data_set->name, "Dataset1");
  EXPECT_EQ(data_set->id, "a08f184b");
  EXPECT_EQ(data_set->spec, (DataSetSpec{.kind = DataSetKind::kKustoTable,
                                         .target = Id(Database()),
                                         .sharing = {.tables_to_include = {"test1", "test2"},
                                                     .external_tables_to_exclude = {"test11"}}}));
}

TEST(ShareJson, ReadsBackTheDataSetsItWrote) {
  for (auto const& spec :
       {DataSetSpec{.kind = DataSetKind::kKustoCluster, .target = Id(kCluster)},
        DataSetSpec{.kind = DataSetKind::kKustoDatabase, .target = Id(Database())},
        DataSetSpec{.kind = DataSetKind::kKustoTable,
                    .target = Id(Database()),
                    .sharing = {{"a"}, {"b"}, {"c"}, {"d"}, {"e"}, {"f"}}}}) {
    auto resource = DataSetBody(spec);
    resource["name"] = "d";
    auto const data_set = ReadDataSet(resource);
    ASSERT_TRUE(data_set);
    EXPECT_EQ(data_set->spec, spec);
  }
}

TEST(ShareJson, KeepsADataSetThatIsNotKustos) {
  auto const data_set = ReadDataSet(json::parse(
      R"({"kind":"Blob","name":"Dataset1","properties":{"storageAccountName":"storage1"}})"));

  ASSERT_TRUE(data_set);
  EXPECT_EQ(data_set->spec, DataSetSpec{.kind = DataSetKind::kOther});
}

TEST(ShareJson, ReadsAnInvitationThatNobodyAnsweredYet) {
  auto const invitation = ReadInvitation(json::parse(R"({"name":"Invitation1","properties":
    {"sentAt":"2018-11-26T22:33:24.5785265Z","targetEmail":"receiver@microsoft.com",
     "respondedAt":null,"invitationStatus":"Pending","invitationId":"g",
     "expirationDate":"2020-08-26T22:33:24.5785265Z"}})"));

  ASSERT_TRUE(invitation);
  EXPECT_EQ(*invitation,
            (ShareInvitation{.name = "Invitation1",
                             .spec = {.email = "receiver@microsoft.com",
                                      .expires_at = ParseRfc3339("2020-08-26T22:33:24.5785265Z")},
                             .id = "g",
                             .status = "Pending",
                             .sent_at = ParseRfc3339("2018-11-26T22:33:24.5785265Z")}));
}

TEST(ShareJson, TakesTheLastPartOfAMisspeltPathAsTheConsumersId) {
  auto const consumer = ReadProviderSubscription(
      {{"id", std::string(kAccount) + "/shares/Share1/providerShareSubscripitons/" + kGuid},
       {"name", "another"},
       {"properties",
        {{"consumerName", "John Smith"},
         {"consumerEmail", "john.smith@microsoft.com"},
         {"consumerTenantName", "Microsoft"},
         {"createdAt", "2018-12-13T08:52:42.6224087Z"},
         {"shareSubscriptionObjectId", "1ce51340"},
         {"shareSubscriptionStatus", "Revoking"}}}});

  ASSERT_TRUE(consumer);
  EXPECT_EQ(consumer->id, kGuid);
  EXPECT_EQ(consumer->status, "Revoking");
  EXPECT_EQ(consumer->consumer_tenant, "Microsoft");
  EXPECT_EQ(consumer->created_at, ParseRfc3339("2018-12-13T08:52:42.6224087Z"));
  EXPECT_EQ(consumer->expires_at, std::nullopt);
}

TEST(ShareJson, ReadsAReceivedInvitationByItsGuidAndNotItsName) {
  auto const invitation = ReadConsumerInvitation(json::parse(R"({"name":"invitation1",
    "id":"providers/Microsoft.DataShare/locations/eastus2/consumerInvitations/4256e2cf",
    "properties":{"location":"East US 2","invitationId":"4256e2cf","providerName":"John Smith",
      "providerEmail":"john.smith@microsoft.com","providerTenantName":"Microsoft",
      "invitationStatus":"Accepted","termsOfUse":"Confidential","dataSetCount":1,
      "shareName":"share1","expirationDate":"2020-08-26T22:33:24.5785265Z"}})"));

  ASSERT_TRUE(invitation);
  EXPECT_EQ(*invitation,
            (ConsumerInvitation{.id = "4256e2cf",
                                .location = "East US 2",
                                .share_name = "share1",
                                .provider_name = "John Smith",
                                .provider_email = "john.smith@microsoft.com",
                                .provider_tenant = "Microsoft",
                                .terms = "Confidential",
                                .status = "Accepted",
                                .expires_at = ParseRfc3339("2020-08-26T22:33:24.5785265Z"),
                                .data_set_count = 1}));
}

TEST(ShareJson, ReadsASubscriptionAndWhatItReceives) {
  auto const subscription = ReadShareSubscription(json::parse(R"({"name":"ShareSubscription1",
    "properties":{"shareSubscriptionStatus":"SourceDeleted","invitationId":"4256e2cf",
      "shareName":"share1","shareTerms":"Confidential","sourceShareLocation":"eastus2",
      "providerName":"Jack Rose","providerEmail":"jack.rose@microsoft.com"}})"));
  auto const source = ReadSourceDataSet(json::parse(R"({"name":"invitation1","properties":
    {"dataSetId":"0b9d4394","dataSetType":"KustoDatabase","dataSetName":"sales",
     "dataSetPath":"Cluster1/Database1","dataSetLocation":"West US 2"}})"));

  ASSERT_TRUE(subscription && source);
  EXPECT_EQ(subscription->status, "SourceDeleted");
  EXPECT_EQ(subscription->invitation_id, "4256e2cf");
  EXPECT_EQ(subscription->terms, "Confidential");
  EXPECT_EQ(*source, (SourceDataSet{.id = "0b9d4394",
                                    .kind = DataSetKind::kKustoDatabase,
                                    .name = "sales",
                                    .path = "Cluster1/Database1",
                                    .location = "West US 2"}));
}

TEST(ShareJson, ReadsAMappingAndOneThatIsNotKustos) {
  auto const mapping = ReadMapping({{"kind", "kustodatabase"},
                                    {"name", "DatasetMapping1"},
                                    {"properties",
                                     {{"kustoClusterResourceId", kCluster},
                                      {"dataSetId", "a08f184b"},
                                      {"dataSetMappingStatus", "Broken"},
                                      {"provisioningState", "Failed"}}}});
  auto const other =
      ReadMapping(json::parse(R"({"kind":"Blob","name":"b","properties":{"dataSetId":"d"}})"));

  ASSERT_TRUE(mapping && other);
  EXPECT_EQ(*mapping, (DataSetMapping{.name = "DatasetMapping1",
                                      .kind = DataSetKind::kKustoDatabase,
                                      .cluster = Id(kCluster),
                                      .data_set_id = "a08f184b",
                                      .status = "Broken",
                                      .provisioning_state = "Failed"}));
  EXPECT_EQ(other->kind, DataSetKind::kOther);
  EXPECT_TRUE(other->cluster.IsEmpty());
}

TEST(ShareJson, TakesATimeWithoutAnOffsetAsUtcAndOneBeyondTheClockAsNone) {
  auto const end_of = [](std::string const& text) {
    return ReadInvitation({{"name", "i"}, {"properties", {{"expirationDate", text}}}})
        ->spec.expires_at;
  };

  EXPECT_EQ(end_of("2020-08-26T22:33:24.5785265"), ParseRfc3339("2020-08-26T22:33:24.5785265Z"));
  EXPECT_EQ(end_of("2020-08-26T22:33:24+02:00"), ParseRfc3339("2020-08-26T20:33:24Z"));
  for (auto const* text : {"0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999Z", "soon", ""})
    EXPECT_EQ(end_of(text), std::nullopt) << text;
}

TEST(ShareJson, SaysWhatItCannotRead) {
  auto const message = [](auto const& result) { return result.error().message; };

  EXPECT_THAT(message(ReadAccount(json::object())), HasSubstr("id"));
  EXPECT_THAT(message(ReadShare(json::object())), HasSubstr("name"));
  EXPECT_THAT(message(ReadDataSet({{"name", "d"}, {"kind", "KustoCluster"}})),
              HasSubstr("kustoClusterResourceId"));
  EXPECT_THAT(message(ReadInvitation("text")), HasSubstr("name"));
  EXPECT_THAT(message(ReadProviderSubscription(json::object())), HasSubstr("id"));
  EXPECT_THAT(message(ReadConsumerInvitation({{"name", "i"}})), HasSubstr("invitationId"));
  EXPECT_THAT(message(ReadShareSubscription(json::array())), HasSubstr("name"));
  EXPECT_THAT(message(ReadSourceDataSet({{"name", "d"}})), HasSubstr("dataSetId"));
  EXPECT_THAT(message(ReadMapping({{"name", "m"}, {"kind", "KustoTable"}})),
              HasSubstr("kustoClusterResourceId"));
  EXPECT_EQ(ReadMapping(json()).error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace adxf::azure
