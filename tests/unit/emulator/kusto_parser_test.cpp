#include "emulator/kusto/parser/literals.hpp"
#include "emulator/kusto/parser/parser.hpp"
#include "emulator/kusto/parser/string_literal.hpp"

#include <gmock/gmock.h>

namespace adxf::emulator::kusto {
namespace {

using std::chrono::hours;
using testing::ElementsAre;

constexpr Ticks kDay{hours(24)};

template <class T>
T Read(std::string const& text) {
  auto const command = ParseCommand(text);
  EXPECT_TRUE(command) << text << ": " << (command ? "" : command.error().message);
  if (!command || !std::holds_alternative<T>(*command)) {
    ADD_FAILURE() << text << " is another command";
    return T{};
  }
  return std::get<T>(*command);
}

TEST(KustoParser, ReadsNamesInAllThreeForms) {
  EXPECT_EQ(Read<ShowDatabase>(".show database Sales details").database, "Sales");
  EXPECT_EQ(Read<ShowDatabase>(".show database ['My Sales'] details").database, "My Sales");
  EXPECT_EQ(Read<ShowDatabase>(".show database [ \"My.Sales-1\" ] details").database, "My.Sales-1");
}

TEST(KustoParser, KeepsHostileNamesAsOneName) {
  auto const command = Read<AlterFollowerPrefetch>(
      R"(.alter follower database ['a\'] \u00e4 | .drop table X //'] prefetch-extents = true)");

  EXPECT_EQ(command.database, "a'] \u00e4 | .drop table X //");
  EXPECT_TRUE(command.is_enabled);
}

TEST(KustoParser, ReadsKeywordsInAnyCasingAndSkipsComments) {
  EXPECT_TRUE(
      Read<ShowDatabases>("// all of them\n.SHOW Databases  DETAILS // and more").is_detailed);
}

TEST(KustoParser, RefusesABareNameWithAHyphen) {
  EXPECT_FALSE(ParseCommand(".show database my-sales details"));
}

struct Literal {
  std::string text;
  std::string value;
};
class KustoStrings : public testing::TestWithParam<Literal> {};

TEST_P(KustoStrings, HaveTheValueThatKustoGivesThem) {
  auto const tokens = Tokenize(GetParam().text);

  ASSERT_TRUE(tokens) << GetParam().text;
  EXPECT_EQ(tokens->front().kind, TokenKind::kString);
  EXPECT_EQ(tokens->front().text, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, KustoStrings,
    testing::Values(Literal{"'a'", "a"}, Literal{"\"it's\"", "it's"}, Literal{R"('it\'s')", "it's"},
                    Literal{R"("a\"b\\c")", "a\"b\\c"}, Literal{R"('\n\t\r')", "\n\t\r"},
                    Literal{R"('\u00e9\x41\101')",
                            "\u00e9"
                            "AA"},
                    Literal{R"('\ud83d\ude00')", "\U0001F600"}, Literal{R"(@'a\b''c')", R"(a\b'c)"},
                    Literal{R"(h'secret')", "secret"}, Literal{R"(H@"c:\x""y")", R"(c:\x"y)"},
                    Literal{R"('\0')", std::string(1, '\0')}));

TEST(KustoParser, RefusesStringsThatAreNotClosedOrEscapeWrongly) {
  for (auto const* text : {"'a", "\"a\nb\"", R"('\q')", R"('\u12')", R"('\ud83d')", R"('a\)"})
    EXPECT_FALSE(Tokenize(text)) << text;
}

TEST(KustoParser, ReadsTimespans) {
  auto const hot = [](std::string const& span) {
    return Read<ChangeFollowerCaching>(".alter follower database D policy caching hot = " + span)
        .policy->data_hot;
  };

  EXPECT_EQ(hot("7d"), 7 * kDay);
  EXPECT_EQ(hot("1.5h"), Ticks(std::chrono::minutes(90)));
  EXPECT_EQ(hot("0d"), Ticks(0));
  EXPECT_EQ(hot("30m"), Ticks(std::chrono::minutes(30)));
  EXPECT_EQ(hot("100ms"), Ticks(std::chrono::milliseconds(100)));
  EXPECT_EQ(hot("2days"), 2 * kDay);
  EXPECT_EQ(hot("timespan(1.06:00:00)"), Ticks(hours(30)));
  EXPECT_EQ(hot("time(3)"), 3 * kDay);
}

TEST(KustoParser, RefusesWhatIsNoTimespanLiteral) {
  for (std::string const span :
       {"7", "2w", "1.06:00:00", "-1d", "'7d'", "7x", "timespan(nonsense)", ""}) {
    EXPECT_FALSE(ParseCommand(".alter follower database D policy caching hot = " + span)) << span;
  }
}

TEST(KustoParser, ReadsHotWindowsAndSeparateSpans) {
  auto const policy = Read<ChangeFollowerCaching>(
                          ".alter follower database D policy caching hotdata = 3d hotindex = 30d, "
                          "hot_window = datetime(2026-01-01) .. datetime(2026-02-01T12:00:00Z)")
                          .policy.value();

  EXPECT_EQ(policy.data_hot, 3 * kDay);
  EXPECT_EQ(policy.index_hot, 30 * kDay);
  ASSERT_EQ(policy.windows.size(), 1U);
  EXPECT_EQ(Iso8601(policy.windows[0].to), "2026-02-01T12:00:00.0000000Z");
}

TEST(KustoParser, ReadsFollowerCachingOfEveryScope) {
  auto const table = Read<ChangeFollowerCaching>(
      ".alter follower database D table ['T 1'] policy caching hot = 1d");
  EXPECT_EQ(table.scope, Scope::kTables);
  EXPECT_THAT(table.entities, ElementsAre("T 1"));
  EXPECT_THAT(Read<ChangeFollowerCaching>(
                  ".alter follower database D tables (A, ['B']) policy caching hot = 1d")
                  .entities,
              ElementsAre("A", "B"));
  EXPECT_EQ(Read<ChangeFollowerCaching>(
                ".alter follower database D materialized-view V policy caching hot = 1d")
                .scope,
            Scope::kMaterializedViews);
  auto const gone = Read<ChangeFollowerCaching>(
      ".delete follower database D materialized-views (V, W) policy caching");
  EXPECT_THAT(gone.entities, ElementsAre("V", "W"));
  EXPECT_FALSE(gone.policy);
}

TEST(KustoParser, ReadsPrincipalsWithNotes) {
  auto const command = Read<ChangeFollowerPrincipals>(
      ".add follower database D unrestrictedviewers ('aaduser=a@b.c', \"aadgroup=g;t\") 'why not'");

  EXPECT_EQ(command.role, DatabaseRole::kUnrestrictedViewer);
  EXPECT_THAT(command.principals, ElementsAre("aaduser=a@b.c", "aadgroup=g;t"));
  EXPECT_EQ(command.notes, "why not");
  EXPECT_EQ(
      Read<ChangeFollowerPrincipals>(".drop follower database D monitors ('aaduser=a@b.c')").change,
      Change::kDrop);
}

TEST(KustoParser, ReadsModificationKindsWithALeaderPath) {
  auto const command = Read<AlterFollowerKind>(
      ".alter follower database D from h'https://x' principals-modification-kind = replace");

  EXPECT_EQ(command.subject, AlterFollowerKind::Subject::kPrincipals);
  EXPECT_EQ(command.kind, ModificationKind::kReplace);
}

TEST(KustoParser, KnowsWhatTheResourceManagerOwns) {
  for (auto const* text :
       {".alter follower database D database-name-override = X",
        ".alter follower database D metadata '{}'",
        ".alter follower database D tables include add (A*, B)",
        ".alter follower database D external tables exclude drop (A)",
        ".alter follower cluster configuration from 'p' database-name-prefix = X",
        ".drop follower databases (A, B) from 'p'"}) {
    EXPECT_FALSE(Read<ManagedFollowerSetting>(text).what.empty()) << text;
  }
}

TEST(KustoParser, RefusesEverythingElse) {
  for (auto const* text :
       {".", ".frobnicate", ".show", ".show database D wisdom",
        ".add follower database D ingestors ('aaduser=a@b.c')",
        ".add follower database D viewers ()", ".add follower database D viewers (a@b.c)",
        ".alter follower databases (D) prefetch-extents = true",
        ".alter follower database D prefetch-extents = maybe",
        ".alter follower database D policy caching hot = 1d hot = 2d",
        ".show databases; .drop table X", ".show databases extra", "print 1",
        ".show database ['D details", ".show database [D]"}) {
    EXPECT_FALSE(ParseCommand(text)) << text;
  }
}

TEST(KustoParser, SaysWhereTheErrorIs) {
  std::string const text = ".show\n  nothing";
  auto const command = ParseCommand(text);

  ASSERT_FALSE(command);
  auto const place = PositionOf(text, command.error().offset);
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.position, 3U);
}

TEST(KustoParser, LeavesInlineDataUntouched) {
  auto const command =
      Read<IngestInline>(".ingest inline into table ['T'] with (format='csv') <| 1,'a\n2,\"b,c\"");

  EXPECT_EQ(command.table, "T");
  EXPECT_EQ(command.csv, " 1,'a\n2,\"b,c\"");
}

TEST(KustoParser, NamesCommandsForTheCallLog) {
  EXPECT_EQ(CommandHead(".alter follower database ['x'] policy caching hot = 1d"),
            ".alter follower database");
  EXPECT_EQ(CommandHead(".show databases"), ".show databases");
  EXPECT_EQ(CommandHead("Events | count"), "query");
  EXPECT_EQ(CommandHead(".show 'x"), "unreadable");
}

}  // namespace
}  // namespace adxf::emulator::kusto
