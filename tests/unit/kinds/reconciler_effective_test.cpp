#include "kinds/follower_database/plan_policies.hpp"
#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

using nlohmann::json;

constexpr auto kFollowers = "show follower databases";
constexpr auto kPrincipals = "show database principals";
constexpr auto kTables = "show tables details";
constexpr auto kVersions = "show databases";
constexpr auto kHot = R"({"DataHotSpan":{"Value":"7.00:00:00"}})";
std::string const kAna =
    "aaduser=cccccccc-0000-0000-0000-000000000001;aaaaaaaa-0000-0000-0000-000000000001";

/// What the kind tells of policies in force, with leaders that are large or alive.
class EffectiveReconciler : public ReconcilerScene {
 protected:
  /// What the follower shows for each of its databases.
  void Override(json const& caching, json const& principals, json const& tables) {
    azure_.AnswerWith(kFollowers, [=, this](auto const&) -> Result<azure::KustoTable> {
      std::vector<json> rows;
      for (auto const& name : names_)
        rows.push_back({name, caching, principals, tables, "Union", "Union"});
      return azure::KustoTable(
          {"DatabaseName", "CachingPolicyOverride", "AuthorizedPrincipalsOverride",
           "TableMetadataOverrides", "CachingPoliciesModificationKind",
           "AuthorizedPrincipalsModificationKind"},
          rows);
    });
  }
  static json Grant(std::string const& name) {
    return json::array({{{"Principal", {{"FullyQualifiedName", kAna}}},
                         {"Role", "Viewer"},
                         {"Notes", "adxfollower:team-a/" + name}}});
  }
  void Principals(std::function<std::vector<json>(std::string const&)> rows) {
    azure_.AnswerWith(kPrincipals, [rows](auto const& command) -> Result<azure::KustoTable> {
      return azure::KustoTable({"Role", "PrincipalFQN", "Notes"}, rows(command.database));
    });
  }
  /// A version that moves every minute.
  void Live() {
    azure_.AnswerWith(kVersions, [this](auto const&) -> Result<azure::KustoTable> {
      auto const minutes =
          std::chrono::duration_cast<std::chrono::minutes>(clock_.Now().time_since_epoch());
      auto const version = "v1." + std::to_string(minutes.count());
      std::vector<json> rows;
      for (auto const& name : names_) rows.push_back({name, version, "ReadOnlyFollowing"});
      return azure::KustoTable({"DatabaseName", "Version", "DatabaseAccessMode"}, rows);
    });
  }
  Status StatusOf(std::string const& name) const { return Object(name).status; }
  static auto Cut(std::string const& list, std::int64_t total) {
    return TruncatedList{.list = list, .total = total};
  }

  std::vector<std::string> names_{"Sales", "Orders"};
};

