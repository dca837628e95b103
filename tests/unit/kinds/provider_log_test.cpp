#include "unit/kinds/invitation_scene.hpp"

#include <nlohmann/json.hpp>

namespace adxf::provider {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// What the passes over DataShares and Invitations tell in the log.
class ProviderLog : public Invitations {
 protected:
  std::vector<test::MemoryLog::Line> Decisions(std::string const& kind) const {
    auto lines = log_.lines();
    std::erase_if(lines, [&](test::MemoryLog::Line const& it) {
      return it.message != "decided" || it.Field("kind") != kind;
    });
    return lines;
  }
  static std::vector<std::string> ActionsOf(test::MemoryLog::Line const& line) {
    std::vector<std::string> names;
    for (auto const& it : json::parse(line.Field("actions"))) names.push_back(it["action"]);
    return names;
  }
};

TEST_F(ProviderLog, TellsWhatIsMadeInTheOrderOfItsDoing) {
  auto const lines = Decisions("DataShare");

  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(ActionsOf(lines[0]),
              ElementsAre("AddFinalizer", "RecordClaim", "CreateShare", "AddDataSet"));
  EXPECT_EQ(lines[1].Field("reason"), "Ready");
}

TEST_F(ProviderLog, IsSilentAtRest) {
  Invite("ana", Ana());
  RunFor(1min);
  auto const before = log_.lines().size();

  RunFor(2h, 1min);

  EXPECT_THAT(log_.lines(), SizeIs(before));
}

TEST_F(ProviderLog, NamesTheFieldsOfAShareThatDiffer) {
  EditShare([](json& object) { object["spec"]["description"] = "All of Sales"; });
  RunFor(1min);

  auto const changes = json::parse(Decisions("DataShare")[2].Field("actions"))[0]["changes"];
  EXPECT_EQ(changes,
            json::parse(R"([{"field": "description", "have": "", "want": "All of Sales"}])"));
}

TEST_F(ProviderLog, NamesTheAccessThatEnds) {
  Invite("app", App());
  RunFor(5s);
  Accept("app");
  RunFor(16min, 5s);
  auto const before = Decisions("Invitation").size();

  SetAccess("app", "Revoked");
  RunFor(1min);

  auto const action = json::parse(Decisions("Invitation")[before].Field("actions")).back();
  EXPECT_EQ(action["action"], "RevokeAccess");
  EXPECT_EQ(action["changes"],
            json::parse(R"([{"field": "access", "have": "Active", "want": "Revoked"}])"));
  EXPECT_EQ(Decisions("Invitation").back().Field("message"), "The consumer's access is over.");
}

}  // namespace
}  // namespace adxf::provider
