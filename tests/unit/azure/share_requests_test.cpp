#include "azure/share_requests.hpp"

#include "base/time_format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace adxf::azure {
namespace {

using ::testing::ElementsAreArray;
using ::testing::EndsWith;
using ::testing::HasSubstr;

model::ResourceId Account() {
  return *model::ResourceId::Parse(
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/accounts/a");
}

/// Every request once, each by its operation in the OpenAPI file, with the path behind `A` = the
/// account's or behind the endpoint.
std::vector<http::Request> EveryRequest() {
  auto const cloud = PublicCloud();
  ShareRef const share{Account(), "s1"};
  SubscriptionRef const subscription{Account(), "c1"};
  DataSetMapping const mapping{.name = "m1", .kind = DataSetKind::kKustoCluster};
  TimePoint const end = *ParseRfc3339("2026-01-01T00:00:00Z");
  return {AccountGet(cloud, Account()),
          AccountPut(cloud, Account(), "westus2"),
          ShareGet(cloud, share),
          SharePut(cloud, share, {}),
          ShareDelete(cloud, share),
          DataSetList(cloud, share),
          DataSetPut(cloud, share, "d1", {}),
          DataSetDelete(cloud, share, "d1"),
          InvitationList(cloud, share),
          InvitationPut(cloud, share, "i1", {.email = "a@b.c"}),
          InvitationDelete(cloud, share, "i1"),
          ConsumerList(cloud, share),
          ConsumerRevoke(cloud, share, "p1"),
          ConsumerReinstate(cloud, share, "p1", end),
          ConsumerAdjust(cloud, share, "p1", end),
          ReceivedInvitationList(cloud),
          ReceivedInvitationGet(cloud, "East US 2", "g1"),
          SubscriptionList(cloud, Account()),
          SubscriptionPut(cloud, subscription, {}),
          SubscriptionDelete(cloud, subscription),
          SourceDataSetList(cloud, subscription),
          MappingList(cloud, subscription),
          MappingPut(cloud, subscription, mapping),
          MappingDelete(cloud, subscription, "m1")};
}

std::string Line(http::Request const& request) {
  std::string url = request.url;
  for (auto const& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"https://management.azure.com", ""},
           {"/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/accounts/a", "A"},
           {"?api-version=2021-08-01", ""}}) {
    if (auto const at = url.find(from); at != std::string::npos) url.replace(at, from.size(), to);
  }
  return request.operation + " " + std::string(http::ToString(request.method)) + " " + url;
}

TEST(ShareRequests, AreThoseOfTheSpecification) {
  std::vector<std::string> lines;
  for (auto const& request : EveryRequest()) lines.push_back(Line(request));

  EXPECT_THAT(
      lines,
      ElementsAreArray(
          {"Accounts_Get GET A",
           "Accounts_Create PUT A",
           "Shares_Get GET A/shares/s1",
           "Shares_Create PUT A/shares/s1",
           "Shares_Delete DELETE A/shares/s1",
           "DataSets_ListByShare GET A/shares/s1/dataSets",
           "DataSets_Create PUT A/shares/s1/dataSets/d1",
           "DataSets_Delete DELETE A/shares/s1/dataSets/d1",
           "Invitations_ListByShare GET A/shares/s1/invitations",
           "Invitations_Create PUT A/shares/s1/invitations/i1",
           "Invitations_Delete DELETE A/shares/s1/invitations/i1",
           "ProviderShareSubscriptions_ListByShare GET A/shares/s1/providerShareSubscriptions",
           "ProviderShareSubscriptions_Revoke POST "
           "A/shares/s1/providerShareSubscriptions/p1/revoke",
           "ProviderShareSubscriptions_Reinstate POST "
           "A/shares/s1/providerShareSubscriptions/p1/reinstate",
           "ProviderShareSubscriptions_Adjust POST "
           "A/shares/s1/providerShareSubscriptions/p1/adjust",
           "ConsumerInvitations_ListInvitations GET "
           "/providers/Microsoft.DataShare/listInvitations",
           "ConsumerInvitations_Get GET "
           "/providers/Microsoft.DataShare/locations/East%20US%202/consumerInvitations/g1",
           "ShareSubscriptions_ListByAccount GET A/shareSubscriptions",
           "ShareSubscriptions_Create PUT A/shareSubscriptions/c1",
           "ShareSubscriptions_Delete DELETE A/shareSubscriptions/c1",
           "ConsumerSourceDataSets_ListByShareSubscription GET "
           "A/shareSubscriptions/c1/consumerSourceDataSets",
           "DataSetMappings_ListByShareSubscription GET A/shareSubscriptions/c1/dataSetMappings",
           "DataSetMappings_Create PUT A/shareSubscriptions/c1/dataSetMappings/m1",
           "DataSetMappings_Delete DELETE A/shareSubscriptions/c1/dataSetMappings/m1"}));
}

TEST(ShareRequests, AreSentOnceWhenTheyWrite) {
  for (auto const& request : EveryRequest()) {
    EXPECT_EQ(request.IsRepeatable(), request.method == http::Method::kGet) << request.operation;
    EXPECT_EQ(request.service, "arm");
  }
}

TEST(ShareRequests, HaveABodyThatIsJsonWhereTheSpecificationHasOne) {
  for (auto const& request : EveryRequest()) {
    bool const wants_body =
        request.method == http::Method::kPut ||
        (request.method == http::Method::kPost && !request.operation.ends_with("_Revoke"));
    EXPECT_EQ(!request.body.empty(), wants_body) << request.operation;
    EXPECT_EQ(request.headers.contains("Content-Type"), wants_body) << request.operation;
  }
}

TEST(ShareRequests, EncodeNamesAndCarryTheConfiguredVersion) {
  auto cloud = PublicCloud();
  cloud.arm_endpoint = "https://management.azure.com/";
  cloud.datashare_api_version = "2020-09-01";

  auto const request = InvitationDelete(cloud, {Account(), "a b"}, "../x?y");

  EXPECT_THAT(request.url, HasSubstr("azure.com/subscriptions/s/"));
  EXPECT_THAT(request.url, EndsWith("/shares/a%20b/invitations/..%2Fx%3Fy?api-version=2020-09-01"));
}

}  // namespace
}  // namespace adxf::azure
