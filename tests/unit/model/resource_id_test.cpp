#include "model/resource_id.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <unordered_set>

namespace adxf::model {
namespace {

constexpr std::string_view kCorp =
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/data/providers/"
    "Microsoft.Kusto/clusters/corp";

ResourceId Id(std::string_view text) { return ResourceId::Parse(text).value(); }

TEST(ResourceId, TakesAPathApart) {
  auto const id = Id(kCorp);

  EXPECT_EQ(id.SubscriptionId(), "11111111-1111-1111-1111-111111111111");
  EXPECT_EQ(id.ResourceGroup(), "data");
  EXPECT_EQ(id.Provider(), "Microsoft.Kusto");
  EXPECT_EQ(id.Type(), "Microsoft.Kusto/clusters");
  EXPECT_EQ(id.Name(), "corp");
  EXPECT_TRUE(id.IsOfType("microsoft.kusto/Clusters"));
}

TEST(ResourceId, KeepsTheTextAndComparesWithoutRegardToCase) {
  auto const given =
      Id("/subscriptions/A/resourceGroups/Data/providers/Microsoft.Kusto/Clusters/Corp");
  auto const other =
      Id("/SUBSCRIPTIONS/a/resourcegroups/data/providers/microsoft.kusto/clusters/corp");

  EXPECT_EQ(given.Text(),
            "/subscriptions/A/resourceGroups/Data/providers/Microsoft.Kusto/Clusters/Corp");
  EXPECT_EQ(given, other);
  EXPECT_EQ(std::unordered_set<ResourceId>({given, other}).size(), 1U);
  EXPECT_NE(given, given.Child("databases", "Sales"));
}

TEST(ResourceId, KnowsItsChildrenAndParents) {
  auto const database = Id(kCorp).Child("databases", "Sales");

  EXPECT_EQ(database.Text(), std::string(kCorp) + "/databases/Sales");
  EXPECT_EQ(database.Type(), "Microsoft.Kusto/clusters/databases");
  EXPECT_EQ(database.Parent(), Id(kCorp));
  EXPECT_EQ(database.Parent().Parent(),
            Id("/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/data"));
  EXPECT_EQ(database.Parent().Parent().Parent(),
            Id("/subscriptions/11111111-1111-1111-1111-111111111111"));
  EXPECT_TRUE(database.Parent().Parent().Parent().Parent().IsEmpty());
}

TEST(ResourceId, AChildsNameCannotLeaveItsPlace) {
  auto const child = Id(kCorp).Child("databases", "a/../b?c#d%e");

  EXPECT_EQ(child.Text(), std::string(kCorp) + "/databases/a%2F..%2Fb%3Fc%23d%25e");
  EXPECT_EQ(child.Parent(), Id(kCorp));
}

TEST(ResourceId, RefusesWhatIsNoPath) {
  for (std::string_view const text :
       {"", "corp", "/", "/subscriptions", "/subscriptions/", "/subscriptions//resourceGroups/x",
        "/tenants/x", "/subscriptions/a/resourceGroups/b/clusters/c",
        "/subscriptions/a/resourceGroups/b/providers/Microsoft.Kusto",
        "/subscriptions/a/resourceGroups/b/providers/Microsoft.Kusto/clusters",
        "/subscriptions/a/resourceGroups/b/providers/Microsoft.Kusto/clusters/c/",
        "/subscriptions/a/resourceGroups/b/providers/Microsoft.Kusto/clusters/c?x=1",
        "/subscriptions/a/resourceGroups/../providers/Microsoft.Kusto/clusters/c",
        "/subscriptions/a/resourceGroups/b%2F/providers/Microsoft.Kusto/clusters/c",
        "/subscriptions/a/resourceGroups/b\n/providers/Microsoft.Kusto/clusters/c",
        "https://management.azure.com/subscriptions/a"}) {
    auto const id = ResourceId::Parse(text);
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error().code, Code::kInvalid);
  }
}

TEST(NormaliseLocation, MakesDisplayNamesAndNamesEqual) {
  EXPECT_EQ(NormaliseLocation("West US 2"), "westus2");
  EXPECT_EQ(NormaliseLocation("westus2"), "westus2");
}

}  // namespace
}  // namespace adxf::model
