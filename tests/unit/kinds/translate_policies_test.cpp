#include "kinds/follower_database/translate_policies.hpp"

#include "kinds/follower_database/conditions.hpp"

#include <gmock/gmock.h>

#include <string>

namespace adxf::follower_database {
namespace {

using azure::FollowerRole;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kOurs = "adxfollower:a/sales";

/// The overrides of one database and what was read of it.
class FillingPolicies : public ::testing::Test {
 protected:
  void Override(std::string who, std::optional<FollowerRole> role = std::nullopt) {
    row_.principals.push_back(
        {.fully_qualified_name = std::move(who), .role = role, .is_partial = !role});
  }
  static azure::PrincipalRow InForce(std::string const& role, std::string who,
                                     std::string notes = "") {
    return {.role_text = role,
            .role = azure::ParseFollowerRole(role),
            .fully_qualified_name = std::move(who),
            .notes = std::move(notes)};
  }
  void Read(std::vector<azure::PrincipalRow> principals) {
    sight_.reading = std::make_shared<azure::DatabaseInForce const>(
        azure::DatabaseInForce{.under = row_, .principals = std::move(principals)});
  }
  Observed Fill() {
    Observed seen{.databases = databases_};
    azure::ClusterView view;
    view.overrides = std::make_shared<std::vector<azure::FollowerRow> const>(1, row_);
    view.in_force = std::make_shared<azure::InForceByDatabase const>(
        azure::InForceByDatabase{{"sales", sight_}});
    FillPolicies(seen, want_, view);
    return seen;
  }
  SeenOverrides Overrides() { return Fill().overrides.at(0); }