TEST_F(EffectiveReconciler, KeepsTheStatusOfTenThousandDatabasesSmall) {
  for (int i = 2; i < 10'000; ++i) {
    names_.push_back("A_database_with_a_rather_long_name_" + std::to_string(i));
    azure_.AddDatabase(leader_, names_.back());
  }
  Override(kHot, Grant("all"), {});
  Principals([](auto const& database) {
    std::vector<json> rows{{"Database " + database + " Viewer", kAna, "adxfollower:team-a/all"}};
    for (int i = 0; i < 10; ++i)
      rows.push_back({"Database " + database + " User", "aaduser=" + std::to_string(i), ""});
    return rows;
  });
  Apply("all", "*");
  Edit("all", [](auto& object) {
    object["spec"]["caching"] = {{"modificationKind", "Union"}, {"database", {{"hot", "7d"}}}};
    object["spec"]["permissions"] = {{"modificationKind", "Union"},
                                     {"grants", {{{"role", "Viewer"}, {"principal", kAna}}}}};
  });

  RunFor(40s, 5s);

  ASSERT_TRUE(IsReady("all"));
  auto const status = StatusOf("all");
  EXPECT_THAT(EncodeStatus(status).size(), Le(kMaxStatusBytes));
  EXPECT_THAT(status.attachment->databases, SizeIs(Le(kMaxStatusDatabases)));
  EXPECT_THAT(status.truncated, Contains(Cut("attachment.databases", 10'000)));
  EXPECT_THAT(status.truncated, Contains(Cut("effectivePolicy.caching", 10'000)));
  EXPECT_THAT(status.truncated, Contains(Cut("effectivePolicy.principals", 10'000 + 20 * 10)));
  EXPECT_THAT(status.truncated, Contains(Cut("grants", 10'000)));
  EXPECT_EQ(azure_.Count(kPrincipals), kMaxInForce);
  EXPECT_EQ(azure_.Count(kTables), 0U);
}

TEST_F(EffectiveReconciler, GoesOnTellingHowManyGrantsThereAreWhileNobodyCanReadThem) {
  names_.clear();
  for (int i = 0; i < 60; ++i) {
    names_.push_back("Database_" + std::to_string(i));
    azure_.AddDatabase(leader_, names_.back());
  }
  Override({}, Grant("all"), {});
  Apply("all", "*");
  RunFor(40s, 5s);
  ASSERT_THAT(StatusOf("all").truncated, ElementsAre(Cut("grants", 60)));
  azure_.FailAlways(kFollowers, test::AzureError(Code::kForbidden, "Forbidden"));

  RunFor(20min, 10s);

  EXPECT_EQ(ReasonOf("all"), kReasonMissingRoleOnFollower);
  EXPECT_THAT(StatusOf("all").truncated, ElementsAre(Cut("grants", 60)));
}

TEST_F(EffectiveReconciler, KeepsTheStatusOfTenThousandTablesSmall) {
  json tables;
  std::vector<json> details;
  for (int i = 0; i < 10'000; ++i) {
    auto const name = "A_table_with_a_rather_long_name_" + std::to_string(i);
    tables[name] = {{"CachingPolicyOverride", json::parse(kHot)}};
    details.push_back({name, kHot});
  }
  names_ = {"Sales"};
  Override({}, {}, tables);
  azure_.AnswerWith(kTables, [details](auto const&) -> Result<azure::KustoTable> {
    return azure::KustoTable({"TableName", "CachingPolicy"}, details);
  });
  Apply("sales");
  Edit("sales", [](auto& object) { object["spec"]["mode"] = "Observe"; });
  ASSERT_TRUE(azure_.PutAttachment(follower_, Attachment("sales"),
                                   {.leader = leader_, .database = "Sales"}, {}));
  clock_.Advance(5s);

  RunFor(30s, 5s);

  EXPECT_EQ(ReasonOf("sales"), kReasonNotManaged);
  auto const status = StatusOf("sales");
  EXPECT_THAT(EncodeStatus(status).size(), Le(kMaxStatusBytes));
  EXPECT_THAT(status.truncated, Contains(Cut("effectivePolicy.caching", 10'000)));
  EXPECT_THAT(status.effective_policy->caching.front(),
              Field(&EffectiveCache::origin, PolicyOrigin::kFollower));
  EXPECT_EQ(azure_.Count(kTables), 1U);
  EXPECT_EQ(azure_.Count("show materialized-views"), 0U);
}

TEST_F(EffectiveReconciler, TellsWhoComesInThroughTheLeader) {
  Principals([](auto const& database) -> std::vector<json> {
    return {{"Database " + database + " Viewer", "aaduser=leaders", ""}};
  });
  Apply("sales");

  RunFor(10s);

  ASSERT_TRUE(IsReady("sales"));
  EXPECT_THAT(StatusOf("sales").effective_policy->principals,
              ElementsAre(EffectivePrincipal{.database = "Sales",
                                             .role = "Viewer",
                                             .principal = "aaduser=leaders",
                                             .origin = PolicyOrigin::kLeader}));
  EXPECT_EQ(kube_.Count("put status"), 1U) << "it is told together with Ready";
}

TEST_F(EffectiveReconciler, StopsForNoMissingRight) {
  azure_.FailAlways(kPrincipals, test::AzureError(Code::kForbidden, "Forbidden"));
  Apply("sales");

  RunFor(10s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_THAT(StatusOf("sales").effective_policy->principals, IsEmpty());
}

TEST_F(EffectiveReconciler, WritesNothingWhileALeaderOnlyGrows) {
  Live();
  Apply("all", "*");
  RunFor(30s);
  ASSERT_TRUE(IsReady("all"));
  kube_.ForgetCalls();
  azure_.ForgetCalls();

  RunFor(2h, 10s);

  EXPECT_EQ(kube_.Writes(), 0U);
  EXPECT_THAT(azure_.Count(kPrincipals), Le(2U * 12 + 2)) << "two databases, once in ten minutes";
}

TEST_F(EffectiveReconciler, TellsNewsOfTheLeaderEveryTenMinutesAtMost) {
  Live();
  int turn = 0;
  Principals([&turn](auto const& database) -> std::vector<json> {
    return {{"Database " + database + " Viewer", "aaduser=" + std::to_string(++turn), ""}};
  });
  Apply("all", "*");
  RunFor(5min, 10s);
  names_.emplace_back("Later");
  azure_.AddDatabase(leader_, "Later");
  RunFor(20min, 10s);
  ASSERT_THAT(StatusOf("all").attachment->databases, SizeIs(3));
  kube_.ForgetCalls();

  RunFor(2h, 10s);

  EXPECT_THAT(kube_.Count("put status"), Le(12U));
  EXPECT_THAT(kube_.Count("put status"), ::testing::Ge(8U));
}

TEST_F(EffectiveReconciler, FollowsDatabasesThatComeAndGo) {
  Principals([](auto const& database) -> std::vector<json> {
    return {{"Database " + database + " Viewer", "aaduser=of-" + database, ""}};
  });
  Apply("all", "*");
  RunFor(10s);
  azure_.RemoveDatabase(leader_, "Orders");
  azure_.AddDatabase(leader_, "Stock");

  RunFor(17min, 5s);

  auto const status = StatusOf("all");
  EXPECT_THAT(status.attachment->databases,
              ElementsAre(DatabasePair{"Sales", "Sales"}, DatabasePair{"Stock", "Stock"}));
  EXPECT_THAT(status.effective_policy->principals,
              ElementsAre(Field(&EffectivePrincipal::principal, "aaduser=of-Sales"),
                          Field(&EffectivePrincipal::principal, "aaduser=of-Stock")));
}

// The API server refuses a list beyond its limit, also in the status that is stored with a claim.
TEST_F(EffectiveReconciler, CutsWhatItStoresWithAClaim) {
  azure_.SetOperationSpan(1h);
  Apply("sales");
  Edit("sales", [](nlohmann::json& object) {
    object["spec"]["attachmentName"] = "chosen";
    for (int i = 0; i < 60; ++i)
      object["status"]["drift"].push_back({{"field", "f" + std::to_string(i)},
                                           {"want", "a"},
                                           {"have", "b"},
                                           {"since", "2026-01-31T12:00:00Z"}});
  });
  Sync();

  RunFor(5s);

  EXPECT_EQ(azure_.Count("PutAttachment"), 1U);
  EXPECT_EQ(kube_.Count("put status"), 1U);
  EXPECT_EQ(Object("sales").status.drift.size(), kMaxStatusList);
}

}  // namespace
}  // namespace adxf::follower_database
