#include "azure/commands/add_follower_principals.hpp"
#include "azure/commands/alter_follower_caching_kind.hpp"
#include "azure/commands/alter_follower_database_caching.hpp"
#include "azure/commands/alter_follower_materialized_views_caching.hpp"
#include "azure/commands/alter_follower_prefetch.hpp"
#include "azure/commands/alter_follower_principals_kind.hpp"
#include "azure/commands/alter_follower_tables_caching.hpp"
#include "azure/commands/delete_follower_database_caching.hpp"
#include "azure/commands/delete_follower_materialized_views_caching.hpp"
#include "azure/commands/delete_follower_tables_caching.hpp"
#include "azure/commands/drop_follower_principals.hpp"
#include "azure/commands/show_database_principal_roles.hpp"
#include "azure/commands/show_database_principals.hpp"
#include "azure/commands/show_databases.hpp"
#include "azure/commands/show_databases_details.hpp"
#include "azure/commands/show_external_tables.hpp"
#include "azure/commands/show_follower_databases.hpp"
#include "azure/commands/show_materialized_views.hpp"
#include "azure/commands/show_tables_details.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

/// Every command, rendered for friendly and hostile names, against tests/golden/kusto_commands.txt.
/// ADXF_UPDATE_GOLDEN=1 writes the file anew.
namespace adxf::azure {
namespace {

constexpr auto kGolden = ADXF_SOURCE_DIR "/tests/golden/kusto_commands.txt";

Entity Name(std::string_view text) { return *Entity::Parse(text); }
PrincipalLiteral Who(std::string_view text) { return *PrincipalLiteral::Parse(text); }

class Rendered {
 public:
  template <ManagementCommand C>
  void Add(C const& command) {
    text_ << C::kName << " | " << (C::kEffect == CommandEffect::kReads ? "reads" : "changes")
          << " | " << command.Database() << "\n  " << command.Render().Text() << "\n";
  }
  void AddAll(std::string_view database, std::string_view other) {
    using namespace std::chrono;
    auto const db = Name(database);
    auto const days = model::Timespan::FromSeconds(7L * 86400);
    HotWindow const window{.from = sys_days(2026y / 1 / 1), .to = sys_days(2026y / 2 / 1)};
    Add(ShowDatabases{});
    Add(ShowFollowerDatabases{});
    Add(ShowFollowerDatabases{{db, Name(other)}});
    Add(ShowDatabasePrincipals{db});
    Add(ShowDatabasePrincipalRoles{db});
    Add(ShowTablesDetails{db});
    Add(ShowDatabasesDetails{});
    Add(ShowExternalTables{db});
    Add(ShowMaterializedViews{db});
    for (auto const kind :
         {ModificationKind::kUnion, ModificationKind::kReplace, ModificationKind::kNone}) {
      Add(AlterFollowerPrincipalsKind{db, kind});
      Add(AlterFollowerCachingKind{db, kind});
    }
    Add(AlterFollowerPrefetch{db, AlterFollowerPrefetch::Prefetch::kOn});
    Add(AlterFollowerPrefetch{db, AlterFollowerPrefetch::Prefetch::kOff});
    Add(AlterFollowerDatabaseCaching{db, days});
    Add(AlterFollowerDatabaseCaching{db, {}, {window, window}});
    Add(DeleteFollowerDatabaseCaching{db});
    Add(AlterFollowerTablesCaching{db, {Name(other)}, days});
    Add(AlterFollowerTablesCaching{db, {Name(other), db}, model::Timespan::FromTicks(1), {window}});
    Add(DeleteFollowerTablesCaching{db, {Name(other), db}});
    Add(AlterFollowerMaterializedViewsCaching{db, {Name(other)}, days});
    Add(DeleteFollowerMaterializedViewsCaching{db, {Name(other), db}});
    for (auto const role : {FollowerRole::kAdmin, FollowerRole::kUser, FollowerRole::kViewer,
                            FollowerRole::kUnrestrictedViewer, FollowerRole::kMonitor}) {
      Add(AddFollowerPrincipals{db, role, {Who("aadgroup=analysts@contoso.com")}});
    }
    Add(AddFollowerPrincipals{db,
                              FollowerRole::kViewer,
                              {Who("aaduser=a;b"), Who("aadapp=" + std::string(other))},
                              *Literal::Parse("adxfollower:ns/name " + std::string(other))});
    Add(DropFollowerPrincipals{db, FollowerRole::kAdmin, {Who("aaduser=a;b"), Who(other)}});
  }
  [[nodiscard]] std::string Text() const { return text_.str(); }

 private:
  std::ostringstream text_;
};

TEST(KustoCommands, RenderAsInTheGoldenFile) {
  Rendered rendered;
  rendered.AddAll("Sales", "Events");
  rendered.AddAll("my sales-2026.q1", "caf\u00e9 \U0001F680");
  rendered.AddAll(R"(x'] .drop database ['Sales)", R"(") // \' ;)");

  if (auto const* update = std::getenv("ADXF_UPDATE_GOLDEN"); update != nullptr && *update == '1') {
    std::ofstream(kGolden) << rendered.Text();
  }
  std::ifstream file(kGolden);
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(rendered.Text(), golden.str()) << "ADXF_UPDATE_GOLDEN=1 writes " << kGolden << " anew";
}

}  // namespace
}  // namespace adxf::azure
