#include "model/object_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace adxf::model {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kObject = R"({
  "metadata": {
    "name": "sales", "namespace": "analytics", "uid": "u-1", "resourceVersion": "7", "generation": 3,
    "labels": {"app": "x"},
    "annotations": {
      "kubectl.kubernetes.io/last-applied-configuration": "{\"spec\": {}}",
      "adxfollower.io/reconcile-at": "now",
      "other": "x"
    },
    "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {"f:source": {}}}}, 1, null],
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "finalizers": ["adxfollower.io/follower-database"]
  },
  "spec": {"metadata": {"labels": {"kept": "deeper down"}}, "annotations": {"a": 1}, "list": [1, -2, 1.5, true, null, {}, []]}
})";

TEST(ParseObject, PassesOverWhatNobodyKeeps) {
  auto const object = ParseObject(kObject).value();

  auto const& metadata = object["metadata"];
  EXPECT_FALSE(metadata.contains("managedFields"));
  EXPECT_FALSE(metadata.contains("labels"));
  EXPECT_EQ(metadata["annotations"], nlohmann::json({{"adxfollower.io/reconcile-at", "now"}}));
  EXPECT_EQ(metadata["finalizers"].size(), 1U);
}

TEST(ParseObject, KeepsTheRestAsTheLibraryWould) {
  auto const object = ParseObject(kObject).value();

  EXPECT_EQ(object["spec"], nlohmann::json::parse(kObject)["spec"]);
}

TEST(ParseObject, RefusesWhatIsNoObject) {
  for (std::string_view const text :
       {"", "{", "[]", "\"x\"", "{\"a\":1}x", "{\"a\":\"\xff\"}", "nul"}) {
    auto const object = ParseObject(text);
    ASSERT_FALSE(object) << text;
    EXPECT_EQ(object.error().code, Code::kInvalid);
  }
}

TEST(DecodeMeta, KeepsOnlyOurAnnotations) {
  auto const meta = DecodeMeta(nlohmann::json::parse(kObject)).value();

  EXPECT_EQ(meta.name, "sales");
  EXPECT_EQ(meta.name_space, "analytics");
  EXPECT_EQ(meta.uid, "u-1");
  EXPECT_EQ(meta.resource_version, "7");
  EXPECT_EQ(meta.generation, 3);
  EXPECT_EQ(meta.creation_timestamp, Timestamp(1'767'225'600s));
  EXPECT_FALSE(meta.IsDeleting());
  EXPECT_TRUE(meta.HasFinalizer("adxfollower.io/follower-database"));
  ASSERT_EQ(meta.annotations.size(), 1U);
  EXPECT_EQ(meta.annotations.at("adxfollower.io/reconcile-at"), "now");
}

TEST(DecodeMeta, NamesThePathOfAWrongType) {
  auto const meta = DecodeMeta({{"metadata", {{"name", "a"}, {"finalizers", {"x", 1}}}}});

  ASSERT_FALSE(meta);
  EXPECT_EQ(meta.error().message, "metadata.finalizers[1]: expected a string, found number");
}

TEST(DecodeMeta, InsistsOnAName) {
  EXPECT_FALSE(DecodeMeta(nlohmann::json::object()));
  EXPECT_FALSE(DecodeMeta({{"metadata", {{"namespace", "a"}}}}));
}

TEST(EncodeMeta, GivesBackWhatWasRead) {
  auto const meta = DecodeMeta(nlohmann::json::parse(kObject)).value();

  EXPECT_EQ(DecodeMeta({{"metadata", EncodeMeta(meta)}}).value(), meta);
}

}  // namespace
}  // namespace adxf::model
