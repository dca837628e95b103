#include "runtime/elector.hpp"

#include "kube/lease.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_kube.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace adxf::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::json;

kube::ObjectKey const kKey{.ns = "adx", .name = "operator"};

/// One process that takes part, on the API server of the test.
struct Candidate {
  Candidate(std::string name, test::FakeKube& kube, Clock& clock)
      : gate({}, clock, [this](std::string_view why) { lost.emplace_back(why); }),
        elector({.identity = std::move(name)}, kKey,
                {.api = kube,
                 .clock = clock,
                 .gate = gate,
                 .told = [this](bool is_leading) { told.push_back(is_leading); },
                 .log = Log(sink)}) {}

  /// As the watch would: the Lease as it is now.
  void Sees(test::FakeKube& kube) {
    auto const object = kube.Find(kube::LeaseType(), kKey);
    EXPECT_TRUE(object ? elector.OnApply(*object) : elector.OnDelete(Json::object()));
  }
  std::optional<BootPoint> Advance() { return elector.Advance({}); }

  test::MemoryLog sink;
  std::vector<std::string> lost;
  std::vector<bool> told;
  LeaderGate gate;
  Elector elector;
};

class ElectorTest : public testing::Test {
 protected:
  std::string Holder() {
    return kube_.Find(kube::LeaseType(), kKey)->at("spec").at("holderIdentity").get<std::string>();
  }

  test::FakeClock clock_;
  test::FakeKube kube_;
  Candidate first_{"first", kube_, clock_};
  Candidate second_{"second", kube_, clock_};
};

TEST_F(ElectorTest, WaitsForTheWatch) {
  EXPECT_EQ(first_.Advance(), std::nullopt);
  EXPECT_THAT(kube_.calls(), IsEmpty());
}

TEST_F(ElectorTest, LeadsAfterCreatingTheLease) {
  first_.elector.OnInit();
  first_.elector.OnInitDone();

  EXPECT_EQ(first_.Advance(), clock_.Boot() + 2s);
  EXPECT_EQ(Holder(), "first");
  EXPECT_TRUE(first_.gate.Leads().IsOpen());
  EXPECT_THAT(first_.told, ElementsAre(true));
}

TEST_F(ElectorTest, StandsByWhileAnotherRenews) {
  first_.Sees(kube_);
  first_.Advance();
  for (int i = 0; i < 20; ++i) {
    second_.Sees(kube_);
    EXPECT_EQ(second_.Advance(), clock_.Boot() + 15s);
    clock_.Advance(2s);
    first_.Advance();
  }

  EXPECT_EQ(Holder(), "first");
  EXPECT_FALSE(second_.gate.Leads().IsOpen());
  EXPECT_THAT(first_.lost, IsEmpty());
}

TEST_F(ElectorTest, HandsOverAtOnceWhenItStops) {
  first_.Sees(kube_);
  first_.Advance();
  second_.Sees(kube_);
  second_.Advance();

  first_.elector.Stop();
  EXPECT_EQ(Holder(), "");
  EXPECT_FALSE(first_.gate.Pass()) << "nothing leaves after that";
  second_.Sees(kube_);
  second_.Advance();

  EXPECT_EQ(Holder(), "second");
  EXPECT_TRUE(second_.gate.Pass());
  EXPECT_THAT(first_.told, ElementsAre(true, false));
}

TEST_F(ElectorTest, TakesOverFromOneThatIsSilent) {
  first_.Sees(kube_);
  first_.Advance();
  second_.Sees(kube_);
  second_.Advance();
  clock_.Advance(15s);
  second_.Advance();

  EXPECT_EQ(Holder(), "second");
  EXPECT_FALSE(first_.gate.Pass());
  first_.Advance();
  EXPECT_EQ(first_.lost.size(), 1U);
  EXPECT_EQ(Holder(), "second") << "one that has lost it writes nothing";
}

TEST_F(ElectorTest, OneThatLostItGivesNothingBack) {
  first_.Sees(kube_);
  first_.Advance();
  clock_.Advance(15s);
  first_.Advance();
  first_.elector.Stop();

  EXPECT_EQ(Holder(), "first") << "it runs out by itself";
  EXPECT_THAT(first_.lost, ElementsAre(HasSubstr("could not be renewed")));
}

