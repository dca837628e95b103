#include "kinds/common/decision.hpp"

#include "kinds/common/conditions.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace adxf::kinds {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A pass whose parts a test sets one by one.
struct Told {
  model::ObjectMeta object{.name = "sales", .name_space = "team", .uid = "u1", .generation = 3};
  std::vector<Step> steps{};
  std::vector<model::Condition> before{};
  std::vector<model::Condition> after{};
  std::vector<PlannedAction> would_do{};
  std::vector<PlannedAction> would_have{};
  bool lets_go = false;
  std::vector<EventNote> last_words{};
  bool is_settled = true;
  bool looks_again_soon = false;
  std::optional<Outcome> told{};
  test::MemoryLog sink{};

  /// The lines of this pass: none, or one.
  std::vector<test::MemoryLog::Line> Pass() {
    auto const known = sink.lines().size();
    Tell(Log(sink),
         {.kind = "FollowerDatabase",
          .object = object,
          .reconcile_id = "0123456789ab",
          .steps = steps,
          .before = before,
          .after = after,
          .would_do = would_do,
          .would_have = would_have,
          .lets_go = lets_go,
          .last_words = last_words,
          .is_settled = is_settled,
          .looks_again_soon = looks_again_soon},
         told);
    auto lines = sink.lines();
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(known));
    return lines;
  }

  ConditionWriter Writer() { return {after, object.generation, TimePoint{}}; }
  void TellReady() { Writer().TellReady(kReasonReady, "As declared."); }
  void TellProgress(std::string_view reason, std::string const& message) {
    Writer().TellProgress(reason, message);
    is_settled = false;
    looks_again_soon = true;
  }
  void TellStalled(std::string message) {
    Writer().TellProblem(Stalled("", kReasonMissingRole, std::move(message)));
    is_settled = true;
  }
};

Step Attach(Step::End end) {
  return {.action = {.action = "Attach", .detail = "attachment team.sales.1234"},
          .end = end,
          .correlation_id = end == Step::End::kUnderWay ? "c1" : ""};
}

TEST(Decision, SaysWhatWasDoneToWhomAndHowItEnded) {
  Told it{.steps = {Attach(Step::End::kUnderWay)}};
  it.TellProgress("Attaching", "The attachment is being made.");

  auto const lines = it.Pass();

  ASSERT_THAT(lines, SizeIs(1));
  auto const& line = lines[0];
  EXPECT_EQ(line.level, LogLevel::kInfo);
  EXPECT_EQ(line.message, "decided");
  EXPECT_EQ(line.Field("kind"), "FollowerDatabase");
  EXPECT_EQ(line.Field("namespace"), "team");
  EXPECT_EQ(line.Field("name"), "sales");
  EXPECT_EQ(line.Field("uid"), "u1");
  EXPECT_EQ(line.Field("generation"), "3");
  EXPECT_EQ(line.Field("reconcile_id"), "0123456789ab");
  EXPECT_EQ(line.Field("end"), "under way");
  EXPECT_EQ(line.Field("ready"), "False");
  EXPECT_EQ(line.Field("reason"), "Attaching");
  EXPECT_EQ(line.Field("correlation_id"), "c1");
  EXPECT_EQ(json::parse(line.Field("actions")),
            json::parse(R"([{"action": "Attach", "detail": "attachment team.sales.1234",
                             "end": "under way", "correlation_id": "c1"}])"));
}

TEST(Decision, NamesTheFieldsThatDifferAndWarnsOfWhatOthersChanged) {
  auto step = Attach(Step::End::kDone);
  step.changes = {{.field = "caching.database", .have = "2d", .want = "7d", .is_drift = true},
                  {.field = "caching.prefetchExtents", .have = "true", .want = "false"}};
  Told it{.steps = {step}};

  auto const lines = it.Pass();

  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].level, LogLevel::kWarn);
  EXPECT_EQ(
      json::parse(lines[0].Field("actions"))[0]["changes"],
      json::parse(R"([{"field": "caching.database", "have": "2d", "want": "7d", "by_others": true},
                            {"field": "caching.prefetchExtents", "have": "true", "want": "false"}])"));
}

TEST(Decision, IsNotToldOfAPassThatChangesNothing) {
  Told it;
  it.TellReady();

  EXPECT_THAT(it.Pass(), SizeIs(1));
  EXPECT_THAT(it.Pass(), IsEmpty());
}

TEST(Decision, IsNotToldAgainAfterAStartOfWhatTheObjectSays) {
  Told it;
  it.TellReady();
  it.before = it.after;

  EXPECT_THAT(it.Pass(), IsEmpty());
}

TEST(Decision, IsNotToldWhileThereIsOnlyMoreToRead) {
  Told unknown;
  unknown.TellProgress(kReasonProgressing, "The clusters are being read.");
  Told again;
  again.TellProgress("Attaching", "The attachment is being made.");
  again.before = again.after;
  again.told = 1;  // something else was told since

  EXPECT_THAT(unknown.Pass(), IsEmpty());
  EXPECT_THAT(again.Pass(), IsEmpty());
}

