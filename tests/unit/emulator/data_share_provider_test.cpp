#include "unit/emulator/data_share_scene.hpp"

namespace adxf::emulator {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;

class DataShareProvider : public DataShareScene {
 protected:
  std::string const made = kContoso + "/Microsoft.DataShare/accounts/made";
  json const account{{"location", "westus2"}, {"identity", {{"type", "SystemAssigned"}}}};

  static json Database(std::string const& name) {
    return {{"kustoDatabaseResourceId", kCorp + "/databases/" + name}};
  }
  static json Tables(json lists) {
    auto properties = Database("Sales");
    properties["tableLevelSharingProperties"] = std::move(lists);
    return properties;
  }
};

TEST_F(DataShareProvider, AnAccountIsCreatingUntilItsOperationEnds) {
  auto const put = Give("PUT", made, account);

  EXPECT_EQ(put.status, 201);
  EXPECT_EQ(put.headers.at("Server"), "Kestrel");
  EXPECT_EQ(PropertiesOf(put)["provisioningState"], "Creating");
  EXPECT_EQ(CodeOf(Give("PUT", made + "/shares/s", json::object())), "RequestConflict");
  EXPECT_EQ(Ended(contoso, put)["status"], "Succeeded");
  EXPECT_EQ(PropertiesOf(Give("GET", made))["provisioningState"], "Succeeded");
  EXPECT_EQ(Read(Give("GET", made))["location"], "West US 2");
}

TEST_F(DataShareProvider, AnAccountNeedsASystemIdentity) {
  EXPECT_EQ(CodeOf(Give("PUT", made, {{"location", "westus2"}})), "InvalidIdentity");
}

TEST_F(DataShareProvider, AnAccountMadeAgainHasAnotherIdentity) {
  auto const first = Give("PUT", made, account);
  Ended(contoso, first);
  Ended(contoso, Give("DELETE", made));

  auto const second = Give("PUT", made, account);

  EXPECT_EQ(Give("DELETE", made + "x").status, 204);
  EXPECT_EQ(Read(first)["identity"]["tenantId"], contoso.tenant_id);
  EXPECT_NE(Read(first)["identity"]["principalId"], Read(second)["identity"]["principalId"]);
  EXPECT_EQ(FindEntry(estate, Read(first)["identity"]["principalId"].get<std::string>()), nullptr);
}

TEST_F(DataShareProvider, AnAccountStaysWhereItIsAndTakesTags) {
  auto moved = account;
  moved["location"] = "eastus";

  EXPECT_EQ(CodeOf(Give("PUT", kGiver, moved)), "InvalidResourceLocation");
  EXPECT_EQ(Read(Give("PATCH", kGiver, {{"tags", {{"a", "b"}}}}))["tags"]["a"], "b");
}

TEST_F(DataShareProvider, TheCallerNeedsARightOnTheClusterItShares) {
  GiveRole(stranger.object_id, kGiver, ArmRole::kContributor);
  stranger.tenant_id = contoso.tenant_id;

  auto const put = Ask(stranger, "PUT", kGiver + "/shares/catalogue/dataSets/x",
                       {{"kind", "KustoDatabase"}, {"properties", Database("Sales")}});

  EXPECT_EQ(put.status, 403);
  EXPECT_EQ(CodeOf(put), "LinkedAuthorizationFailed");
}

TEST_F(DataShareProvider, TheAccountsIdentityNeedsTheRoleAndIsNamedInTheRefusal) {
  json const reporting{
      {"kustoClusterResourceId", kContoso + "/Microsoft.Kusto/clusters/reporting"}};
  auto const identity = Read(Give("GET", kGiver))["identity"]["principalId"].get<std::string>();

  auto const before = PutDataSet("all", "KustoCluster", reporting);
  GiveRole(identity, reporting["kustoClusterResourceId"], ArmRole::kContributor);
  auto const after = PutDataSet("all", "KustoCluster", reporting);

  EXPECT_EQ(CodeOf(before), "AuthorizationFailed");
  EXPECT_THAT(before.body, HasSubstr(identity));
  EXPECT_EQ(after.status, 201);
}

TEST_F(DataShareProvider, OnlyWhatExistsIsShared) {
  EXPECT_EQ(CodeOf(PutDataSet("x", "KustoDatabase", Database("Nothing"))), "KustoDatabaseNotFound");
  EXPECT_EQ(CodeOf(PutDataSet("x", "KustoDatabase", {{"kustoDatabaseResourceId", "Sales"}})),
            "LinkedInvalidPropertyId");
  EXPECT_EQ(CodeOf(PutDataSet("x", "Blob", json::object())), "InvalidDataSetKind");
  EXPECT_EQ(PutDataSet("x", "KustoTable", Database("Sales")).status, 400);
}

TEST_F(DataShareProvider, ACopyBasedShareTakesNoKustoData) {
  Give("PUT", kGiver + "/shares/copies", {{"properties", {{"shareKind", "CopyBased"}}}});

  auto const put = Give("PUT", kGiver + "/shares/copies/dataSets/x",
                        {{"kind", "KustoDatabase"}, {"properties", Database("Sales")}});

  EXPECT_EQ(CodeOf(put), "InvalidDataSetKind");
  EXPECT_EQ(
      CodeOf(Give("PUT", kGiver + "/shares/copies", {{"properties", {{"shareKind", "InPlace"}}}})),
      "ShareKindCannotBeChanged");
}

TEST_F(DataShareProvider, TableListsAreTakenInPlaceAndOtherChangesRefused) {
  auto const first = PutDataSet("part", "KustoTable", Tables({{"tablesToInclude", {"Events"}}}));
  auto const second = PutDataSet("part", "KustoTable", Tables({{"tablesToExclude", {"Orders"}}}));

  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(PropertiesOf(first)["dataSetId"], PropertiesOf(second)["dataSetId"]);
  EXPECT_EQ(PropertiesOf(second)["tableLevelSharingProperties"],
            json({{"tablesToExclude", {"Orders"}}}));
  EXPECT_EQ(CodeOf(PutDataSet("part", "KustoDatabase", Database("Sales"))), "DataSetAlreadyExists");
  EXPECT_EQ(PutDataSet("f", "KustoTable", Tables({{"functionsToInclude", {"F"}}})).status, 400);
}

TEST_F(DataShareProvider, TablesAreSharedOnlyInTheNewerVersion) {
  json const body{{"kind", "KustoTable"},
                  {"properties", Tables({{"tablesToInclude", {"Events"}}})}};
  auto const path = kGiver + "/shares/catalogue/dataSets/part";

  EXPECT_EQ(CodeOf(Give("PUT", path + "?api-version=2020-09-01", body)), "InvalidDataSetKind");
  EXPECT_EQ(CodeOf(Give("PUT", path + "?api-version=2019-11-01", body)),
            "NoRegisteredProviderFound");
}

TEST_F(DataShareProvider, ARecipientIsAnAddressOrATenantWithPerhapsAnObject) {
  json const tenant{{"targetActiveDirectoryId", fabrikam.tenant_id}};
  auto both = tenant;
  both["targetEmail"] = "a@b.c";

  EXPECT_EQ(Invite("a", json::object()).status, 400);
  EXPECT_EQ(Invite("a", both).status, 400);
  EXPECT_EQ(Invite("a", {{"targetEmail", "a@b.c"}, {"targetObjectId", fabrikam.object_id}}).status,
            400);
  EXPECT_EQ(Invite("a", {{"targetActiveDirectoryId", "fabrikam.com"}}).status, 400);
  EXPECT_EQ(InviteByMail("a", {{"expirationDate", "2001-01-01T00:00:00Z"}}).status, 400);
  EXPECT_EQ(Invite("a", tenant).status, 201);
  EXPECT_TRUE(estate.data_share.mails.empty());
}

TEST_F(DataShareProvider, PuttingAPendingInvitationAgainDatesItAnewAndSendsItsMailAgain) {
  auto const first = InviteByMail();
  Later(seconds(10));

  auto const second = InviteByMail("fabrikam", {{"expirationDate", kFarFuture}});

  EXPECT_THAT(first.headers.at("x-ms-quota"), HasSubstr("\"limit\":200"));
  EXPECT_EQ(second.status, 201);
  EXPECT_NE(PropertiesOf(second)["sentAt"], PropertiesOf(first)["sentAt"]);
  EXPECT_EQ(PropertiesOf(second)["invitationId"], PropertiesOf(first)["invitationId"]);
  ASSERT_EQ(estate.data_share.mails.size(), 2);
  EXPECT_EQ(estate.data_share.mails.back().to, "shares@fabrikam.com");
  EXPECT_EQ(CodeOf(Invite("fabrikam", {{"targetEmail", "other@fabrikam.com"}})),
            "InvitationAlreadyExists");
}

TEST_F(DataShareProvider, InvitationsAreLimited) {
  estate.settings.max_invitations = 1;
  InviteByMail("one");

  EXPECT_EQ(CodeOf(InviteByMail("two")), "QuotaExceeded");
}

TEST_F(DataShareProvider, ASoftBlockedAccountIsReadAndDeletedButNotChanged) {
  estate.data_share.accounts.begin()->second.is_soft_blocked = true;

  EXPECT_EQ(CodeOf(InviteByMail()), "AccountSoftBlocked");
  EXPECT_EQ(Give("GET", kGiver + "/shares/catalogue").status, 200);
  EXPECT_EQ(Give("DELETE", kGiver + "/shares/catalogue").status, 202);
}

TEST_F(DataShareProvider, ASubscriptionMustBeRegistered) {
  auto const provider = std::string("/subscriptions/11111111-1111-1111-1111-111111111111") +
                        "/providers/Microsoft.DataShare";
  estate.subscriptions.begin()->second.unregistered.insert("Microsoft.DataShare");

  EXPECT_EQ(CodeOf(Give("GET", kGiver)), "MissingSubscriptionRegistration");
  EXPECT_EQ(Read(Give("GET", provider))["registrationState"], "NotRegistered");
  EXPECT_EQ(Read(Give("POST", provider + "/register?api-version=2022-12-01"))["registrationState"],
            "Registered");
  EXPECT_EQ(Give("GET", kGiver).status, 200);
}

TEST_F(DataShareProvider, ListsComeInPagesAndTakeNoFilter) {
  estate.settings.data_share_page_size = 1;
  Give("PUT", kGiver + "/shares/second", {{"properties", {{"shareKind", "InPlace"}}}});

  auto const first = Read(Give("GET", kGiver + "/shares"));
  auto const next = first["nextLink"].get<std::string>().substr(estate.endpoint.size());
  auto const last = Read(Give("GET", next));

  EXPECT_EQ(first["value"][0]["name"], "catalogue");
  EXPECT_EQ(last["value"][0]["name"], "second");
  EXPECT_FALSE(last.contains("nextLink"));
  EXPECT_EQ(Give("GET", kGiver + "/shares?api-version=2021-08-01&$filter=x").status, 400);
}

TEST_F(DataShareProvider, AnOperationMayPassThroughATransientFailure) {
  PutDataSet("more", "KustoDatabase", Database("Sales"));
  estate.settings.transient_failures = true;
  auto const gone = Give("DELETE", kGiver + "/shares/catalogue/dataSets/more");
  auto const poll = PollOf(gone);

  EXPECT_THAT(poll, HasSubstr("/shares/catalogue/operationResults/"));
  EXPECT_EQ(Read(Give("GET", poll))["status"], "TransientFailure");
  EXPECT_EQ(Read(Give("GET", poll))["status"], "Accepted");
  EXPECT_EQ(Ended(contoso, gone)["status"], "Succeeded");
}

TEST_F(DataShareProvider, TheEndOfAShareIsToldAtALocationAlone) {
  auto const gone = Give("DELETE", kGiver + "/shares/catalogue");
  auto const poll = PollOf(gone);

  EXPECT_EQ(gone.status, 202);
  EXPECT_FALSE(gone.headers.contains("Azure-AsyncOperation"));
  EXPECT_THAT(poll,
              HasSubstr("/providers/Microsoft.DataShare/locations/westus2/operationResults/"));
  EXPECT_EQ(Give("GET", poll).status, 202);
  EXPECT_EQ(Ended(contoso, gone), json({{"startTime", nullptr},
                                        {"endTime", nullptr},
                                        {"status", "Succeeded"},
                                        {"error", nullptr}}));
  EXPECT_EQ(Give("GET", poll).status, 200);
  EXPECT_EQ(CodeOf(Give("GET", kGiver + "/shares/catalogue")), "3000");
}

TEST_F(DataShareProvider, SnapshotsAreRefused) {
  auto const settings = kGiver + "/shares/catalogue/synchronizationSettings";

  EXPECT_EQ(CodeOf(Give("PUT", settings + "/daily", json::object())), "InvalidShareKind");
  EXPECT_EQ(Give("GET", settings + "/daily").status, 404);
  EXPECT_EQ(Read(Give("GET", settings))["value"], json::array());
}

}  // namespace
}  // namespace adxf::emulator
