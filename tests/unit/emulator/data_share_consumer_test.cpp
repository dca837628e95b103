#include "emulator/datashare/links.hpp"
#include "unit/emulator/data_share_scene.hpp"

namespace adxf::emulator {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;

class DataShareConsumer : public DataShareScene {
 protected:
  std::string const list = "/providers/Microsoft.DataShare/listInvitations";

  std::size_t Seen(Caller const& caller) { return Read(Ask(caller, "GET", list))["value"].size(); }
  static std::string IdOf(WireReply const& invitation) {
    return PropertiesOf(invitation).at("invitationId");
  }
};

TEST_F(DataShareConsumer, AnInvitationIsSeenByItsRecipientAlone) {
  auto const id = IdOf(InviteByMail());

  EXPECT_EQ(Seen(fabrikam), 1);
  EXPECT_EQ(Seen(stranger), 0);
  EXPECT_EQ(Seen(contoso), 0);
  auto const got = PropertiesOf(Take("GET", kInvitations + id));
  EXPECT_EQ(got["shareName"], "catalogue");
  EXPECT_EQ(got["dataSetCount"], 1);
  EXPECT_EQ(got["providerEmail"], "shares@contoso.com");
  EXPECT_EQ(got["termsOfUse"], "Not to be passed on.");
  EXPECT_EQ(CodeOf(Ask(stranger, "GET", kInvitations + id)), "InvitationNotFound");
}

TEST_F(DataShareConsumer, ATenantIsInvitedWholeOrByObject) {
  json target{{"targetActiveDirectoryId", fabrikam.tenant_id}};
  Invite("all", target);
  target["targetObjectId"] = stranger.object_id;
  Invite("one", target);

  EXPECT_EQ(Seen(stranger), 2);
  EXPECT_EQ(Seen(fabrikam), 1);
}

TEST_F(DataShareConsumer, NothingIsSeenFromATenantThatIsNotRegistered) {
  auto const id = IdOf(InviteByMail());
  estate.subscriptions.find("22222222-2222-2222-2222-222222222222")
      ->second.unregistered.insert("Microsoft.DataShare");

  EXPECT_EQ(Seen(fabrikam), 0);
  EXPECT_EQ(Take("GET", kInvitations + id).status, 404);
}

TEST_F(DataShareConsumer, AcceptingNeedsTheRightLocationAndNoRightInTheProvidersTenant) {
  auto const invitation = InviteByMail();
  json elsewhere{{"invitationId", IdOf(invitation)}, {"sourceShareLocation", "eastus"}};

  auto const wrong =
      Take("PUT", kTaker + "/shareSubscriptions/catalogue", {{"properties", elsewhere}});
  auto const others = Ask(
      stranger, "PUT", kTaker + "/shareSubscriptions/catalogue",
      {{"properties", {{"invitationId", IdOf(invitation)}, {"sourceShareLocation", "West US 2"}}}});
  auto const accepted = Accept(invitation);

  EXPECT_EQ(CodeOf(wrong), "InvitationNotFound");
  EXPECT_EQ(CodeOf(others), "InvitationNotFound");
  EXPECT_EQ(accepted.status, 201);
  EXPECT_THAT(Read(accepted)["id"].get<std::string>(), HasSubstr("/sharesubscriptions/catalogue"));
  EXPECT_EQ(Accept(invitation).status, 200);
  EXPECT_EQ(CodeOf(Accept(invitation, "again")), "InvitationNotPending");
}

TEST_F(DataShareConsumer, WhatExpiredOrWasRejectedOrWithdrawnIsNotAccepted) {
  auto const late = InviteByMail("late", {{"expirationDate", "2027-01-15T08:00:01Z"}});
  auto const unwanted = InviteByMail("unwanted");
  auto const withdrawn = InviteByMail("withdrawn");
  auto const reject = "/providers/Microsoft.DataShare/locations/westus2/rejectInvitation";
  json const body{{"properties", {{"invitationId", IdOf(unwanted)}}}};

  EXPECT_EQ(PropertiesOf(Take("POST", reject, body))["invitationStatus"], "Rejected");
  EXPECT_EQ(Give("DELETE", kGiver + "/shares/catalogue/invitations/withdrawn").status, 200);
  Later(seconds(10));

  EXPECT_EQ(CodeOf(Accept(late)), "InvitationExpired");
  EXPECT_EQ(CodeOf(Accept(unwanted)), "InvitationNotPending");
  EXPECT_EQ(CodeOf(Accept(withdrawn)), "InvitationNotPending");
  EXPECT_EQ(PropertiesOf(Take("GET", kInvitations + IdOf(withdrawn)))["invitationStatus"],
            "Withdrawn");
  EXPECT_EQ(Give("DELETE", kGiver + "/shares/catalogue/invitations/withdrawn").status, 204);
}

TEST_F(DataShareConsumer, AMappingAttachesTheDatabase) {
  Accept(InviteByMail());
  auto const sources =
      Read(Take("GET", kTaker + "/shareSubscriptions/catalogue/consumerSourceDataSets"));
  EXPECT_EQ(sources["value"][0]["properties"]["dataSetType"], "KustoDatabase");
  EXPECT_EQ(sources["value"][0]["properties"]["dataSetPath"], "corp/Marketing");

  auto const put = Map(Marketing());

  EXPECT_EQ(put.status, 201);
  EXPECT_EQ(PropertiesOf(put)["provisioningState"], "Creating");
  EXPECT_FALSE(PropertiesOf(put).contains("dataSetMappingStatus"));
  EXPECT_TRUE(Followed().empty());
  EXPECT_EQ(CodeOf(Map(Marketing())), "RequestConflict");
  Later(seconds(3));
  EXPECT_EQ(Mapping()["dataSetMappingStatus"], "Ok");
  EXPECT_EQ(Followed().find("Marketing")->second.origin, "DataShare");
  EXPECT_EQ(Map(Marketing()).status, 200);
}

TEST_F(DataShareConsumer, AMappingFitsItsDataSet) {
  Accept(InviteByMail());

  EXPECT_EQ(CodeOf(Map(Marketing(), "m", "KustoCluster")), "InvalidDataSetMappingKind");
  EXPECT_EQ(CodeOf(Map(StableGuid("none"))), "DataSetNotFound");
  EXPECT_EQ(CodeOf(Map(Marketing(), "m", "KustoDatabase", kCorp)), "LinkedAuthorizationFailed");
  FindCluster(estate, "fabrikamdata")->location = "eastus";
  EXPECT_THAT(Map(Marketing()).body, HasSubstr("same region"));
  FindCluster(estate, "fabrikamdata")->location = "westus2";
  FindCluster(estate, "fabrikamdata")->databases["Marketing"].name = "Marketing";
  EXPECT_EQ(CodeOf(Map(Marketing())), "DatabaseNameAlreadyInUse");
}

TEST_F(DataShareConsumer, AMappingNeedsTheRoleOfTheConsumersAccount) {
  Accept(InviteByMail());
  auto const identity = Read(Take("GET", kTaker))["identity"]["principalId"].get<std::string>();
  std::erase_if(estate.role_assignments, [&](auto const& it) { return it.object_id == identity; });

  auto const put = Map(Marketing());

  EXPECT_EQ(CodeOf(put), "AuthorizationFailed");
  EXPECT_THAT(put.body, HasSubstr(identity));
}

TEST_F(DataShareConsumer, AMappingContendsForTheCluster) {
  Accept(InviteByMail());
  FindCluster(estate, "fabrikamdata")->maintenance = "somebody";
  EXPECT_EQ(CodeOf(Map(Marketing())), "ServiceIsInMaintenance");
  estate.settings.maintenance = MaintenanceMode::kFailOperation;

  EXPECT_EQ(Map(Marketing()).status, 201);
  Later(seconds(3));

  EXPECT_EQ(Mapping()["provisioningState"], "Failed");
  EXPECT_EQ(Mapping()["dataSetMappingStatus"], "Broken");
}

TEST_F(DataShareConsumer, WhatDataShareAttachedIsNotChangedThroughKusto) {
  Receive();
  auto const name = Followed().find("Marketing")->second.attachment;
  auto const link = kTarget + "/attachedDatabaseConfigurations/" + name;

  EXPECT_THAT(Take("DELETE", link).body, HasSubstr("managed by Azure Data Share"));
  EXPECT_THAT(Give("POST", kCorp + "/detachFollowerDatabases",
                   {{"clusterResourceId", kTarget}, {"attachedDatabaseConfigurationName", name}})
                  .body,
              HasSubstr("managed by Azure Data Share"));
  auto const followers = Read(Give("POST", kCorp + "/listFollowerDatabases"));
  EXPECT_EQ(followers["value"][0]["databaseShareOrigin"], "DataShare");
}

TEST_F(DataShareConsumer, RevokingTakesTheDatabaseAwayAndReinstatingDoesNotBringItBack) {
  Receive();
  auto const path = Subscription();
  json const end{{"properties", {{"expirationDate", kFarFuture}}}};
  EXPECT_EQ(CodeOf(Give("POST", path + "/reinstate", end)), "InvalidShareSubscriptionStatus");

  auto const revoke = Give("POST", path + "/revoke");

  EXPECT_EQ(revoke.status, 202);
  EXPECT_EQ(PropertiesOf(revoke)["shareSubscriptionStatus"], "Revoking");
  EXPECT_EQ(Status(), "Revoking");
  EXPECT_TRUE(Followed().contains("Marketing"));
  EXPECT_EQ(Ended(contoso, revoke)["status"], "Succeeded");
  EXPECT_EQ(Status(), "Revoked");
  EXPECT_FALSE(Followed().contains("Marketing"));
  EXPECT_EQ(Mapping()["dataSetMappingStatus"], "Broken");
  EXPECT_EQ(CodeOf(Map(Marketing())), "InvalidShareSubscriptionStatus");
  EXPECT_EQ(Give("POST", path + "/reinstate", json::object()).status, 400);
  EXPECT_EQ(Give("POST", path + "/reinstate", end).status, 200);
  EXPECT_EQ(Mapping()["dataSetMappingStatus"], "Broken");
  Map(Marketing());
  Later(seconds(3));
  EXPECT_TRUE(Followed().contains("Marketing"));
}

TEST_F(DataShareConsumer, AMappingThatIsRevokedWhileItIsMadeFails) {
  Accept(InviteByMail());
  Map(Marketing());

  Give("POST", Subscription() + "/revoke");
  Later(seconds(3));

  EXPECT_EQ(Mapping()["provisioningState"], "Failed");
  EXPECT_TRUE(Followed().empty());
}

TEST_F(DataShareConsumer, AMappingWhoseDataSetGoesWhileItIsMadeFails) {
  PutDataSet("sales", "KustoDatabase", {{"kustoDatabaseResourceId", kCorp + "/databases/Sales"}});
  Accept(InviteByMail());
  estate.settings.operation_duration = seconds(9);
  Map(Marketing());
  estate.settings.operation_duration = seconds(2);

  Ended(contoso, Give("DELETE", kGiver + "/shares/catalogue/dataSets/marketing"));
  Later(seconds(9));

  EXPECT_EQ(Status(), "Active");
  EXPECT_EQ(Mapping()["provisioningState"], "Failed");
  EXPECT_TRUE(Followed().empty());
}

TEST_F(DataShareConsumer, AMappingWhoseClusterGoesWhileItIsMadeFailsAndCanBeDeleted) {
  Accept(InviteByMail());
  Map(Marketing());

  estate.clusters.erase("fabrikamdata");
  Later(seconds(3));

  EXPECT_EQ(Mapping()["provisioningState"], "Failed");
  EXPECT_EQ(
      Take("DELETE", kTaker + "/shareSubscriptions/catalogue/dataSetMappings/marketing").status,
      200);
}

TEST_F(DataShareConsumer, AMappingTakesTheTableListsAsTheyAreWhenItIsDone) {
  auto const tables = [this](char const* name) {
    return PutDataSet("part", "KustoTable",
                      {{"kustoDatabaseResourceId", kCorp + "/databases/Sales"},
                       {"tableLevelSharingProperties", {{"tablesToInclude", {name}}}}});
  };
  auto const id = PropertiesOf(tables("Events"))["dataSetId"];
  Accept(InviteByMail());
  Map(id, "part", "KustoTable");

  tables("Orders");
  Later(seconds(3));

  EXPECT_THAT(Followed().find("Sales")->second.sharing->tables_include,
              testing::ElementsAre("Orders"));
}

TEST_F(DataShareConsumer, ASubscriptionEndsWhenItsTimeIsOver) {
  Receive();
  json const soon{{"properties", {{"expirationDate", Iso8601(estate.Now() + seconds(60))}}}};
  EXPECT_EQ(Give("POST", Subscription() + "/adjust", soon).status, 200);

  Later(seconds(61));

  EXPECT_EQ(Status(), "Revoked");
  EXPECT_TRUE(Followed().empty());
}

TEST_F(DataShareConsumer, ChangedTableListsReachThoseWhoFollow) {
  auto const tables = [this](char const* name) {
    return PropertiesOf(
        PutDataSet("part", "KustoTable",
                   {{"kustoDatabaseResourceId", kCorp + "/databases/Sales"},
                    {"tableLevelSharingProperties", {{"tablesToInclude", {name}}}}}))["dataSetId"];
  };
  auto const id = tables("Events");
  Accept(InviteByMail());
  Map(id, "part", "KustoTable");
  Later(seconds(3));
  auto const shown = [this] { return Followed().find("Sales")->second.sharing->tables_include; };
  EXPECT_THAT(shown(), testing::ElementsAre("Events"));

  tables("Orders");

  EXPECT_THAT(shown(), testing::ElementsAre("Orders"));
}

TEST_F(DataShareConsumer, TheSourceIsGoneWithTheLastDataSetOrTheShare) {
  Receive();
  PutDataSet("sales", "KustoDatabase", {{"kustoDatabaseResourceId", kCorp + "/databases/Sales"}});

  Ended(contoso, Give("DELETE", kGiver + "/shares/catalogue/dataSets/marketing"));
  EXPECT_EQ(Status(), "Active");
  EXPECT_EQ(Mapping()["dataSetMappingStatus"], "Broken");
  Ended(contoso, Give("DELETE", kGiver + "/shares/catalogue/dataSets/sales"));
  EXPECT_EQ(Status(), "SourceDeleted");
  PutDataSet("sales", "KustoDatabase", {{"kustoDatabaseResourceId", kCorp + "/databases/Sales"}});
  EXPECT_EQ(Status(), "Active");
  Ended(contoso, Give("DELETE", kGiver + "/shares/catalogue"));
  EXPECT_EQ(Status(), "SourceDeleted");
}

TEST_F(DataShareConsumer, WhatWasRevokedStaysSoWhenTheSourceGoesAndComesBack) {
  Receive();
  json const marketing{{"kustoDatabaseResourceId", kCorp + "/databases/Marketing"}};
  Ended(contoso, Give("POST", Subscription() + "/revoke"));

  Ended(contoso, Give("DELETE", kGiver + "/shares/catalogue/dataSets/marketing"));
  EXPECT_EQ(Status(), "Revoked");
  PutDataSet("marketing", "KustoDatabase", marketing);
  EXPECT_EQ(Status(), "Revoked");
  Ended(contoso, Give("DELETE", kGiver + "/shares/catalogue"));
  EXPECT_EQ(Status(), "Revoked");
}

TEST_F(DataShareConsumer, ARevocationThatRunsIsNotLostWithTheLastDataSet) {
  Receive();
  estate.settings.operation_duration = seconds(9);
  Give("POST", Subscription() + "/revoke");
  estate.settings.operation_duration = seconds(2);

  Ended(contoso, Give("DELETE", kGiver + "/shares/catalogue/dataSets/marketing"));

  EXPECT_EQ(Status(), "Revoking");
  EXPECT_TRUE(Followed().empty());
  Later(seconds(9));
  EXPECT_EQ(Status(), "Revoked");
}

TEST_F(DataShareConsumer, AWholeClusterIsSharedWithWhatComesLater) {
  auto const id =
      PropertiesOf(PutDataSet("all", "KustoCluster", {{"kustoClusterResourceId", kCorp}}))
          .at("dataSetId");
  Accept(InviteByMail());
  Map(id, "all", "KustoCluster");
  Later(seconds(3));
  FindCluster(estate, "corp")->databases["Later"].name = "Later";

  EXPECT_TRUE(Followed().contains("Finance"));
  EXPECT_TRUE(Followed().contains("Later"));
}

TEST_F(DataShareConsumer, LeavingTakesTheDatabaseAlong) {
  Receive();

  EXPECT_EQ(Ended(fabrikam, Take("DELETE", kTaker + "/shareSubscriptions/catalogue"))["status"],
            "Succeeded");

  EXPECT_TRUE(Followed().empty());
  EXPECT_EQ(Take("GET", kTaker + "/shareSubscriptions/catalogue").status, 404);
  EXPECT_EQ(Take("DELETE", kTaker + "/shareSubscriptions/catalogue").status, 204);
}

TEST_F(DataShareConsumer, AMappingIsDeletedAtOnce) {
  Receive();
  auto const path = kTaker + "/shareSubscriptions/catalogue/dataSetMappings/marketing";

  EXPECT_EQ(Take("DELETE", path).status, 200);

  EXPECT_TRUE(Followed().empty());
  EXPECT_EQ(Take("DELETE", path).status, 204);
}

TEST_F(DataShareConsumer, AnAccountThatGoesEndsWhatItGave) {
  Receive();

  Ended(contoso, Give("DELETE", kGiver));

  EXPECT_EQ(Status(), "SourceDeleted");
  EXPECT_TRUE(Followed().empty());
}

}  // namespace
}  // namespace adxf::emulator
