#include "emulator/faults.hpp"
#include "unit/emulator/data_share_scene.hpp"

namespace adxf::emulator {
namespace {

using nlohmann::json;
using std::chrono::seconds;

class RoleAssignments : public DataShareScene {
 protected:
  static constexpr auto kContributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
  static constexpr auto kReader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

  static std::string Path(std::string const& name) {
    return kCorp + "/providers/Microsoft.Authorization/roleAssignments/" + StableGuid(name);
  }
  static json Body(std::string const& principal, std::string const& role = kContributor) {
    return {{"properties",
             {{"principalId", principal},
              {"principalType", "ServicePrincipal"},
              {"roleDefinitionId", "/providers/Microsoft.Authorization/roleDefinitions/" + role}}}};
  }

  Caller follower{.tenant_id = contoso.tenant_id,
                  .object_id = "bbbbbbbb-0000-0000-0000-000000000102",
                  .app_id = "bbbbbbbb-0000-0000-0000-000000000002"};
};

TEST_F(RoleAssignments, ANewRoleHasEffectOnlyAfterADelay) {
  estate.settings.role_assignment_delay = seconds(60);
  EXPECT_EQ(Ask(follower, "GET", kCorp).status, 403);

  auto const put = Give("PUT", Path("a"), Body(follower.object_id));

  EXPECT_EQ(put.status, 201);
  EXPECT_EQ(Ask(follower, "GET", kCorp).status, 403);
  Later(seconds(61));
  EXPECT_EQ(Ask(follower, "GET", kCorp).status, 200);
  EXPECT_EQ(Give("DELETE", Path("a")).status, 200);
  EXPECT_EQ(Ask(follower, "GET", kCorp).status, 403);
  EXPECT_EQ(Give("DELETE", Path("a")).status, 204);
}

TEST_F(RoleAssignments, OnlyAnOwnerGivesRoles) {
  Caller const operator_caller{.tenant_id = contoso.tenant_id,
                               .object_id = "bbbbbbbb-0000-0000-0000-000000000101",
                               .app_id = "bbbbbbbb-0000-0000-0000-000000000001"};

  EXPECT_EQ(CodeOf(Ask(operator_caller, "PUT", Path("a"), Body(follower.object_id))),
            "AuthorizationFailed");
}

TEST_F(RoleAssignments, AnAssignmentIsMadeOnceAndNotChanged) {
  Give("PUT", Path("a"), Body(follower.object_id));

  EXPECT_EQ(Give("PUT", Path("a"), Body(follower.object_id)).status, 200);
  EXPECT_EQ(CodeOf(Give("PUT", Path("a"), Body(follower.object_id, kReader))),
            "RoleAssignmentUpdateNotPermitted");
  EXPECT_EQ(CodeOf(Give("PUT", Path("b"), Body(follower.object_id))), "RoleAssignmentExists");
  EXPECT_EQ(CodeOf(Give("PUT", Path("c"), Body(fabrikam.object_id))), "PrincipalNotFound");
  EXPECT_EQ(CodeOf(Give("PUT", Path("d"), Body(follower.object_id, StableGuid("none")))),
            "RoleDefinitionDoesNotExist");
}

TEST_F(RoleAssignments, AreListedByPrincipal) {
  Give("PUT", Path("a"), Body(follower.object_id));
  auto const list = kCorp + "/providers/Microsoft.Authorization/roleAssignments" +
                    "?api-version=2022-04-01&$filter=principalId%20eq%20'" + follower.object_id +
                    "'";

  auto const found = Read(Give("GET", list))["value"];

  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0]["properties"]["scope"], kCorp);
  EXPECT_EQ(Read(Give("GET", Path("a")))["name"], StableGuid("a"));
}

TEST(FaultRules, OfArmHoldForDataShareTooAndNotTheOtherWayRound) {
  Faults faults;
  faults.Add({.id = "shares", .service = "datashare"});
  EXPECT_FALSE(faults.Take({.service = "arm", .method = "GET", .path = "/"}));
  EXPECT_TRUE(faults.Take({.service = "datashare", .method = "GET", .path = "/"}));
  faults.Clear();
  faults.Add({.id = "all", .service = "arm"});
  EXPECT_TRUE(faults.Take({.service = "datashare", .method = "GET", .path = "/"}));
}

}  // namespace
}  // namespace adxf::emulator
