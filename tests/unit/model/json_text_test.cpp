#include "model/json_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace adxf::model {

struct Lid {
  std::string shape{};
};

struct Pot {
  std::string name{};
  std::optional<std::int64_t> litres{};
  std::optional<std::string> owner{};
  Lid lid{};
  Lid spare{};
  std::vector<std::string> marks{};
  std::map<std::string, std::string> notes{};
  bool is_hot = false;
};

template <>
struct Describe<Lid> {
  static constexpr auto fields = std::tuple{Field("shape", &Lid::shape, "Shape.")};
};

template <>
struct Describe<Pot> {
  static constexpr auto fields = std::tuple{Field("name", &Pot::name, "Name.", {.required = true}),
                                            Field("litres", &Pot::litres, "Litres."),
                                            Field("owner", &Pot::owner, "Owner."),
                                            Field("lid", &Pot::lid, "Lid.", {.required = true}),
                                            Field("spare", &Pot::spare, "Another lid."),
                                            Field("marks", &Pot::marks, "Marks."),
                                            Field("notes", &Pot::notes, "Notes."),
                                            Field("isHot", &Pot::is_hot, "Hot.")};
};

namespace {

std::string StringOf(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

TEST(JsonText, LeavesOutWhatIsAbsentOrEmptyUnlessItIsRequired) {
  EXPECT_EQ(ToJsonText(Pot{}), R"({"name":"","lid":{},"isHot":false})");
}

TEST(JsonText, TellsAnOptionalThatIsThereAndEmpty) {
  EXPECT_EQ(ToJsonText(Pot{.owner = ""}), R"({"name":"","owner":"","lid":{},"isHot":false})");
}

TEST(JsonText, PutsCommasBetweenAllThatIsThere) {
  Pot const pot{.name = "a",
                .litres = -3,
                .spare = {.shape = "round"},
                .marks = {"x", "y"},
                .notes = {{"k", "v"}, {"l", "w"}},
                .is_hot = true};

  EXPECT_EQ(ToJsonText(pot),
            R"({"name":"a","litres":-3,"lid":{},"spare":{"shape":"round"},"marks":["x","y"],)"
            R"("notes":{"k":"v","l":"w"},"isHot":true})");
}

TEST(JsonText, EscapesWhatMayNotStandInAString) {
  std::string const text = "a\"b\\c\n\x01\x7f é 日本";

  EXPECT_EQ(nlohmann::json::parse(StringOf(text)), text);
}

TEST(JsonText, ReplacesWhatIsNotUtf8) { EXPECT_EQ(StringOf("a\xff"), "\"a\xef\xbf\xbd\""); }

}  // namespace
}  // namespace adxf::model
