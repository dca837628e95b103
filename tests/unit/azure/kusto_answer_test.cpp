#include "azure/kusto_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace adxf::azure {
namespace {

using ::testing::HasSubstr;

Result<KustoTable> Read(std::string body) {
  return ReadKustoAnswer({.status = 200, .body = std::move(body)});
}

constexpr auto kError =
    R"({"error":{"code":"LimitsExceeded","@message":"too much","@permanent":true}})";

TEST(KustoAnswer, TakesTheFirstTableOfACommand) {
  auto const table = Read(
      R"({"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"A","DataType":"String"}],"Rows":[["x"],["y"]]}]})");

  ASSERT_TRUE(table);
  EXPECT_EQ(table->RowCount(), 2U);
  EXPECT_EQ(table->Text(1, "A"), "y");
}

std::string WithContents(int severity) {
  return R"({"Tables":[
    {"TableName":"Table_0","Columns":[{"ColumnName":"Value"}],"Rows":[["{}"]]},
    {"TableName":"Table_1","Columns":[{"ColumnName":"A"}],"Rows":[["x"]]},
    {"TableName":"Table_2","Columns":[{"ColumnName":"Severity"},{"ColumnName":"SeverityName"},{"ColumnName":"StatusDescription"}],
     "Rows":[[4,"Info","fine"],[)" +
         std::to_string(severity) + R"(,"Error","a node was lost"]]},
    {"TableName":"Table_3","Columns":[{"ColumnName":"Ordinal"},{"ColumnName":"Kind"},{"ColumnName":"Name"}],
     "Rows":[[0,"QueryProperties","@ExtendedProperties"],[1,"QueryResult","PrimaryResult"],[2,"QueryStatus","QueryStatus"]]}]})";
}

TEST(KustoAnswer, FollowsTheTableOfContents) {
  auto const table = Read(WithContents(4));

  ASSERT_TRUE(table);
  EXPECT_EQ(table->Text(0, "A"), "x");
}

TEST(KustoAnswer, FindsAFailureInTheStatusTable) {
  auto const table = Read(WithContents(2));

  ASSERT_FALSE(table);
  EXPECT_THAT(table.error().message, HasSubstr("a node was lost"));
  EXPECT_TRUE(Read(WithContents(3)));
}

TEST(KustoAnswer, FindsAFailureInARowThatIsAnObject) {
  auto const table =
      Read(R"({"Tables":[{"Columns":[{"ColumnName":"A"}],"Rows":[["x"],{"OneApiErrors":[)" +
           std::string(kError) + "]}]}]}");
  auto const older =
      Read(R"({"Tables":[{"Columns":[{"ColumnName":"A"}],"Rows":[{"Exceptions":["it broke"]}]}]})");

  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().message, "LimitsExceeded: too much");
  EXPECT_EQ(table.error().code, Code::kInvalid);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().message, "it broke");
}

std::string Frames(std::string const& completion) {
  return R"([{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"},
    {"FrameType":"DataTable","TableId":0,"TableKind":"QueryProperties","TableName":"p","Columns":[],"Rows":[]},
    {"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"r","Columns":[{"ColumnName":"n","ColumnType":"long"}],"Rows":[[5]]},)" +
         completion + "]";
}

TEST(KustoAnswer, TakesThePrimaryResultOfFrames) {
  auto const table =
      Read(Frames(R"({"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false})"));

  ASSERT_TRUE(table);
  EXPECT_EQ(table->Number(0, "n"), 5);
}

TEST(KustoAnswer, FindsAFailureInTheLastFrame) {
  auto const failed =
      Read(Frames(R"({"FrameType":"DataSetCompletion","HasErrors":true,"OneApiErrors":[)" +
                  std::string(kError) + "]}"));
  auto const cancelled =
      Read(Frames(R"({"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":true})"));

  EXPECT_EQ(failed.error().service_code, "LimitsExceeded");
  EXPECT_EQ(cancelled.error().code, Code::kUnavailable);
}

TEST(KustoAnswer, TakesAnythingElseAsUnreadable) {
  for (auto const* body :
       {"", "null", "<html>", "[]", "{}", R"({"Tables":[]})", R"({"Tables":7})",
        R"({"Tables":[{}]})", R"({"Tables":[{"Columns":[],"Rows":[7]}]})",
        R"({"Tables":[{"Columns":[],"Rows":[{}]}]})", R"([{"FrameType":"TableHeader"}])",
        R"([7,null])",
        R"([{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":[],"Rows":[]}])"}) {
    auto const table = Read(body);
    ASSERT_FALSE(table) << body;
    EXPECT_EQ(table.error().code, Code::kUnavailable) << body;
  }
}

TEST(KustoTable, ReadsCellsByNameAndForgivesWhatIsMissing) {
  using nlohmann::json;
  KustoTable const table({"T", "B", "N", "J"},
                         {json::array({"text", 1, "42", R"({"a":1})"}), json::array({nullptr})});

  EXPECT_EQ(table.Text(0, "T"), "text");
  EXPECT_TRUE(table.Flag(0, "B"));
  EXPECT_EQ(table.Number(0, "N"), 42);
  EXPECT_EQ(table.Json(0, "J")["a"], 1);
  EXPECT_EQ(table.Text(1, "T"), "");
  EXPECT_FALSE(table.Flag(1, "B"));
  EXPECT_EQ(table.Number(1, "N"), 0);
  EXPECT_TRUE(table.Json(1, "J").is_null());
  EXPECT_EQ(table.Text(9, "T"), "");
  EXPECT_EQ(table.Text(0, "none"), "");
}

}  // namespace
}  // namespace adxf::azure
