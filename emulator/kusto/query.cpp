#include "emulator/kusto/query.hpp"

#include "base/result.hpp"
#include "emulator/kusto/access.hpp"
#include "emulator/kusto/parser/literals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace adxf::emulator::kusto {
namespace {

constexpr std::uint64_t kMaxRows = 500'000;
constexpr std::uint64_t kPartialRows =
    1000;  // What is given of a result that is too large: enough to show that it is cut.

struct Value {
  std::string type{};
  Json json{};
};

/// A table, then at most one operator.
struct TableQuery {
  enum class Operator { kNone, kCount, kTake };
  std::string table{};
  Operator op = Operator::kNone;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

std::optional<Json> NumberOf(std::string const& text) {
  if (text.find_first_not_of("0123456789.") != std::string::npos) return std::nullopt;
  return Json::parse(text, nullptr, false);
}

Parsed<Value> ExpectValue(Cursor& cursor) {
  Token const token = cursor.Peek();
  if (token.kind == TokenKind::kString) {
    cursor.Skip();
    return Value{"string", token.text};
  }
  if (cursor.IsWord("true") || cursor.IsWord("false")) {
    cursor.Skip();
    return Value{"bool", SameName(token.text, "true")};
  }
  if (token.kind == TokenKind::kTyped && token.text.starts_with("date")) {
    TRY_ASSIGN(TimePoint const time, ExpectDatetime(cursor));
    return Value{"datetime", Iso8601(time)};
  }
  auto const number = token.kind == TokenKind::kLiteral ? NumberOf(token.text) : std::nullopt;
  if (number && number->is_number()) {
    cursor.Skip();
    return Value{number->is_number_float() ? "real" : "long", *number};
  }
  TRY_ASSIGN(Ticks const span, ExpectTimespan(cursor));
  return Value{"timespan", TimespanText(span)};
}

Parsed<ResultTable> ParsePrint(Cursor& cursor) {
  ResultTable table;
  Json row = Json::array();
  do {
    auto name = fmt::format("print_{}", table.columns.size());
    bool const is_word =
        cursor.Peek().kind == TokenKind::kWord || cursor.Peek().kind == TokenKind::kName;
    if (is_word && cursor.Peek(1).kind == TokenKind::kPunct && cursor.Peek(1).text == "=") {
      TRY_ASSIGN(name, cursor.ExpectName());
      cursor.Skip();
    }
    TRY_ASSIGN(Value value, ExpectValue(cursor));
    table.columns.push_back({.name = name, .type = value.type});
    row.push_back(std::move(value.json));
  } while (cursor.TakePunct(","));
  table.rows.push_back(std::move(row));
  return table;
}

Parsed<std::uint64_t> ExpectCount(Cursor& cursor) {
  std::uint64_t count = 0;
  auto const& text = cursor.Peek().text;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  bool const is_count = cursor.Peek().kind == TokenKind::kLiteral && error == std::errc{} &&
                        end == text.data() + text.size();
  if (!is_count) return std::unexpected(cursor.Unexpected("a number of rows"));
  cursor.Skip();
  return count;
}

Parsed<TableQuery> ParseTableQuery(Cursor& cursor) {
  TableQuery query;
  TRY_ASSIGN(query.table, cursor.ExpectName());
  if (!cursor.TakePunct("|")) return query;
  if (cursor.TakeWord("count")) {
    query.op = TableQuery::Operator::kCount;
    return query;
  }
  if (!cursor.TakeWord("take") && !cursor.TakeWord("limit"))
    return std::unexpected(cursor.Unexpected("count or take"));
  query.op = TableQuery::Operator::kTake;
  TRY_ASSIGN(query.limit, ExpectCount(cursor));
  return query;
}

Json Cell(std::string const& text, std::string_view type) {
  if (type == "string") return text;
  if (text.empty()) return nullptr;
  if (type == "long" || type == "int" || type == "real" || type == "bool" || type == "dynamic") {
    auto value = Json::parse(text, nullptr, false);
    return value.is_discarded() ? Json(nullptr) : value;
  }
  return text;
}

/// What was ingested as text; rows known by number only (from a seed) are empty.
Json RowOf(Table const& table, Extent const& extent, std::uint64_t number) {
  Json row = Json::array();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    bool const is_known = number < extent.cells.size() && i < extent.cells[number].size();
    row.push_back(
        Cell(is_known ? extent.cells[number][i] : std::string(), Lower(table.columns[i].type)));
  }
  return row;
}

std::uint64_t CountRows(std::vector<Extent const*> const& extents) {
  std::uint64_t rows = 0;
  for (auto const* extent : extents) rows += extent->rows;
  return rows;
}

ResultTable Rows(Table const& table, std::vector<Extent const*> const& extents,
                 std::uint64_t limit) {
  ResultTable answer;
  for (auto const& column : table.columns)
    answer.columns.push_back({.name = column.name, .type = Lower(column.type)});
  answer.is_truncated = std::min(limit, CountRows(extents)) > kMaxRows;
  if (answer.is_truncated) limit = kPartialRows;
  for (auto const* extent : extents) {
    for (std::uint64_t number = 0; number < extent->rows && answer.rows.size() < limit; ++number)
      answer.rows.push_back(RowOf(table, *extent, number));
  }
  return answer;
}

ResultTable Count(std::vector<Extent const*> const& extents) {
  return {.columns = {{.name = "Count", .type = "long"}},
          .rows = {Json::array({CountRows(extents)})}};
}

/// Tables and materialized views are read alike.
Outcome<ResultTable> ReadTable(DatabaseView const& view, TableQuery const& query) {
  auto const table = FindTable(view, query.table);
  auto const entity = FindMaterializedView(view, query.table);
  if (!table && !entity) {
    return Refusal(KustoFailure{
        .code = "General_BadRequest",
        .type = "Kusto.Data.Exceptions.SemanticException",
        .message = fmt::format(
            "Semantic error: SEM0100: Failed to resolve table or column expression named '{}'",
            query.table)});
  }
  auto const extents = view.Arrived(table ? (*table)->extents : (*entity)->extents);
  if (query.op == TableQuery::Operator::kCount) return Count(extents);
  return Rows(table ? **table : Table{.columns = {{.name = "Value"}}}, extents, query.limit);
}

template <class T>
Outcome<T> OrRefuse(Parsed<T> parsed, std::string_view text) {
  if (!parsed) return RefuseSyntax(parsed.error(), text);
  return *std::move(parsed);
}

}  // namespace

Outcome<ResultTable> RunQuery(Session const& session, std::string_view text) {
  TRY_ASSIGN(std::vector<Token> tokens, OrRefuse(Tokenize(text), text));
  Cursor cursor(text, std::move(tokens));
  if (cursor.IsPunct("."))
    return RefuseRequest("Control commands are not allowed on the query endpoint.");
  bool const is_print = cursor.TakeWord("print");
  TRY_ASSIGN(ResultTable printed,
             OrRefuse(is_print ? ParsePrint(cursor) : Parsed<ResultTable>(ResultTable{}), text));
  TRY_ASSIGN(TableQuery const query,
             OrRefuse(is_print ? Parsed<TableQuery>(TableQuery{}) : ParseTableQuery(cursor), text));
  TRY_ASSIGN([[maybe_unused]] bool const end, OrRefuse(cursor.ExpectEnd(), text));
  TRY_ASSIGN(DatabaseView const view, FindView(session, session.database));
  TRY_ASSIGN([[maybe_unused]] bool const allowed,
             Require(session, view.name, Right::kRead, "read the data"));
  if (is_print) return printed;
  return ReadTable(view, query);
}

}  // namespace adxf::emulator::kusto
