#include "kinds/follower_database/types.hpp"
#include "kinds/follower_database/types_crd.hpp"
#include "kinds/follower_database/types_spec.hpp"
#include "kinds/follower_database/types_status_table.hpp"
#include "model/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::follower_database {
namespace {

using model::schema::Node;
using ::testing::IsEmpty;

/// Calls `visit(path, schema)` for the schema and all below it.
template <class Visit>
void Walk(std::string const& path, Node const& schema, Visit&& visit) {
  visit(path, schema);
  if (schema.contains("items")) Walk(path + "[]", schema["items"], visit);
  if (!schema.contains("properties")) return;
  for (auto const& [name, property] : schema["properties"].items())
    Walk(path + "." + name, property, visit);
}

template <class Judge>
std::vector<std::string> PathsWhere(Judge&& is_bad) {
  std::vector<std::string> bad;
  auto visit = [&](std::string const& path, Node const& schema) {
    if (is_bad(path, schema)) bad.push_back(path);
  };
  Walk("spec", model::schema::Make<Spec>("Spec."), visit);
  Walk("status", model::schema::Make<Status>("Status."), visit);
  return bad;
}

bool IsType(Node const& schema, std::string_view type) { return schema.value("type", "") == type; }

TEST(Crd, TheFileInTheTreeIsWhatTheTablesSay) {
  std::ifstream file(std::string(ADXF_SOURCE_DIR) + "/crds/adxfollower.io_followerdatabases.yaml",
                     std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(file), {}};

  EXPECT_EQ(text, CrdYaml()) << "run `make generate`";
}

TEST(Crd, IsTheSameEveryTime) { EXPECT_EQ(CrdYaml(), CrdYaml()); }

TEST(Crd, EveryFieldHasADescription) {
  EXPECT_THAT(PathsWhere([](std::string const& path, Node const& schema) {
                return !path.ends_with("[]") && schema.value("description", "").empty();
              }),
              IsEmpty());
}

TEST(Crd, EverySchemaIsStructural) {
  EXPECT_THAT(PathsWhere([](std::string const&, Node const& schema) {
                if (IsType(schema, "object"))
                  return !schema.contains("properties") && !schema.contains("additionalProperties");
                if (IsType(schema, "array"))
                  return !schema.contains("items") || !schema.contains("x-kubernetes-list-type");
                return !IsType(schema, "string") && !IsType(schema, "boolean") &&
                       !IsType(schema, "integer");
              }),
              IsEmpty());
}

TEST(Crd, EveryTextAndListIsBounded) {
  EXPECT_THAT(PathsWhere([](std::string const&, Node const& schema) {
                if (IsType(schema, "array")) return !schema.contains("maxItems");
                bool const is_free_text = IsType(schema, "string") && !schema.contains("enum") &&
                                          !schema.contains("format");
                return is_free_text && !schema.contains("maxLength");
              }),
              IsEmpty());
}

TEST(Crd, EveryRuleHasASentenceThatNamesItsField) {
  EXPECT_THAT(PathsWhere([](std::string const& path, Node const& schema) {
                if (!schema.contains("x-kubernetes-validations")) return false;
                std::string const field = path.substr(path.rfind('.') + 1);
                for (Node const& rule : schema["x-kubernetes-validations"]) {
                  std::string const message = rule.value("message", "");
                  if (message.size() < 30) return true;
                  bool const is_leaf = !IsType(schema, "object") && !field.ends_with("[]");
                  if (is_leaf && message.find(field) == std::string::npos) return true;
                }
                return false;
              }),
              IsEmpty());
}

}  // namespace
}  // namespace adxf::follower_database
