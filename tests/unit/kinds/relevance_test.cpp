#include "kinds/follower_database/relevance.hpp"

#include "unit/kinds/plan_scene.hpp"

#include <gmock/gmock.h>

namespace adxf::follower_database {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

azure::Attachment Attachment(std::string name, std::string database,
                             std::string state = "Succeeded") {
  azure::Attachment it{.name = std::move(name), .provisioning_state = std::move(state)};
  it.spec.leader = *model::ResourceId::Parse(kLeaderId);
  it.spec.database = std::move(database);
  return it;
}

class RelevanceTest : public ::testing::Test {
 protected:
  RelevanceTest() {
    want_.metadata = Metadata("f");
    want_.spec.source.leader = LeaderSource{.cluster_resource_id = kLeaderId, .database = "Sales"};
    view_.made = std::make_shared<azure::MadeAttachments::List const>();
  }

  void Lists(std::vector<azure::Attachment> list) {
    view_.attachments = std::make_shared<std::vector<azure::Attachment> const>(std::move(list));
  }
  void Made(std::vector<azure::Attachment> list) {
    azure::MadeAttachments::List made;
    for (auto& it : list) made.push_back(std::make_shared<azure::Attachment const>(std::move(it)));
    view_.made = std::make_shared<azure::MadeAttachments::List const>(std::move(made));
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (auto const& it : Relevance(want_, "i").Attachments(view_)) {
      auto const& found = *it.attachment;
      names.push_back(found.name + " " + found.provisioning_state + (it.is_just_made ? "!" : ""));
    }
    return names;
  }

  FollowerDatabase want_;
  azure::ClusterView view_;
};

TEST_F(RelevanceTest, HasItsOwnAttachmentAndThoseOfTheSameDatabase) {
  Lists({Attachment("Analytics.Sales.I", "Sales"), Attachment("by-hand", "sales"),
         Attachment("everything", "*"), Attachment("other", "Stock")});

  EXPECT_THAT(Names(), UnorderedElementsAre("Analytics.Sales.I Succeeded", "by-hand Succeeded",
                                            "everything Succeeded"));
}

TEST_F(RelevanceTest, HasTheOneThatTheStatusTellsOf) {
  want_.status.attachment = AttachmentStatus{
      .resource_id = kFollowerId + "/attachedDatabaseConfigurations/of-another-installation"};
  Lists({Attachment("of-another-installation", "Stock")});

  EXPECT_THAT(Names(), ElementsAre("of-another-installation Succeeded"));
}

TEST_F(RelevanceTest, TakesWhatWasMadeSinceInPlaceOfWhatWasListed) {
  Lists({Attachment("analytics.sales.i", "Sales", "Creating")});
  Made({Attachment("analytics.sales.i", "Sales"), Attachment("other", "Stock")});

  EXPECT_THAT(Names(), ElementsAre("analytics.sales.i Succeeded!"));
}

TEST_F(RelevanceTest, HasAllWhereAllIsFollowed) {
  want_.spec.source.leader->database = "*";
  Lists({Attachment("one", "Stock"), Attachment("two", "Sales")});

  EXPECT_THAT(Names(), ElementsAre("one Succeeded", "two Succeeded"));
  EXPECT_TRUE(Relevance(want_, "i").HasName("anything"));
}

TEST_F(RelevanceTest, HasTheDatabaseThatItBringsAndOneInItsWay) {
  want_.spec.database_name = DatabaseName{.name_override = "SalesRO"};
  Relevance const relevant(want_, "i");

  EXPECT_TRUE(
      relevant.Has(azure::ArmDatabase{.name = "Odd", .attachment_name = "analytics.sales.i"}));
  EXPECT_TRUE(relevant.Has(azure::ArmDatabase{.name = "salesro"}));
  EXPECT_FALSE(relevant.Has(azure::ArmDatabase{.name = "Sales"}));
}

}  // namespace
}  // namespace adxf::follower_database
