#include "kube/slim_text.hpp"

#include "kube/api_client.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace adxf::kube {
namespace {

using Json = nlohmann::json;

TEST(SlimText, DropsManagedFieldsWhereverTheyStandInAnObject) {
  EXPECT_EQ(SlimText(R"({"managedFields":[{"a":"]}"}],"name":"x"})"), R"({"name":"x"})");
  EXPECT_EQ(SlimText(R"({"name":"x","managedFields":[{"a":[1]}]})"), R"({"name":"x"})");
  EXPECT_EQ(SlimText(R"({"a":1 , "managedFields" : [ ] , "b":2})"), R"({"a":1 ,  "b":2})");
  EXPECT_EQ(SlimText(R"({"managedFields":[]})"), "{}");
  EXPECT_EQ(SlimText(R"({"managedFields":null,"a":1})"), R"({"a":1})");
  EXPECT_EQ(SlimText(R"({"a":1,"managedFields":12})"), R"({"a":1})");
}

TEST(SlimText, DropsThemFromEveryObjectOfAList) {
  auto const text = R"({"items":[{"metadata":{"managedFields":[{"f":{}}],"name":"x"}},)"
                    R"({"metadata":{"name":"y","managedFields":[]}}]})";

  EXPECT_EQ(Json::parse(SlimText(text)),
            Json::parse(R"({"items":[{"metadata":{"name":"x"}},{"metadata":{"name":"y"}}]})"));
}

TEST(SlimText, DropsKubectlsCopyOfTheObject) {
  auto const text =
      R"({"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"a\":\"\\\"\"}\n",)"
      R"("adxfollower.io/reconcile-at":"now"}})";

  EXPECT_EQ(SlimText(text), R"({"annotations":{"adxfollower.io/reconcile-at":"now"}})");
}

TEST(SlimText, KeepsTextsThatOnlyLookLikeIt) {
  for (std::string const text :
       {R"({"a":"managedFields","b":["managedFields",1]})", R"({"a":"\"managedFields\":[1,2]"})",
        R"({"xmanagedFields":[1],"managedFieldsx":{}})", R"({"a":"\\","b":"\\\"","c":" , "})"}) {
    EXPECT_EQ(SlimText(text), text);
  }
}

TEST(SlimText, EndsOnAnyTextThatIsCutOff) {
  std::string const whole =
      R"({"metadata":{"name":"x","managedFields":[{"a":"b\"c"},1],"b":{"c":[]}}})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(ParseObject(whole.substr(0, length))) << length;
  }
  EXPECT_EQ(ParseObject(whole).value(), Json::parse(R"({"metadata":{"name":"x","b":{"c":[]}}})"));
}

}  // namespace
}  // namespace adxf::kube
