#include "base/result.hpp"
#include "emulator/kusto/parser/literals.hpp"
#include "emulator/kusto/parser/parser.hpp"

namespace adxf::emulator::kusto {
namespace {

Parsed<std::vector<Column>> ExpectColumns(Cursor& cursor) {
  TRY_ASSIGN([[maybe_unused]] bool const open, cursor.ExpectPunct("("));
  std::vector<Column> columns;
  do {
    Column column;
    TRY_ASSIGN(column.name, cursor.ExpectName());
    TRY_ASSIGN([[maybe_unused]] bool const colon, cursor.ExpectPunct(":"));
    TRY_ASSIGN(column.type, cursor.ExpectName());
    columns.push_back(std::move(column));
  } while (cursor.TakePunct(","));
  TRY_ASSIGN([[maybe_unused]] bool const close, cursor.ExpectPunct(")"));
  return columns;
}

Parsed<Command> ParseCreateView(Cursor& cursor) {
  CreateMaterializedView command;
  command.if_not_exists = cursor.TakeWord("ifnotexists");
  TRY_ASSIGN([[maybe_unused]] bool const word, cursor.ExpectWord("materialized-view"));
  TRY_ASSIGN(command.name, cursor.ExpectName());
  TRY_ASSIGN([[maybe_unused]] bool const on, cursor.ExpectWord("on"));
  TRY_ASSIGN([[maybe_unused]] bool const table, cursor.ExpectWord("table"));
  TRY_ASSIGN(command.table, cursor.ExpectName());
  TRY_ASSIGN(command.query, cursor.ExpectEnclosed("{", "}"));
  return command;
}

Parsed<Command> ParseCreateTable(Cursor& cursor, bool is_merge) {
  CreateTable command{.is_merge = is_merge};
  TRY_ASSIGN([[maybe_unused]] bool const word, cursor.ExpectWord("table"));
  TRY_ASSIGN(command.name, cursor.ExpectName());
  TRY_ASSIGN(command.columns, ExpectColumns(cursor));
  return command;
}

Parsed<Command> ParseIngest(Cursor& cursor) {
  IngestInline command;
  TRY_ASSIGN([[maybe_unused]] bool const in_line, cursor.ExpectWord("inline"));
  TRY_ASSIGN([[maybe_unused]] bool const into, cursor.ExpectWord("into"));
  TRY_ASSIGN([[maybe_unused]] bool const table, cursor.ExpectWord("table"));
  TRY_ASSIGN(command.table, cursor.ExpectName());
  if (cursor.TakeWord("with")) {
    TRY_ASSIGN([[maybe_unused]] std::string const options, cursor.ExpectEnclosed("(", ")"));
  }
  if (cursor.Peek().kind != TokenKind::kRest) return std::unexpected(cursor.Unexpected("<|"));
  command.csv = cursor.Peek().text;
  cursor.Skip();
  return command;
}

Parsed<Command> ParsePrincipals(Cursor& cursor, Change change) {
  ChangeDatabasePrincipals command{.change = change};
  TRY_ASSIGN([[maybe_unused]] bool const word, cursor.ExpectWord("database"));
  TRY_ASSIGN(command.database, cursor.ExpectName());
  TRY_ASSIGN(command.role, ExpectRole(cursor));
  TRY_ASSIGN(command.principals, cursor.ExpectStrings());
  if (change == Change::kAdd && cursor.Peek().kind == TokenKind::kString) {
    TRY_ASSIGN(command.notes, cursor.ExpectString());
  }
  return command;
}

Parsed<Command> ParseDropTable(Cursor& cursor) {
  DropTable command;
  TRY_ASSIGN(command.name, cursor.ExpectName());
  command.if_exists = cursor.TakeWord("ifexists");
  return command;
}

Parsed<Command> ParseDropView(Cursor& cursor) {
  DropMaterializedView command;
  TRY_ASSIGN(command.name, cursor.ExpectName());
  return command;
}

Parsed<ChangeCaching> ParseCachingSubject(Cursor& cursor) {
  ChangeCaching command;
  if (cursor.TakeWord("table")) {
    command.scope = Scope::kTables;
  } else if (cursor.TakeWord("materialized-view")) {
    command.scope = Scope::kMaterializedViews;
  } else if (!cursor.TakeWord("database")) {
    return std::unexpected(cursor.Unexpected("database, table or materialized-view"));
  }
  TRY_ASSIGN(command.name, cursor.ExpectName());
  TRY_ASSIGN([[maybe_unused]] bool const policy, cursor.ExpectWord("policy"));
  TRY_ASSIGN([[maybe_unused]] bool const caching, cursor.ExpectWord("caching"));
  return command;
}

Parsed<Command> ParseAlter(Cursor& cursor) {
  TRY_ASSIGN(ChangeCaching command, ParseCachingSubject(cursor));
  TRY_ASSIGN(command.policy, ExpectCaching(cursor));
  return command;
}

Parsed<Command> ParseDelete(Cursor& cursor) {
  TRY_ASSIGN(ChangeCaching command, ParseCachingSubject(cursor));
  return command;
}

}  // namespace

Parsed<Command> ParseWrite(Cursor& cursor, std::string_view verb) {
  if (verb == "create" && cursor.IsWord("table")) return ParseCreateTable(cursor, false);
  if (verb == "create-merge") return ParseCreateTable(cursor, true);
  if (verb == "create") return ParseCreateView(cursor);
  if (verb == "drop" && cursor.TakeWord("table")) return ParseDropTable(cursor);
  if (verb == "drop" && cursor.TakeWord("materialized-view")) return ParseDropView(cursor);
  if (verb == "drop") return ParsePrincipals(cursor, Change::kDrop);
  if (verb == "add") return ParsePrincipals(cursor, Change::kAdd);
  if (verb == "alter") return ParseAlter(cursor);
  if (verb == "delete") return ParseDelete(cursor);
  if (verb == "ingest") return ParseIngest(cursor);
  return std::unexpected(cursor.Unexpected("a known command"));
}

}  // namespace adxf::emulator::kusto
