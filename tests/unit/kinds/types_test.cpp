#include "kinds/follower_database/types.hpp"

#include "kinds/follower_database/types_status_table.hpp"
#include "model/json_bound.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;

FollowerDatabase Minimal() {
  FollowerDatabase object;
  object.metadata.name = "sales";
  object.metadata.name_space = "analytics";
  object.spec.follower_cluster.resource_id = "/subscriptions/x";
  object.spec.source.leader =
      LeaderSource{.cluster_resource_id = "/subscriptions/y", .database = "Sales"};
  return object;
}

FollowerDatabase Full() {
  FollowerDatabase object = Minimal();
  object.metadata.annotations["adxfollower.io/reconcile-at"] = "1";
  object.metadata.deletion_timestamp = model::Timestamp(5s);
  Spec& spec = object.spec;
  spec.source.leader->credentials_secret_ref = SecretRef{.name = "leader"};
  spec.attachment_name = "mine";
  spec.adoption = Adoption::kIfIdentical;
  spec.database_name = DatabaseName{.name_override = "SalesRO"};
  spec.sharing = Sharing{.tables = {.include = {"A*"}}, .functions = {.exclude = {"*"}}};
  spec.caching = Caching{
      .modification_kind = ModificationKind::kReplace,
      .prefetch_extents = true,
      .database =
          CachePolicy{.hot = "7d", .hot_windows = {{model::Timestamp(1s), model::Timestamp(2s)}}},
      .tables = {{.name = "A", .hot = "1d"}},
      .materialized_views = {{.name = "V", .hot = "2d"}}};
  spec.permissions = Permissions{.modification_kind = ModificationKind::kNone,
                                 .ownership = Ownership::kAuthoritative,
                                 .allow_empty_replace = true,
                                 .grants = {{.role = Role::kMonitor,
                                             .principal = "aaduser=a@b.c",
                                             .notes = "n",
                                             .expires_at = model::Timestamp(9s)}}};
  spec.sync_lag = SyncLag{.objective = "5m", .probe_interval = "10s"};
  spec.mode = Mode::kObserve;
  spec.deletion_policy = DeletionPolicy::kOrphan;
  spec.suspend = true;
  spec.credentials_secret_ref = SecretRef{.name = "own"};
  Status& status = object.status;
  model::SetCondition(status.conditions,
                      {.type = "Ready", .status = model::ConditionStatus::kTrue, .reason = "Ready"},
                      TimePoint(3s));
  status.observed_generation = 4;
  status.attachment = AttachmentStatus{.resource_id = "id",
                                       .databases = {{.leader = "Sales", .follower = "SalesRO"}}};
  status.follower_cluster =
      ClusterStatus{.name = "reporting", .uri = "u", .location = "westus2", .state = "Running"};
  status.effective_policy = EffectivePolicy{
      .caching = {{.database = "SalesRO", .kind = EntityKind::kTable, .name = "A", .hot = "1d"}}};
  status.grants = {{.database = "SalesRO", .role = Role::kMonitor, .principal = "aaduser=a@b.c"}};
  status.drift = {{.field = "caching", .want = "1d", .have = "2d", .since = model::Timestamp(4s)}};
  status.plan = {{.action = "PutAttachment", .detail = "d"}};
  status.last_change = LastChange{.action = "Attach", .at = model::Timestamp(6s)};
  return object;
}

TEST(FollowerDatabaseCodec, GivesBackWhatWasWritten) {
  for (FollowerDatabase const& object : {Minimal(), Full()}) {
    auto const decoded = DecodeFollowerDatabase(EncodeFollowerDatabase(object));

    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, object);
  }
}

TEST(FollowerDatabasePack, GivesBackWhatWasPacked) {
  auto gone = Full();
  gone.metadata.is_gone = true;
  gone.metadata.finalizers = {"adxfollower.io/follower-database", "others"};
  for (FollowerDatabase const& object : {Minimal(), Full(), gone, FollowerDatabase()}) {
    FollowerDatabase back;
    Unpack(Pack(object), back);

    EXPECT_EQ(back, object);
  }
}

TEST(FollowerDatabaseCodec, ReadsTheSameFromText) {
  auto const decoded = ParseFollowerDatabase(EncodeFollowerDatabase(Full()).dump());

  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, Full());
}

TEST(FollowerDatabaseCodec, AbsentFieldsHaveTheDocumentedDefaults) {
  auto const spec = DecodeFollowerDatabase(EncodeFollowerDatabase(Minimal()))->spec;

  EXPECT_EQ(spec.mode, Mode::kManage);
  EXPECT_EQ(spec.deletion_policy, DeletionPolicy::kDetach);
  EXPECT_EQ(spec.adoption, Adoption::kNever);
  EXPECT_FALSE(spec.suspend);
  EXPECT_FALSE(spec.caching);
  EXPECT_FALSE(spec.source.share);
}