TEST(Decision, TellsProgressByItsReasonAndAProblemByItsMessageToo) {
  Told it;
  it.TellProgress("Attaching", "The attachment is being made.");
  EXPECT_THAT(it.Pass(), SizeIs(1));
  it.TellProgress("Attaching", "Azure is working on the attachment.");
  EXPECT_THAT(it.Pass(), IsEmpty());

  it.TellStalled("Give it the role on corp.");
  EXPECT_THAT(it.Pass(), SizeIs(1));
  it.TellStalled("Give it the role on other.");
  EXPECT_THAT(it.Pass(), SizeIs(1));
}

TEST(Decision, WarnsOnceWhereAPersonHasToLookAndRepeatsWhatIsTriedAgain) {
  auto step = Attach(Step::End::kFailed);
  step.correlation_id = "c2";
  step.error = Error{.code = Code::kForbidden,
                     .message = "The client lacks a role.",
                     .service_code = "LinkedAuthorizationFailed"};
  Told it{.steps = {step}};
  it.TellStalled("Give it the role.");

  auto const first = it.Pass();
  auto const second = it.Pass();

  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].level, LogLevel::kWarn);
  EXPECT_EQ(first[0].Field("end"), "failed");
  EXPECT_EQ(first[0].Field("correlation_id"), "c2");
  auto const action = json::parse(first[0].Field("actions"))[0];
  EXPECT_EQ(action["code"], "forbidden");
  EXPECT_EQ(action["service_code"], "LinkedAuthorizationFailed");
  EXPECT_EQ(action["error"], "The client lacks a role.");
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].level, LogLevel::kInfo);
}

TEST(Decision, TellsOnceThatItWaitsForItsTurn) {
  Told it{.steps = {Attach(Step::End::kWaiting)}};
  it.TellProgress("Attaching", "The attachment is being made.");

  auto const lines = it.Pass();

  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].Field("end"), "waiting");
  EXPECT_THAT(it.Pass(), IsEmpty());
  it.steps = {Attach(Step::End::kUnderWay)};
  EXPECT_THAT(it.Pass(), SizeIs(1));
}

TEST(Decision, TellsNothingOfAPassThatWasOvertakenBeforeItDidAnything) {
  Told it{.steps = {Attach(Step::End::kInterrupted)}};
  it.TellProgress("Attaching", "The attachment is being made.");

  EXPECT_THAT(it.Pass(), IsEmpty());
  it.steps.insert(it.steps.begin(),
                  {.action = {.action = "AddFinalizer"}, .end = Step::End::kDone});
  auto const lines = it.Pass();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].Field("end"), "interrupted");
}

TEST(Decision, TellsTheLastWordsOfAnObjectAndNoCondition) {
  Told it{.lets_go = true,
          .last_words = {{.type = EventNote::Type::kWarning,
                          .reason = "ForceDeleted",
                          .message = "The attachment stays."}}};

  auto const lines = it.Pass();

  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].level, LogLevel::kWarn);
  EXPECT_EQ(lines[0].Field("end"), "let go");
  EXPECT_EQ(lines[0].Field("reason"), "");  // of a status that nobody writes any more
  EXPECT_THAT(lines[0].Field("last_words"), HasSubstr("ForceDeleted"));
}

TEST(Decision, TellsWhatModeObserveWouldDoWheneverThatIsAnother) {
  Told it{.would_do = {{.action = "Attach", .detail = "a"}}};
  it.TellReady();
  it.before = it.after;

  auto const lines = it.Pass();

  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0].Field("would_do"), HasSubstr("Attach"));
  EXPECT_THAT(it.Pass(), IsEmpty());
  it.would_do = {{.action = "SetPrefetch", .detail = "b"}};
  EXPECT_THAT(it.Pass(), SizeIs(1));
}

TEST(Decision, CutsWhatIsLong) {
  auto step = Attach(Step::End::kDone);
  step.action.detail = std::string(5000, 'x');
  step.changes.assign(50, {.field = std::string(5000, 'f'), .have = "a", .want = "b"});
  Told it{.steps = std::vector<Step>(100, step)};
  it.Writer().TellReady(kReasonReady, std::string(5000, 'm'));

  auto const lines = it.Pass();

  ASSERT_THAT(lines, SizeIs(1));
  auto const actions = json::parse(lines[0].Field("actions"));
  EXPECT_THAT(actions, SizeIs(20));
  EXPECT_THAT(actions[0]["changes"], SizeIs(20));
  EXPECT_EQ(actions[0]["detail"].get<std::string>().size(), 1024U);
  EXPECT_EQ(actions[0]["changes"][0]["field"].get<std::string>().size(), 256U);
  EXPECT_EQ(lines[0].Field("actions_total"), "100");
  EXPECT_EQ(lines[0].Field("message").size(), 1024U);
}

TEST(Decision, IsOneLineWhateverItHolds) {
  auto step = Attach(Step::End::kDone);
  step.action.detail = "a\nb\xff\"c";
  Told it{.steps = {step}};

  auto const lines = it.Pass();

  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].Field("actions").find('\n'), std::string::npos);
  EXPECT_EQ(json::parse(lines[0].Field("actions"))[0]["detail"], "a\nb\xef\xbf\xbd\"c");
}

}  // namespace
}  // namespace adxf::kinds