TEST_F(ElectorTest, OnlyOneOfTwoTakesAFreeLease) {
  first_.Sees(kube_);
  second_.Sees(kube_);
  first_.Advance();
  second_.Advance();

  EXPECT_EQ(Holder(), "first");
  EXPECT_FALSE(second_.gate.Leads().IsOpen());
  clock_.Advance(2s);
  second_.Advance();
  EXPECT_FALSE(second_.gate.Leads().IsOpen()) << "it has looked, and respects it";
}

TEST_F(ElectorTest, ALostAnswerCostsNothing) {
  first_.Sees(kube_);
  first_.Advance();
  clock_.Advance(2s);
  kube_.LoseNextAnswer("patch");
  first_.Advance();
  clock_.Advance(2s);
  first_.Advance();

  EXPECT_TRUE(first_.gate.Pass());
  EXPECT_THAT(first_.lost, IsEmpty());
  EXPECT_EQ(first_.Advance(), clock_.Boot() + 2s);
}

TEST_F(ElectorTest, AnApiServerThatIsAwayForLongEndsIt) {
  first_.Sees(kube_);
  first_.Advance();
  Error away;
  away.code = Code::kUnavailable;
  for (int i = 0; i < 4; ++i) {
    clock_.Advance(2s);
    kube_.FailNext("patch", away);
    first_.Advance();
    EXPECT_THAT(first_.lost, IsEmpty());
  }
  clock_.Advance(2s);
  first_.Advance();

  EXPECT_EQ(first_.lost.size(), 1U);
}

TEST_F(ElectorTest, KeepsTheLeaseWhileAChangeMayBeGoingOn) {
  first_.Sees(kube_);
  first_.Advance();
  first_.gate.Unanswered();
  first_.elector.Stop();

  EXPECT_EQ(Holder(), "first") << "a successor waits until it runs out";
  EXPECT_FALSE(first_.gate.Pass());
}

TEST_F(ElectorTest, GivesBackWhatItTookWithoutAnAnswer) {
  first_.Sees(kube_);
  kube_.LoseNextAnswer("create");
  first_.Advance();
  EXPECT_EQ(Holder(), "first");
  first_.elector.Stop();

  EXPECT_EQ(Holder(), "");
}

TEST_F(ElectorTest, KeepsWhatOthersWroteOnTheLease) {
  kube_.Put(
      kube::LeaseType(),
      {{"metadata", {{"name", kKey.name}, {"namespace", kKey.ns}, {"labels", {{"team", "data"}}}}},
       {"spec", {{"holderIdentity", ""}}}});
  first_.Sees(kube_);
  first_.Advance();

  EXPECT_EQ(Holder(), "first");
  EXPECT_EQ(kube_.Find(kube::LeaseType(), kKey)->at("metadata").at("labels").at("team"), "data");
}

TEST(Lease, SurvivesTheJourney) {
  kube::LeaseRecord const record{.holder = "me",
                                 .duration = 15s,
                                 .acquired = TimePoint(1'767'225'600s),
                                 .renewed = TimePoint(1'767'225'601s) + 250ms,
                                 .transitions = 3};
  auto object = kube::NewLease("operator", record);
  object["metadata"]["resourceVersion"] = "12";

  auto const read = kube::DecodeLease(object);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (kube::Lease{.record = record, .version = "12"}));
}

TEST(Lease, StrangeMembersAreNotBelieved) {
  auto const read = kube::DecodeLease(Json::parse(R"({"metadata":{"resourceVersion":"1"},
    "spec":{"holderIdentity":7,"leaseDurationSeconds":99999999999999,"renewTime":"soon"}})"));

  ASSERT_TRUE(read);
  EXPECT_EQ(read->record.holder, "");
  EXPECT_EQ(read->record.duration, 24h);
  EXPECT_FALSE(kube::DecodeLease(Json::object()));
}

}  // namespace
}  // namespace adxf::runtime
