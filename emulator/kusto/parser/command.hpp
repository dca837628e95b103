#pragma once

#include "emulator/model.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// Control commands as values: one small struct per command, nothing resolved or checked against
/// any database.
namespace adxf::emulator::kusto {

enum class Change { kAdd, kDrop };
enum class Scope { kDatabase, kTables, kMaterializedViews };

// ---- follower commands
// ------------------------------------------------------------------------------------------

struct ShowFollowerDatabases {
  std::vector<std::string> names{};  ///< Empty: all.
};

struct ChangeFollowerPrincipals {
  Change change = Change::kAdd;
  std::string database{};
  DatabaseRole role = DatabaseRole::kViewer;
  std::vector<std::string> principals{};
  std::string notes{};
};

struct AlterFollowerKind {
  enum class Subject { kPrincipals, kCaching };
  std::string database{};
  Subject subject = Subject::kCaching;
  ModificationKind kind = ModificationKind::kUnion;
};

struct AlterFollowerPrefetch {
  std::string database{};
  bool is_enabled = false;
};

/// `.alter follower database … policy caching`, or its delete when `policy` is absent.
struct ChangeFollowerCaching {
  std::string database{};
  Scope scope = Scope::kDatabase;
  std::vector<std::string> entities{};
  std::optional<CachingPolicy> policy{};
};

/// In the grammar, but Azure's resource manager owns the setting: the service refuses it.
struct ManagedFollowerSetting {
  std::string what{};
};

// ---- show
// -------------------------------------------------------------------------------------------------------

struct ShowDatabases {
  bool is_detailed = false;
};

struct ShowDatabase {
  enum class Facet {
    kPlain,
    kDetails,
    kIdentity,
    kPolicies,
    kDataStats,
    kPrincipals,
    kPrincipalRoles,
    kExtents,
    kCachingPolicy
  };
  std::string database{};  ///< Empty: the request's.
  Facet facet = Facet::kPlain;
};

struct ShowTables {
  bool is_detailed = false;
  std::vector<std::string> names{};  ///< Empty: all.
};

struct ShowEntityCaching {
  Scope scope = Scope::kTables;
  std::string name{};
};

struct ShowTableExtents {
  std::string table{};
};

struct ShowEntities {
  enum class Kind { kMaterializedViews, kFunctions, kExternalTables };
  Kind kind = Kind::kMaterializedViews;
  std::string name{};  ///< Empty: all.
};

struct ShowService {
  enum class Kind { kVersion, kCluster, kJournal, kClusterPrincipals };
  Kind kind = Kind::kVersion;
};

// ---- writes to a database of one's own
// ---------------------------------------------------------------------------

struct CreateTable {
  std::string name{};
  std::vector<Column> columns{};
  bool is_merge = false;
};

struct DropTable {
  std::string name{};
  bool if_exists = false;
};

struct CreateMaterializedView {
  std::string name{};
  std::string table{};
  std::string query{};
  bool if_not_exists = false;
};

struct DropMaterializedView {
  std::string name{};
};

struct IngestInline {
  std::string table{};
  std::string csv{};
};

/// `.alter … policy caching`, or its delete when `policy` is absent.
struct ChangeCaching {
  Scope scope = Scope::kDatabase;
  std::string name{};
  std::optional<CachingPolicy> policy{};
};

struct ChangeDatabasePrincipals {
  Change change = Change::kAdd;
  std::string database{};
  DatabaseRole role = DatabaseRole::kViewer;
  std::vector<std::string> principals{};
  std::string notes{};
};

using Command =
    std::variant<ShowFollowerDatabases, ChangeFollowerPrincipals, AlterFollowerKind,
                 AlterFollowerPrefetch, ChangeFollowerCaching, ManagedFollowerSetting,
                 ShowDatabases, ShowDatabase, ShowTables, ShowEntityCaching, ShowTableExtents,
                 ShowEntities, ShowService, CreateTable, DropTable, CreateMaterializedView,
                 DropMaterializedView, IngestInline, ChangeCaching, ChangeDatabasePrincipals>;

}  // namespace adxf::emulator::kusto
