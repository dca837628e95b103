#include "base/log.hpp"

#include "support/memory_log.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace adxf {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string Written(LogFormat format, auto&& write) {
  testing::internal::CaptureStderr();
  auto const sink = MakeLogSink(LogLevel::kInfo, format);
  write(Log(*sink));
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesOneJsonObjectWithTypedFields) {
  auto const text = Written(LogFormat::kJson, [](Log const& log) {
    log.With({kv("kind", "FollowerDatabase")})
        .Info("attached follower database",
              {kv("duration_ms", 41), kv("ratio", 0.5), kv("again", false), kv("name", "a\"b")});
  });

  auto const line = nlohmann::json::parse(text);
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["msg"], "attached follower database");
  EXPECT_EQ(line["kind"], "FollowerDatabase");
  EXPECT_EQ(line["duration_ms"], 41);
  EXPECT_EQ(line["ratio"], 0.5);
  EXPECT_EQ(line["again"], false);
  EXPECT_EQ(line["name"], "a\"b");
  EXPECT_THAT(line["ts"].get<std::string>(), EndsWith("Z"));
}

TEST(Log, KeepsEveryEntryOnItsLineWhateverTheInputHolds) {
  for (auto const format : {LogFormat::kJson, LogFormat::kText}) {
    auto const text = Written(format, [](Log const& log) {
      log.Info("one\nlevel=error two",
               {kv("a\nb", std::string("x\r\n\x01\x7f{\"msg\":\"forged\"}\0y", 24))});
    });
    EXPECT_EQ(std::ranges::count(text, '\n'), 1);
    EXPECT_EQ(text.back(), '\n');
    EXPECT_THAT(text, Not(HasSubstr("\r")));
  }
}

TEST(Log, WritesValidJsonForInvalidUtf8AndForNumbersThatJsonDoesNotKnow) {
  auto const text = Written(LogFormat::kJson, [](Log const& log) {
    log.Info("odd", {kv("bytes", "\xff\xc0\x80ok\xe2\x82"), kv("good", "Grüße €"),
                     kv("nan", std::numeric_limits<double>::quiet_NaN())});
  });

  auto const line = nlohmann::json::parse(text);
  EXPECT_EQ(line["good"], "Grüße €");
  EXPECT_THAT(line["bytes"].get<std::string>(), HasSubstr("ok"));
  EXPECT_TRUE(line["nan"].is_string());
}

TEST(Log, IsSilentBelowItsLevel) {
  EXPECT_EQ(Written(LogFormat::kText, [](Log const& log) { log.Debug("not shown"); }), "");
}

TEST(Log, QuotesTextValuesOnlyWhereNeeded) {
  auto const text = Written(LogFormat::kText, [](Log const& log) {
    log.Warn("slow", {kv("a", "plain"), kv("b", "two words"), kv("c", "")});
  });

  EXPECT_THAT(text, HasSubstr(" warn  slow a=plain b=\"two words\" c=\"\"\n"));
}

TEST(Log, LetsALaterFieldReplaceAnEarlierOneOfTheSameKey) {
  test::MemoryLog sink;

  Log(sink).With({kv("name", "old"), kv("kind", "k")}).Info("said", {kv("name", "new")});

  ASSERT_EQ(sink.lines().size(), 1U);
  EXPECT_EQ(sink.lines().front().fields.size(), 2U);
  EXPECT_EQ(sink.lines().front().Field("name"), "new");
}

TEST(Log, WritesAListAsItIs) {
  std::vector const fields = {kv("actions", JsonText{R"([{"action":"Attach"}])"})};

  auto const text = Written(LogFormat::kJson,
                            [&](Log const& log) { log.Write(LogLevel::kWarn, "said", fields); });
  auto const line = nlohmann::json::parse(text);
  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(line["actions"][0]["action"], "Attach");
}

template <class T>
concept Loggable = requires(T const& value) { kv("key", value); };
static_assert(Loggable<std::string> && Loggable<int> && !Loggable<Secret>);

}  // namespace
}  // namespace adxf
