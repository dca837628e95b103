#include "kinds/follower_database/plan_actions.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;

CacheValue OneDay() { return {.hot = *model::Timespan::Parse("1d")}; }

std::string Words(PolicyCommand command) {
  auto const planned = Describe(ChangePolicy{.database = "Sales", .command = std::move(command)});
  return planned.action + ": " + planned.detail;
}

TEST(PlannedActions, NameTheDatabaseAndEveryValueOfAPolicy) {
  auto windowed = OneDay();
  windowed.windows = {{.from = model::ToTimestamp(TimePoint(1'767'225'600s)),
                       .to = model::ToTimestamp(TimePoint(1'769'904'000s))}};

  EXPECT_EQ(Words(SetDatabaseCache{.policy = windowed}),
            "SetDatabaseCache: database Sales: hot cache of the database becomes 1.00:00:00 and "
            "2026-01-01T00:00:00Z..2026-02-01T00:00:00Z");
  EXPECT_EQ(Words(SetEntityCache{.names = {"Events", "Logs"}, .policy = OneDay()}),
            "SetEntityCache: database Sales: hot cache of tables Events, Logs becomes 1.00:00:00");
}

TEST(PlannedActions, NameThePrincipalTheRoleAndTheNote) {
  EXPECT_EQ(Words(AddPrincipals{.role = Role::kAdmin,
                                .principals = {"aaduser=ana@contoso.com"},
                                .note = "adxfollower:a/b"}),
            "AddPrincipals: database Sales: aaduser=ana@contoso.com become Admin, noted as "
            "\"adxfollower:a/b\"");
}

TEST(PlannedActions, NameTheDeclaredFieldsOfANewAttachment) {
  PutAttachment const put{.name = "n",
                          .leader_id = "/corp",
                          .database = "Sales",
                          .name_override = "SalesRO",
                          .sharing = {.tables = {.include = {"Ev*"}, .exclude = {"Events"}}}};

  auto const planned = Describe(put);

  EXPECT_EQ(planned.action, "Attach");
  EXPECT_EQ(planned.detail,
            "attachment n to Sales of /corp as SalesRO: permissions.modificationKind Union; "
            "sharing.tables include Ev*, exclude Events");
}

TEST(PlannedActions, NameTheNewValuesOfTheFieldsThatDiffer) {
  PutAttachment put{.name = "n", .principals = ModificationKind::kReplace};
  put.covers = {{.key = {.field = "permissions.modificationKind"}},
                {.key = {.field = "sharing.functions"}}};

  auto const planned = Describe(put);

  EXPECT_EQ(planned.action, "UpdateAttachment");
  EXPECT_EQ(planned.detail,
            "attachment n: permissions.modificationKind Replace; sharing.functions everything");
}

}  // namespace
}  // namespace adxf::follower_database
