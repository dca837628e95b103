#include "azure/csl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::azure {
namespace {

using ::testing::HasSubstr;

TEST(Entity, IsAlwaysBracketed) {
  EXPECT_EQ(Entity::Parse("Sales")->Quoted(), "['Sales']");
  EXPECT_EQ(Entity::Parse("my table-1.x")->Quoted(), "['my table-1.x']");
}

TEST(Entity, EscapesQuotesAndBackslashes) {
  EXPECT_EQ(Entity::Parse(R"(a'] | .drop "x" \)")->Quoted(), R"(['a\'] | .drop \"x\" \\'])");
}

TEST(Entity, WritesOtherCharactersAsUtf16Escapes) {
  EXPECT_EQ(Entity::Parse("caf\u00e9")->Quoted(), R"(['caf\u00e9'])");
  EXPECT_EQ(Entity::Parse("\u6570\u636e")->Quoted(), R"(['\u6570\u636e'])");
  EXPECT_EQ(Entity::Parse("\U0001F680")->Quoted(), R"(['\ud83d\ude80'])");
}

TEST(Entity, RefusesNamesThatKustoCannotHold) {
  for (auto const& name :
       {std::string(), std::string(1025, 'x'), std::string("a\nb"), std::string("a\0b", 3),
        std::string("a\x7f"), std::string("a\u0085"), std::string("__sys"), std::string("sys__"),
        std::string("\xff"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xe2\x82")}) {
    auto const entity = Entity::Parse(name);
    ASSERT_FALSE(entity) << name;
    EXPECT_EQ(entity.error().code, Code::kInvalid);
    EXPECT_FALSE(entity.error().message.empty());
  }
  EXPECT_TRUE(Entity::Parse(std::string(1024, 'x')));
  EXPECT_TRUE(Entity::Parse("_a_"));
}

TEST(Literal, QuotesAndRefusesControlCharacters) {
  EXPECT_EQ(Literal::Parse("it's \"so\"")->Quoted(), R"('it\'s \"so\"')");
  EXPECT_EQ(Literal::Parse("")->Quoted(), "''");
  EXPECT_THAT(Literal::Parse("two\nlines").error().message, HasSubstr("control character"));
}

TEST(Literal, WritesWhatIsNotAsciiAsFourHexadecimalDigitsAUnit) {
  EXPECT_EQ(Literal::Parse("\u064b a  \\")->Quoted(), R"('\u064b a  \\')");
  EXPECT_EQ(Literal::Parse("\u2028")->Quoted(), R"('\u2028')");
  EXPECT_EQ(Literal::Parse("\U0010FFFF1")->Quoted(), R"('\udbff\udfff1')");
}

TEST(Csl, PutsQuotedPartsIntoItsPlaces) {
  auto const csl = Csl::Of(".show database {} x {}", *Entity::Parse("{}"),
                           TimespanLiteral(model::Timespan::FromSeconds(90000)));
  EXPECT_EQ(csl.Text(), ".show database ['{}'] x time(1.01:00:00)");
  EXPECT_EQ(Csl::Of("none").Text(), "none");
}

TEST(Csl, WritesMomentsInUtc) {
  EXPECT_EQ(DateTimeLiteral(TimePoint(std::chrono::milliseconds(1'767'225'600'250))).Quoted(),
            "datetime(2026-01-01T00:00:00.250000Z)");
}

TEST(Csl, TakesQuotingTypesOnly) {
  static_assert(CslArgument<Entity> && CslArgument<Literal> && CslArgument<CommaList<Entity>>);
  static_assert(!CslArgument<std::string> && !CslArgument<char const*> &&
                !CslArgument<std::string_view>);
  static_assert(!std::is_constructible_v<Csl, std::string> &&
                !std::is_constructible_v<Keyword, std::string>);
  static_assert(!std::is_constructible_v<CslFormat<0>, std::string>);
}

TEST(PrincipalLiteral, SendsAPrincipalAsItWasWritten) {
  auto const principal = *model::Principal::Parse("aadgroup=analysts@contoso.com");
  EXPECT_EQ(PrincipalLiteral::Of(principal)->Quoted(), "'aadgroup=analysts@contoso.com'");
  EXPECT_FALSE(PrincipalLiteral::Parse(""));
  EXPECT_FALSE(PrincipalLiteral::Parse("aaduser=a\tb"));
}

}  // namespace
}  // namespace adxf::azure
