#include "azure/external_tables.hpp"

#include "support/fake_azure.hpp"
#include "support/fake_clock.hpp"

#include <gmock/gmock.h>

#include <map>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

/// A leader that answers the two commands, counts them, and can refuse one.
class Leader final : public KustoRunner {
 public:
  Result<KustoTable> RunCommand(std::string const& /*uri*/, KustoCommand const& command,
                                http::CallContext const& /*call*/) override {
    bool const is_list = command.name == "show databases details";
    ++asked[is_list ? "" : command.database];
    if (refused == command.name) return Failure(test::AzureError(Code::kForbidden, "Forbidden"));
    std::vector<nlohmann::json> rows;
    if (is_list) {
      for (auto const& [name, tables] : databases)
        rows.push_back(nlohmann::json::array({name, tables.size()}));
      return KustoTable({"DatabaseName", "NumberOfExternalTables"}, rows);
    }
    for (auto const& [name, identity] : databases.at(command.database)) {
      auto const connection = "https://s.blob.core.windows.net/c;managed_identity=" + identity;
      rows.push_back(nlohmann::json::array({name, nlohmann::json::array({connection})}));
    }
    return KustoTable({"TableName", "ConnectionStrings"}, rows);
  }

  std::map<std::string, std::map<std::string, std::string>> databases{
      {"Sales", {{"Archive", "system"}}}, {"Stock", {{"Old", "SomeId"}}}, {"Plain", {}}};
  std::map<std::string, int> asked;  // by database, "" for the list
  std::string refused;
};

class ExternalTablesTest : public ::testing::Test {
 protected:
  bool Read(std::set<std::string> const& wanted) {
    return tables_.Read(leader_, "https://leader", wanted, {});
  }
  std::vector<ExternalTable> Seen() const {
    return tables_.View() ? *tables_.View() : std::vector<ExternalTable>{};
  }

  test::FakeClock clock_;
  Leader leader_;
  ExternalTables tables_{15min, clock_};
  ExternalTable const archive_{.database = "Sales", .name = "Archive", .identity = "system"};
  ExternalTable const old_{.database = "Stock", .name = "Old", .identity = "someid"};
};

TEST_F(ExternalTablesTest, ReadsThoseOfADatabaseThatIsFollowed) {
  EXPECT_TRUE(Read({"sales"}));

  EXPECT_THAT(Seen(), ElementsAre(archive_));
  EXPECT_THAT(leader_.asked, UnorderedElementsAre(Pair("", 1), Pair("Sales", 1)));
}

TEST_F(ExternalTablesTest, AsksNobodyWhenNothingIsFollowed) {
  EXPECT_FALSE(Read({}));

  EXPECT_THAT(leader_.asked, IsEmpty());
  EXPECT_EQ(tables_.View(), nullptr);
}

TEST_F(ExternalTablesTest, ReadsEachDatabaseThatHasAnyWhereAllAreFollowed) {
  Read({"*"});

  EXPECT_THAT(Seen(), ElementsAre(archive_, old_));
  EXPECT_THAT(leader_.asked, UnorderedElementsAre(Pair("", 1), Pair("Sales", 1), Pair("Stock", 1)));
}

TEST_F(ExternalTablesTest, ReadsNothingTwiceWithinATick) {
  for (int i = 0; i < 5; ++i) Read({"Sales"});
  clock_.Advance(13min);
  EXPECT_FALSE(Read({"Sales"}));
  EXPECT_THAT(leader_.asked, UnorderedElementsAre(Pair("", 1), Pair("Sales", 1)));

  clock_.Advance(1min);
  leader_.databases["Sales"].clear();

  EXPECT_TRUE(Read({"Sales"}));
  EXPECT_THAT(Seen(), IsEmpty());
  EXPECT_THAT(leader_.asked, UnorderedElementsAre(Pair("", 2), Pair("Sales", 1)));
}

TEST_F(ExternalTablesTest, ReadsAnotherDatabaseOnceSomebodyFollowsIt) {
  Read({"Sales"});
  EXPECT_TRUE(tables_.Lacks("stock"));
  EXPECT_TRUE(tables_.Lacks("*"));
  EXPECT_FALSE(tables_.Lacks("Plain"));

  EXPECT_TRUE(Read({"Sales", "Stock"}));

  EXPECT_FALSE(tables_.Lacks("*"));
  EXPECT_THAT(Seen(), ElementsAre(archive_, old_));
  EXPECT_THAT(leader_.asked, UnorderedElementsAre(Pair("", 1), Pair("Sales", 1), Pair("Stock", 1)));
}

TEST_F(ExternalTablesTest, SaysNothingWhereItMayNotReadAndAsksAtTheNextTick) {
  leader_.refused = "show databases details";
  EXPECT_FALSE(Read({"Sales"}));
  EXPECT_FALSE(Read({"Sales"}));
  EXPECT_THAT(leader_.asked, UnorderedElementsAre(Pair("", 1)));
  leader_.refused = "show external tables";
  clock_.Advance(15min);

  EXPECT_FALSE(Read({"Sales"}));
  EXPECT_FALSE(tables_.Lacks("Sales"));
}

TEST_F(ExternalTablesTest, KeepsWhatItKnewOverATickThatCouldNotBeRead) {
  Read({"Sales"});
  leader_.refused = "show external tables";
  clock_.Advance(15min);

  EXPECT_FALSE(Read({"Sales"}));

  EXPECT_THAT(Seen(), ElementsAre(archive_));
}

}  // namespace
}  // namespace adxf::azure
