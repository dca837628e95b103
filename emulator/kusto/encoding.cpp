#include "emulator/kusto/encoding.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace adxf::emulator::kusto {
namespace {

struct TypeName {
  std::string_view kusto;
  std::string_view dotnet;
};

constexpr std::array kTypeNames{TypeName{"string", "String"},  TypeName{"bool", "SByte"},
                                TypeName{"int", "Int32"},      TypeName{"long", "Int64"},
                                TypeName{"real", "Double"},    TypeName{"datetime", "DateTime"},
                                TypeName{"guid", "Guid"},      TypeName{"timespan", "TimeSpan"},
                                TypeName{"dynamic", "Object"}, TypeName{"decimal", "SqlDecimal"}};

std::string_view DotnetType(std::string_view type) {
  auto const* const found = std::ranges::find(kTypeNames, type, &TypeName::kusto);
  return found == kTypeNames.end() ? "Object" : found->dotnet;
}

Json Rows(ResultTable const& table) {
  Json rows = Json::array();
  for (auto const& row : table.rows) rows.push_back(row);
  return rows;
}

Json TableV1(std::string_view name, ResultTable const& table) {
  Json columns = Json::array();
  for (auto const& column : table.columns) {
    columns.push_back({{"ColumnName", column.name},
                       {"DataType", DotnetType(column.type)},
                       {"ColumnType", column.type}});
  }
  return {{"TableName", name}, {"Columns", std::move(columns)}, {"Rows", Rows(table)}};
}

Json TableV2(int id, std::string_view kind, std::string_view name, ResultTable const& table) {
  Json columns = Json::array();
  for (auto const& column : table.columns)
    columns.push_back({{"ColumnName", column.name}, {"ColumnType", column.type}});
  return {{"FrameType", "DataTable"}, {"TableId", id},      {"TableKind", kind},
          {"TableName", name},        {"Columns", columns}, {"Rows", Rows(table)}};
}

Json ErrorObject(KustoFailure const& failure, RequestIds const& ids) {
  Json context = {{"timestamp", ids.timestamp},
                  {"serviceAlias", ids.cluster},
                  {"clientRequestId", ids.client_request_id},
                  {"activityId", ids.activity_id},
                  {"subActivityId", ids.activity_id},
                  {"activityType", "GW.Http.CallContext"},
                  {"parentActivityId", ids.activity_id}};
  return {
      {"code", failure.code},           {"message", "Request is invalid and cannot be executed."},
      {"@type", failure.type},          {"@message", failure.message},
      {"@context", std::move(context)}, {"@permanent", failure.is_permanent}};
}

Json OneApiErrors(KustoFailure const& failure, RequestIds const& ids) {
  return Json::array({Json{{"error", ErrorObject(failure, ids)}}});
}

/// The rows that came, then one that is an object and tells why no more did.
ResultTable Cut(ResultTable table, KustoFailure const& failure, RequestIds const& ids) {
  table.rows.push_back(Json{{"OneApiErrors", OneApiErrors(failure, ids)}});
  return table;
}

ResultTable PropertiesTable() {
  return {.columns = {{.name = "Value"}},
          .rows = {Json::array({R"({"Visualization":null,"Title":null})"})}};
}

ResultTable ContentsTable() {
  return {.columns = {{"Ordinal", "long"}, {"Kind"}, {"Name"}, {"Id"}, {"PrettyName"}},
          .rows = {Json::array({0, "QueryResult", "PrimaryResult",
                                "b6b9ba2f-6b7e-4b45-9c35-5e5d4f4d7a01", ""}),
                   Json::array({1, "QueryProperties", "@ExtendedProperties",
                                "c9a3b3de-1f0f-4a3f-8a36-3c5b6a2f9b02", ""}),
                   Json::array({2, "QueryStatus", "QueryStatus",
                                "00000000-0000-0000-0000-000000000000", ""})}};
}

ResultTable StatusTable(RequestIds const& ids, KustoFailure const* failure) {
  Json const row =
      Json::array({ids.timestamp, failure == nullptr ? 4 : 2, failure == nullptr ? "Info" : "Error",
                   failure == nullptr ? 0 : -2133196797,
                   failure == nullptr ? "Query completed successfully" : failure->message,
                   ids.activity_id, ids.activity_id, ids.activity_id, ids.client_request_id});
  return {.columns = {{"Timestamp", "datetime"},
                      {"Severity", "int"},
                      {"SeverityName"},
                      {"StatusCode", "int"},
                      {"StatusDescription"},
                      {"RequestId", "guid"},
                      {"ActivityId", "guid"},
                      {"SubActivityId", "guid"},
                      {"ClientActivityId"}},
          .rows = {row}};
}

std::string QueryV1(ResultTable const& table, RequestIds const& ids, KustoFailure const* failure) {
  Json tables = Json::array({TableV1("Table_0", table), TableV1("Table_1", PropertiesTable()),
                             TableV1("Table_2", StatusTable(ids, failure)),
                             TableV1("Table_3", ContentsTable())});
  return Dump(Json{{"Tables", std::move(tables)}});
}

ResultTable CompletionTable(RequestIds const& ids, KustoFailure const* failure) {
  Json const payload = {
      {"Count", 1},
      {"Text", failure == nullptr ? "Query completed successfully" : failure->message}};
  Json const row = Json::array(
      {ids.timestamp, ids.client_request_id, ids.activity_id, ids.activity_id, ids.activity_id,
       failure == nullptr ? 4 : 2, failure == nullptr ? "Info" : "Error",
       failure == nullptr ? 0 : -2133196797, "QueryInfo", 1, "QueryInfo", Dump(payload)});
  return {.columns = {{"Timestamp", "datetime"},
                      {"ClientRequestId"},
                      {"ActivityId", "guid"},
                      {"SubActivityId", "guid"},
                      {"ParentActivityId", "guid"},
                      {"Level", "int"},
                      {"LevelName"},
                      {"StatusCode", "int"},
                      {"StatusCodeName"},
                      {"EventType", "int"},
                      {"EventTypeName"},
                      {"Payload"}},
          .rows = {row}};
}

ResultTable FramePropertiesTable() {
  return {.columns = {{"TableId", "int"}, {"Key"}, {"Value", "dynamic"}},
          .rows = {Json::array({1, "Visualization", R"({"Visualization":null})"})}};
}

std::string QueryV2(ResultTable const& table, RequestIds const& ids, KustoFailure const* failure) {
  Json completion = {
      {"FrameType", "DataSetCompletion"}, {"HasErrors", failure != nullptr}, {"Cancelled", false}};
  if (failure != nullptr) completion["OneApiErrors"] = OneApiErrors(*failure, ids);
  Json const header = {{"FrameType", "DataSetHeader"},
                       {"IsProgressive", false},
                       {"Version", "v2.0"},
                       {"IsFragmented", false},
                       {"ErrorReportingPlacement", "InData"}};
  return Dump(Json::array(
      {header, TableV2(0, "QueryProperties", "@ExtendedProperties", FramePropertiesTable()),
       TableV2(1, "PrimaryResult", "PrimaryResult", table),
       TableV2(2, "QueryCompletionInformation", "QueryCompletionInformation",
               CompletionTable(ids, failure)),
       completion}));
}

}  // namespace