  FollowerDatabase want_;
  std::vector<SeenDatabase> databases_{{.name = "Sales"}};
  azure::FollowerRow row_{.database = "Sales"};
  azure::InForceSight sight_{.name = "Sales"};
};

TEST_F(FillingPolicies, LeavesOutDatabasesOfOthers) {
  databases_ = {{.name = "Stock"}};

  EXPECT_TRUE(Fill().overrides.empty());
  EXPECT_TRUE(Fill().in_force.empty());
}

TEST_F(FillingPolicies, TakesRolesAndNotesFromWhatIsInForce) {
  Override("aaduser=ana");
  Override("aaduser=ben");
  Read({InForce("Database Sales Admin", "aaduser=ana", kOurs),
        InForce("Database Sales Monitor", "aaduser=ben", "by hand"),
        InForce("AllDatabasesAdmin", "aaduser=ben")});

  auto const overrides = Overrides();

  EXPECT_FALSE(overrides.is_unclear);
  EXPECT_THAT(overrides.principals,
              ElementsAre(SeenPrincipal{Role::kAdmin, "aaduser=ana", kOurs},
                          SeenPrincipal{Role::kMonitor, "aaduser=ben", "by hand"}));
}

TEST_F(FillingPolicies, TakesOurOwnForTheOverrideWhereTheLeaderGrantsToo) {
  Override("aaduser=ana");
  Read({InForce("Database Sales Admin", "aaduser=ana", kOurs),
        InForce("Database Sales Viewer", "aaduser=ana", "leader's")});

  EXPECT_THAT(Overrides().principals,
              ElementsAre(SeenPrincipal{Role::kAdmin, "aaduser=ana", kOurs}));
}

TEST_F(FillingPolicies, WaitsForAReadingOfTheseVeryOverrides) {
  Override("aaduser=ana");
  EXPECT_TRUE(Overrides().is_unclear);

  Read({InForce("Database Sales Admin", "aaduser=ana", kOurs)});
  EXPECT_FALSE(Overrides().is_unclear);

  Override("aaduser=ben");
  EXPECT_TRUE(Overrides().is_unclear) << "the reading is of other overrides";
  EXPECT_EQ(Fill().in_force.at(0).readability, Readability::kUnread);

  sight_.has_failed = true;
  EXPECT_TRUE(Overrides().is_unclear) << "nobody can tell which roles are granted";
  EXPECT_EQ(Fill().in_force.at(0).readability, Readability::kFailed);
}

TEST_F(FillingPolicies, TellsWhatKeepsRolesUnclearForGood) {
  Override("aaduser=ana");
  sight_.has_failed = true;
  sight_.error = Error{.code = Code::kUnavailable, .message = "busy"};
  EXPECT_FALSE(Fill().in_force_problem) << "that passes by itself";

  sight_.error = Error{.code = Code::kUnauthorized, .message = "expired"};
  ASSERT_TRUE(Fill().in_force_problem);
  EXPECT_EQ(Fill().in_force_problem->reason, kReasonCredentialsRefused);

  sight_ = {.name = "Sales",
            .reading = std::make_shared<azure::DatabaseInForce const>(
                azure::DatabaseInForce{.under = row_})};
  EXPECT_TRUE(Overrides().is_unclear) << "the right to read principals is missing";
  ASSERT_TRUE(Fill().in_force_problem);
  EXPECT_EQ(Fill().in_force_problem->reason, kReasonMissingRoleOnFollower);
  EXPECT_THAT(Fill().in_force_problem->message, testing::HasSubstr("AllDatabasesAdmin"));
}

TEST_F(FillingPolicies, DoesNotWaitWhereNothingIsLeftOut) {
  Override("aaduser=ana", FollowerRole::kUser);

  auto const overrides = Overrides();

  EXPECT_FALSE(overrides.is_unclear);
  EXPECT_THAT(overrides.principals, ElementsAre(SeenPrincipal{Role::kUser, "aaduser=ana", ""}));
}

TEST_F(FillingPolicies, WaitsToLearnWhatAStrangersOverrideIsOn) {
  want_.spec.caching = Caching{.tables = {{.name = "events", .hot = "1d"}}};
  row_.tables["Events"] = {};
  EXPECT_FALSE(Overrides().is_unclear) << "what is declared is known";

  row_.tables["Daily"] = {};
  EXPECT_TRUE(Overrides().is_unclear);

  sight_.reading = std::make_shared<azure::DatabaseInForce const>(
      azure::DatabaseInForce{.under = row_, .materialized_views = {"daily"}});
  EXPECT_FALSE(Overrides().is_unclear);
  EXPECT_EQ(Overrides().kinds.at("daily"), EntityKind::kMaterializedView);
}

TEST_F(FillingPolicies, TellsRolesOfTheDatabaseOnly) {
  Read({InForce("AllDatabasesAdmin", "aadapp=operator"), InForce("All Databases Admin", "aadapp=x"),
        InForce("Database Sales Ingestor", "aadapp=pipe"),
        InForce("Database Big Sales Viewer", "aaduser=ana"), InForce("Viewers", "aaduser=ben")});

  auto const seen = Fill();

  EXPECT_THAT(*seen.in_force.at(0).principals,
              ElementsAre(PrincipalInForce{"Ingestor", "aadapp=pipe"},
                          PrincipalInForce{"Viewer", "aaduser=ana"},
                          PrincipalInForce{"Viewer", "aaduser=ben"}));
}

TEST_F(FillingPolicies, ADatabaseThatWasReadOnceIsServedThoughItIsUnknownNow) {
  sight_.has_failed = true;
  sight_.is_unknown = true;
  EXPECT_TRUE(Fill().in_force.at(0).is_unknown);

  Read({});
  EXPECT_FALSE(Fill().in_force.at(0).is_unknown);
}

TEST_F(FillingPolicies, TellsNoPrincipalsWithoutTheRightToReadThem) {
  sight_.reading =
      std::make_shared<azure::DatabaseInForce const>(azure::DatabaseInForce{.under = row_});

  auto const in_force = Fill().in_force.at(0);

  EXPECT_EQ(in_force.readability, Readability::kReadable);
  EXPECT_FALSE(in_force.principals);
  EXPECT_THAT(in_force.tables, IsEmpty());
}

}  // namespace
}  // namespace adxf::follower_database
