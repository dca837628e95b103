#include "azure/kusto_answer.hpp"

#include "azure/azure_error.hpp"
#include "azure/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace adxf::azure {
namespace {

constexpr std::int64_t kSeverityOfErrors =
    2;  ///< 0 fatal, 1 severe, 2 error; above it warnings and news.

Failure Unreadable(std::string_view why) {
  return Fail(Code::kUnavailable,
              "Kusto's answer cannot be read (" + std::string(why) + "); it will be asked again");
}

/// The first failure in a list of OneApiErrors, or of older `Exceptions` (plain texts).
std::optional<Error> FirstError(nlohmann::json const& holder, http::Response const& response) {
  for (auto const* member : {"OneApiErrors", "Exceptions"}) {
    auto const& errors = At(holder, member);
    if (!errors.is_array() || errors.empty()) continue;
    if (!errors[0].is_string()) return KustoErrorFrom(errors[0], response);
    return KustoErrorFrom(nlohmann::json{{"message", errors[0]}}, response);
  }
  return std::nullopt;
}

Result<KustoTable> ReadTable(nlohmann::json const& table, http::Response const& response) {
  auto const& columns = At(table, "Columns");
  auto const& rows = At(table, "Rows");
  if (!columns.is_array() || !rows.is_array()) return Unreadable("a table without columns or rows");
  std::vector<std::string> names;
  for (auto const& column : columns) names.push_back(TextAt(column, "ColumnName"));
  std::vector<nlohmann::json> cells;
  cells.reserve(rows.size());
  for (auto const& row : rows) {
    if (row.is_object()) {
      if (auto error = FirstError(row, response)) return std::unexpected(std::move(*error));
      return Unreadable("a row that is no list");
    }
    if (!row.is_array()) return Unreadable("a row that is no list");
    cells.push_back(row);
  }
  return KustoTable(std::move(names), std::move(cells));
}

/// A QueryStatus table: the worst line decides.
std::optional<Error> StatusFailure(KustoTable const& status) {
  if (!status.HasColumn("Severity")) return std::nullopt;
  for (std::size_t row = 0; row < status.RowCount(); ++row) {
    if (status.Number(row, "Severity") > kSeverityOfErrors) continue;
    auto const text = status.Text(row, "StatusDescription");
    return Error{
        .code = Code::kUnavailable,
        .message = CleanText("Kusto reports a failure inside a successful answer: " + text),
        .service_code = CleanText(status.Text(row, "SeverityName"))};
  }
  return std::nullopt;
}

/// Which tables of a v1 answer are what; without a table of contents the first one is the result.
struct Contents {
  std::size_t result = 0;
  std::vector<std::size_t> statuses{};
};

Contents ReadContents(KustoTable const& toc) {
  Contents contents;
  std::optional<std::size_t> result;
  for (std::size_t row = 0; row < toc.RowCount(); ++row) {
    auto const kind = toc.Text(row, "Kind");
    auto const ordinal = toc.Number(row, "Ordinal");
    if (ordinal < 0) continue;
    auto const index = static_cast<std::size_t>(ordinal);
    if (kind == "QueryResult" && !result) result = index;
    if (kind == "QueryStatus") contents.statuses.push_back(index);
  }
  contents.result = result.value_or(0);
  return contents;
}

Result<KustoTable> ReadV1(nlohmann::json const& body, http::Response const& response) {
  auto const& tables = At(body, "Tables");
  if (auto error = FirstError(body, response)) return std::unexpected(std::move(*error));
  if (!tables.is_array() || tables.empty()) return Unreadable("no tables");
  Contents contents;
  if (tables.size() > 2) {
    TRY_ASSIGN(auto const toc, ReadTable(tables.back(), response));
    if (toc.HasColumn("Ordinal") && toc.HasColumn("Kind")) contents = ReadContents(toc);
  }
  for (auto const index : contents.statuses) {
    if (index >= tables.size()) continue;
    TRY_ASSIGN(auto const status, ReadTable(tables[index], response));
    if (auto failure = StatusFailure(status)) return std::unexpected(std::move(*failure));
  }
  if (contents.result >= tables.size())
    return Unreadable("a table of contents that names no table");
  return ReadTable(tables[contents.result], response);
}

Result<KustoTable> ReadV2(nlohmann::json const& frames, http::Response const& response) {
  nlohmann::json const* primary = nullptr;
  bool is_complete = false;
  for (auto const& frame : frames) {
    auto const type = TextAt(frame, "FrameType");
    if (type == "DataTable" && TextAt(frame, "TableKind") == "PrimaryResult" && primary == nullptr)
      primary = &frame;
    if (type == "TableHeader") return Unreadable("a progressive answer that was not asked for");
    if (type != "DataSetCompletion") continue;
    is_complete = true;
    if (!FlagAt(frame, "HasErrors") && !FlagAt(frame, "Cancelled")) continue;
    if (auto error = FirstError(frame, response)) return std::unexpected(std::move(*error));
    return Unreadable("it was cut short without a reason");
  }
  if (primary == nullptr || !is_complete) return Unreadable("it has no result or no end");
  return ReadTable(*primary, response);
}

}  // namespace

Result<KustoTable> ReadKustoAnswer(http::Response const& response) {
  auto const body = nlohmann::json::parse(response.body, nullptr, false);
  if (body.is_array()) return ReadV2(body, response);
  if (body.is_object()) return ReadV1(body, response);
  return Unreadable("it is not JSON");
}

}  // namespace adxf::azure