ResultTable ResultTable::Select(std::vector<std::string_view> const& names) const {
  ResultTable picked;
  std::vector<std::size_t> places;
  for (auto const name : names) {
    auto const found = std::ranges::find(columns, name, &ResultColumn::name);
    if (found == columns.end()) continue;
    picked.columns.push_back(*found);
    places.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
  for (auto const& row : rows) {
    Json cells = Json::array();
    for (auto const place : places) cells.push_back(row.at(place));
    picked.rows.push_back(std::move(cells));
  }
  return picked;
}

std::string EncodeCommandV1(ResultTable const& table) {
  return Dump(Json{{"Tables", Json::array({TableV1("Table_0", table)})}});
}

std::string EncodeQueryV1(ResultTable const& table, RequestIds const& ids) {
  return QueryV1(table, ids, nullptr);
}

std::string EncodeQueryV2(ResultTable const& table, RequestIds const& ids) {
  return QueryV2(table, ids, nullptr);
}

std::string EncodeFailure(KustoFailure const& failure, RequestIds const& ids) {
  Json error = ErrorObject(failure, ids);
  if (failure.status == 403) error["message"] = "Caller is not authorized to perform this action";
  if (failure.status >= 500) error["message"] = "The service could not complete the request.";
  return Dump(Json{{"error", std::move(error)}});
}

std::string EncodePartialFailureV1(ResultTable const& table, KustoFailure const& failure,
                                   RequestIds const& ids) {
  return QueryV1(Cut(table, failure, ids), ids, &failure);
}

std::string EncodePartialCommandV1(ResultTable const& table, KustoFailure const& failure,
                                   RequestIds const& ids) {
  return EncodeCommandV1(Cut(table, failure, ids));
}

std::string EncodePartialFailureV2(ResultTable const& table, KustoFailure const& failure,
                                   RequestIds const& ids) {
  return QueryV2(Cut(table, failure, ids), ids, &failure);
}

std::string EncodeMalformed(std::string_view body) {
  if (body.size() < 2) return "{";
  return std::string(body.substr(0, body.size() / 2));
}

KustoFailure LimitsExceeded() {
  return {.status = 200,
          .code = "LimitsExceeded",
          .type = "Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException",
          .message =
              "Query execution has exceeded the allowed limits (80DA0003): the results of this "
              "query exceed the set limit of 500000 records "
              "(E_QUERY_RESULT_SET_TOO_LARGE)."};
}

}  // namespace adxf::emulator::kusto
