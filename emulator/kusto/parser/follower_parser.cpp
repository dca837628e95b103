#include "base/result.hpp"
#include "emulator/kusto/parser/literals.hpp"
#include "emulator/kusto/parser/parser.hpp"

namespace adxf::emulator::kusto {
namespace {

/// The service reads the leader's path where it is given; which leader is clear without it.
Parsed<bool> SkipFrom(Cursor& cursor) {
  if (!cursor.TakeWord("from")) return false;
  TRY_ASSIGN([[maybe_unused]] std::string const path, cursor.ExpectString());
  return true;
}

ManagedFollowerSetting SkipManaged(Cursor& cursor, std::string what) {
  while (!cursor.IsAtEnd()) cursor.Skip();
  return {.what = std::move(what)};
}

/// A follower has no ingestors: nothing can be ingested there.
Parsed<DatabaseRole> ExpectFollowerRole(Cursor& cursor) {
  auto const refusal = cursor.Unexpected("admins, users, viewers, unrestrictedviewers or monitors");
  TRY_ASSIGN(DatabaseRole const role, ExpectRole(cursor));
  if (role == DatabaseRole::kIngestor) return std::unexpected(refusal);
  return role;
}

Parsed<Command> ParseShowFollower(Cursor& cursor) {
  ShowFollowerDatabases command;
  if (cursor.TakeWord("databases")) {
    if (cursor.IsPunct("(")) {
      TRY_ASSIGN(command.names, cursor.ExpectNames());
    }
    return command;
  }
  TRY_ASSIGN([[maybe_unused]] bool const word, cursor.ExpectWord("database"));
  TRY_ASSIGN(std::string name, cursor.ExpectName());
  command.names.push_back(std::move(name));
  return command;
}

Parsed<Command> ParseAdd(Cursor& cursor) {
  ChangeFollowerPrincipals command{.change = Change::kAdd};
  TRY_ASSIGN([[maybe_unused]] bool const word, cursor.ExpectWord("database"));
  TRY_ASSIGN(command.database, cursor.ExpectName());
  TRY_ASSIGN([[maybe_unused]] bool const from, SkipFrom(cursor));
  TRY_ASSIGN(command.role, ExpectFollowerRole(cursor));
  TRY_ASSIGN(command.principals, cursor.ExpectStrings());
  if (cursor.Peek().kind == TokenKind::kString) {
    TRY_ASSIGN(command.notes, cursor.ExpectString());
  }
  return command;
}

Parsed<Command> ParseDrop(Cursor& cursor) {
  if (cursor.TakeWord("databases")) return SkipManaged(cursor, "drop");
  ChangeFollowerPrincipals command{.change = Change::kDrop};
  TRY_ASSIGN([[maybe_unused]] bool const word, cursor.ExpectWord("database"));
  TRY_ASSIGN(command.database, cursor.ExpectName());
  if (cursor.IsWord("from")) return SkipManaged(cursor, "drop");
  TRY_ASSIGN(command.role, ExpectFollowerRole(cursor));
  TRY_ASSIGN([[maybe_unused]] bool const from, SkipFrom(cursor));
  TRY_ASSIGN(command.principals, cursor.ExpectStrings());
  return command;
}

Parsed<Command> ParseAlterKind(Cursor& cursor, std::string database,
                               AlterFollowerKind::Subject subject) {
  TRY_ASSIGN([[maybe_unused]] bool const equals, cursor.ExpectPunct("="));
  auto const kind = cursor.Peek().kind == TokenKind::kWord
                        ? ParseModificationKind(cursor.Peek().text)
                        : std::nullopt;
  if (!kind) return std::unexpected(cursor.Unexpected("none, union or replace"));
  cursor.Skip();
  return AlterFollowerKind{.database = std::move(database), .subject = subject, .kind = *kind};
}

Parsed<Command> ParsePrefetch(Cursor& cursor, std::string database) {
  TRY_ASSIGN([[maybe_unused]] bool const equals, cursor.ExpectPunct("="));
  bool const is_enabled = cursor.IsWord("true");
  if (!is_enabled && !cursor.IsWord("false"))
    return std::unexpected(cursor.Unexpected("true or false"));
  cursor.Skip();
  return AlterFollowerPrefetch{.database = std::move(database), .is_enabled = is_enabled};
}

/// `table X`, `tables (X, Y)`, `materialized-view V`, `materialized-views (V, W)`, or nothing for
/// the database itself.
Parsed<bool> ReadScope(Cursor& cursor, ChangeFollowerCaching& command) {
  bool const is_view = cursor.IsWord("materialized-view") || cursor.IsWord("materialized-views");
  bool const is_plural = cursor.IsWord("tables") || cursor.IsWord("materialized-views");
  if (!is_view && !is_plural && !cursor.IsWord("table")) return false;
  command.scope = is_view ? Scope::kMaterializedViews : Scope::kTables;
  cursor.Skip();
  if (is_plural) {
    TRY_ASSIGN(command.entities, cursor.ExpectNames());
    return true;
  }
  TRY_ASSIGN(std::string name, cursor.ExpectName());
  command.entities.push_back(std::move(name));
  return true;
}

Parsed<ChangeFollowerCaching> ParseCachingSubject(Cursor& cursor, std::string database) {
  ChangeFollowerCaching command{.database = std::move(database)};
  TRY_ASSIGN([[maybe_unused]] bool const scoped, ReadScope(cursor, command));
  TRY_ASSIGN([[maybe_unused]] bool const policy, cursor.ExpectWord("policy"));
  TRY_ASSIGN([[maybe_unused]] bool const caching, cursor.ExpectWord("caching"));
  return command;
}

/// `tables include add (…)`: which entities are followed is the attachment's to say.
bool IsSharingCommand(Cursor const& cursor) {
  if (cursor.IsWord("external")) return true;
  bool const is_kind = cursor.IsWord("tables") || cursor.IsWord("materialized-views");
  return is_kind && (cursor.IsWord("include", 1) || cursor.IsWord("exclude", 1));
}

Parsed<Command> ParseAlter(Cursor& cursor) {
  if (cursor.TakeWord("cluster")) return SkipManaged(cursor, "cluster configuration");
  TRY_ASSIGN([[maybe_unused]] bool const word, cursor.ExpectWord("database"));
  TRY_ASSIGN(std::string database, cursor.ExpectName());
  TRY_ASSIGN([[maybe_unused]] bool const from, SkipFrom(cursor));
  using enum AlterFollowerKind::Subject;
  if (cursor.TakeWord("principals-modification-kind"))
    return ParseAlterKind(cursor, database, kPrincipals);
  if (cursor.TakeWord("caching-policies-modification-kind"))
    return ParseAlterKind(cursor, database, kCaching);
  if (cursor.TakeWord("prefetch-extents")) return ParsePrefetch(cursor, database);
  if (cursor.IsWord("database-name-override")) return SkipManaged(cursor, "database-name-override");
  if (cursor.IsWord("metadata")) return SkipManaged(cursor, "metadata");
  if (IsSharingCommand(cursor)) return SkipManaged(cursor, "include and exclude");
  TRY_ASSIGN(ChangeFollowerCaching command, ParseCachingSubject(cursor, database));
  TRY_ASSIGN(command.policy, ExpectCaching(cursor));
  return command;
}

Parsed<Command> ParseDelete(Cursor& cursor) {
  TRY_ASSIGN([[maybe_unused]] bool const word, cursor.ExpectWord("database"));
  TRY_ASSIGN(std::string database, cursor.ExpectName());
  return ParseCachingSubject(cursor, database);
}

}  // namespace

Parsed<Command> ParseFollower(Cursor& cursor, std::string_view verb) {
  if (verb == "show") return ParseShowFollower(cursor);
  if (verb == "add") return ParseAdd(cursor);
  if (verb == "drop") return ParseDrop(cursor);
  if (verb == "alter") return ParseAlter(cursor);
  return ParseDelete(cursor);
}

}  // namespace adxf::emulator::kusto