TEST(FollowerDatabaseCodec, AcceptsTheDefaultStatusOfANewObject) {
  auto object = EncodeFollowerDatabase(Minimal());
  object["status"] = {{"observedGeneration", -1}};

  EXPECT_EQ(DecodeFollowerDatabase(object)->status.observed_generation, -1);
}

TEST(FollowerDatabaseCodec, NamesThePathOfAProblem) {
  auto object = EncodeFollowerDatabase(Full());
  object["spec"]["permissions"]["grants"][0]["role"] = "Owner";

  auto const decoded = DecodeFollowerDatabase(object);

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, Code::kInvalid);
  EXPECT_EQ(decoded.error().message,
            "spec.permissions.grants[0].role: 'Owner' is not one of the allowed values");
}

TEST(FollowerDatabaseCodec, RefusesWhatIsNoObject) {
  EXPECT_FALSE(ParseFollowerDatabase("["));
  EXPECT_FALSE(DecodeFollowerDatabase(nlohmann::json::array()));
}

TEST(FollowerDatabaseStatus, IsLeftAloneWithinItsLimits) {
  Status status = Full().status;

  Truncate(status);

  EXPECT_EQ(status, Full().status);
}

TEST(FollowerDatabaseStatus, IsCutToItsLimitsAndSaysSo) {
  Status status = Full().status;
  status.attachment->databases.resize(kMaxStatusDatabases + 7);
  status.grants.resize(kMaxStatusList + 1);

  Truncate(status);

  EXPECT_EQ(status.attachment->databases.size(), kMaxStatusDatabases);
  EXPECT_EQ(status.grants.size(), kMaxStatusList);
  EXPECT_EQ(status.truncated,
            (std::vector<TruncatedList>{{.list = "attachment.databases", .total = 207},
                                        {.list = "grants", .total = 51}}));
}

TEST(FollowerDatabaseStatus, StaysCutInWhatIsNotToldAnew) {
  Status status;
  status.attachment.emplace().databases.resize(kMaxStatusDatabases + 7);
  status.grants.resize(kMaxStatusList + 1);
  Truncate(status);
  kinds::ForgetCut(status.truncated, "attachment.databases");
  status.attachment->databases.resize(kMaxStatusDatabases + 2);

  Truncate(status);

  EXPECT_EQ(status.truncated,
            (std::vector<TruncatedList>{{.list = "attachment.databases", .total = 202},
                                        {.list = "grants", .total = 51}}));
}

TEST(FollowerDatabaseStatus, IsWholeAgainOnceAllOfAListHasRoom) {
  Status status;
  status.grants.resize(kMaxStatusList + 1);
  Truncate(status);
  kinds::ForgetCut(status.truncated, "grants");
  status.grants.resize(kMaxStatusList);

  Truncate(status);

  EXPECT_THAT(status.truncated, testing::IsEmpty());
}

TEST(FollowerDatabaseStatus, IsCutInWhatIsKeptElsewhere) {
  Status status;
  status.share = ShareStatus{.mappings = std::vector<MappingStatus>(kMaxStatusMappings + 3)};

  Truncate(status);

  EXPECT_EQ(status.share->mappings.size(), kMaxStatusMappings);
  EXPECT_EQ(status.truncated,
            (std::vector<TruncatedList>{{.list = "share.mappings", .total = 203}}));
}

TEST(FollowerDatabaseStatus, IsNeverLongerThanItsBound) {
  Status status = Full().status;
  EXPECT_LE(EncodeStatus(status).size(), model::MostJsonBytes(status));

  status.drift.assign(40, {.field = std::string(50, '\x01'), .want = "\"\n", .have = "\x7f"});
  EXPECT_LE(EncodeStatus(status).size(), model::MostJsonBytes(status));
}

TEST(FollowerDatabaseStatus, NeverGrowsBeyondItsSize) {
  Status status = Full().status;
  std::string const name(400, 'x');
  status.attachment->databases.assign(1'000, {.leader = name, .follower = name});
  status.effective_policy->principals.assign(
      1'000, {.database = name, .role = "Viewer", .principal = std::string(320, 'p')});
  status.drift.assign(60,
                      {.field = "f", .want = std::string(900, 'w'), .have = std::string(900, 'h')});

  Truncate(status);

  EXPECT_LE(EncodeStatus(status).size(), kMaxStatusBytes);
  EXPECT_EQ(status.truncated.front(),
            (TruncatedList{.list = "attachment.databases", .total = 1'000}));
  EXPECT_FALSE(status.attachment->databases.empty());
}

TEST(Enumerations, ShowTheirNamesInTheApi) {
  EXPECT_EQ(ToString(Role::kUnrestrictedViewer), "UnrestrictedViewer");
  EXPECT_EQ(ToString(Adoption::kIfIdentical), "IfIdentical");
  EXPECT_EQ(ToString(ModificationKind::kReplace), "Replace");
  EXPECT_EQ(ToString(EntityKind::kMaterializedView), "MaterializedView");
}

}  // namespace
}  // namespace adxf::follower_database
