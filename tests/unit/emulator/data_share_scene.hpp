#pragma once

#include "emulator/arm/router.hpp"
#include "emulator/state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace adxf::emulator {

/// The contoso seed at a standing clock: Contoso's administrator shares from `corp`, Fabrikam's
/// receives on `fabrikamdata`.
class DataShareScene : public testing::Test {
 protected:
  using json = nlohmann::json;

  static inline std::string const kContoso =
      "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/data/providers";
  static inline std::string const kFabrikam =
      "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/data/providers";
  static inline std::string const kGiver = kContoso + "/Microsoft.DataShare/accounts/contoso-share";
  static inline std::string const kTaker =
      kFabrikam + "/Microsoft.DataShare/accounts/fabrikam-share";
  static inline std::string const kCorp = kContoso + "/Microsoft.Kusto/clusters/corp";
  static inline std::string const kTarget = kFabrikam + "/Microsoft.Kusto/clusters/fabrikamdata";
  static inline std::string const kInvitations =
      "/providers/Microsoft.DataShare/locations/westus2/consumerInvitations/";
  static constexpr auto kFarFuture = "2099-01-01T00:00:00Z";

  DataShareScene();

  static std::string VersionFor(std::string const& path) {
    if (path.find("/Microsoft.Authorization/") != std::string::npos) return "2022-04-01";
    if (path.find("/Microsoft.Kusto/") != std::string::npos) return "2025-02-14";
    return path.find("/providers/Microsoft.DataShare/") != std::string::npos ? "2021-08-01"
                                                                             : "2022-12-01";
  }

  WireReply Ask(Caller const& caller, std::string const& method, std::string const& path,
                json const& body = nullptr) {
    Settle(estate);
    WireRequest request{.method = method,
                        .path = path.substr(0, path.find('?')),
                        .query = path.find('?') == std::string::npos
                                     ? "api-version=" + VersionFor(path)
                                     : path.substr(path.find('?') + 1)};
    if (!body.is_null()) request.body = body.dump();
    return arm::HandleArm(estate, caller, request);
  }
  WireReply Give(std::string const& method, std::string const& path, json const& body = nullptr) {
    return Ask(contoso, method, path, body);
  }
  WireReply Take(std::string const& method, std::string const& path, json const& body = nullptr) {
    return Ask(fabrikam, method, path, body);
  }

  /// What the operation of a reply came to.
  json Ended(Caller const& caller, WireReply const& started) {
    Later(std::chrono::seconds(3));
    return Read(Ask(caller, "GET", PollOf(started)));
  }
  /// Where the operation of a reply is asked for.
  std::string PollOf(WireReply const& started) const {
    auto const& headers = started.headers;
    auto const* const name =
        headers.contains("Azure-AsyncOperation") ? "Azure-AsyncOperation" : "Location";
    return headers.at(name).substr(estate.endpoint.size());
  }
  void Later(std::chrono::milliseconds by) {
    estate.clock.Advance(by);
    Settle(estate);
  }

  static json Read(WireReply const& reply) { return json::parse(reply.body); }
  static json PropertiesOf(WireReply const& reply) { return Read(reply).at("properties"); }
  static std::string CodeOf(WireReply const& reply) { return Read(reply).at("error").at("code"); }

  WireReply PutDataSet(std::string const& name, std::string const& kind, json properties) {
    return Give("PUT", kGiver + "/shares/catalogue/dataSets/" + name,
                {{"kind", kind}, {"properties", std::move(properties)}});
  }
  WireReply Invite(std::string const& name, json target) {
    return Give("PUT", kGiver + "/shares/catalogue/invitations/" + name,
                {{"properties", std::move(target)}});
  }
  WireReply InviteByMail(std::string const& name = "fabrikam", json more = json::object()) {
    more["targetEmail"] = "shares@fabrikam.com";
    return Invite(name, more);
  }
  WireReply Accept(WireReply const& invitation, std::string const& name = "catalogue") {
    return Take("PUT", kTaker + "/shareSubscriptions/" + name,
                {{"properties",
                  {{"invitationId", PropertiesOf(invitation).at("invitationId")},
                   {"sourceShareLocation", "westus2"}}}});
  }
  WireReply Map(std::string const& data_set_id, std::string const& name = "marketing",
                std::string const& kind = "KustoDatabase", std::string const& cluster = kTarget) {
    return Take(
        "PUT", kTaker + "/shareSubscriptions/catalogue/dataSetMappings/" + name,
        {{"kind", kind},
         {"properties", {{"kustoClusterResourceId", cluster}, {"dataSetId", data_set_id}}}});
  }
  /// Marketing, as the seed shares it, accepted and mapped.
  void Receive() {
    Accept(InviteByMail());
    Map(Marketing());
    Later(std::chrono::seconds(3));
    ASSERT_TRUE(Followed().contains("Marketing"));
  }
  std::string Marketing() {
    return PropertiesOf(Give("GET", kGiver + "/shares/catalogue/dataSets/marketing"))
        .at("dataSetId");
  }
  ByName<FollowedDatabase> const& Followed() {
    Settle(estate);
    return FindCluster(estate, "fabrikamdata")->followed;
  }
  std::string Status() {
    return PropertiesOf(Take("GET", kTaker + "/shareSubscriptions/catalogue"))
        .at("shareSubscriptionStatus");
  }
  json Mapping() {
    return PropertiesOf(
        Take("GET", kTaker + "/shareSubscriptions/catalogue/dataSetMappings/marketing"));
  }
  /// The provider's path to the only subscription of the share.
  std::string Subscription() {
    auto const path = kGiver + "/shares/catalogue/providerShareSubscriptions";
    return path + "/" + Read(Give("GET", path)).at("value").at(0).at("name").get<std::string>();
  }
  void GiveRole(std::string const& object_id, std::string const& scope, ArmRole role) {
    estate.role_assignments.push_back({.object_id = object_id, .scope = scope, .role = role});
  }

  Estate estate;
  Caller contoso{.tenant_id = "aaaaaaaa-0000-0000-0000-000000000001",
                 .object_id = "bbbbbbbb-0000-0000-0000-000000000104",
                 .app_id = "bbbbbbbb-0000-0000-0000-000000000004"};
  Caller fabrikam{.tenant_id = "aaaaaaaa-0000-0000-0000-000000000002",
                  .object_id = "bbbbbbbb-0000-0000-0000-000000000112",
                  .app_id = "bbbbbbbb-0000-0000-0000-000000000012"};
  /// Contributor in Fabrikam, and nobody's invitee.
  Caller stranger{.tenant_id = "aaaaaaaa-0000-0000-0000-000000000002",
                  .object_id = "bbbbbbbb-0000-0000-0000-000000000111",
                  .app_id = "bbbbbbbb-0000-0000-0000-000000000011"};
};

}  // namespace adxf::emulator
