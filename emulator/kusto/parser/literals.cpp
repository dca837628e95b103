#include "emulator/kusto/parser/literals.hpp"

#include "base/result.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace adxf::emulator::kusto {
namespace {

struct Unit {
  std::string_view name;
  std::string_view canonical;
};

constexpr std::array kUnits{
    Unit{"day", "d"},           Unit{"days", "d"},    Unit{"hr", "h"},
    Unit{"hrs", "h"},           Unit{"hour", "h"},    Unit{"hours", "h"},
    Unit{"min", "m"},           Unit{"minute", "m"},  Unit{"minutes", "m"},
    Unit{"sec", "s"},           Unit{"second", "s"},  Unit{"seconds", "s"},
    Unit{"milli", "ms"},        Unit{"millis", "ms"}, Unit{"millisecond", "ms"},
    Unit{"milliseconds", "ms"}, Unit{"ticks", "tick"}};

std::string_view Trim(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n'\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n'\"") - first + 1);
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<Ticks> ParseTypedSpan(std::string_view argument) {
  auto const text = Trim(argument);
  if (text.find(':') != std::string_view::npos) return ParseTimespan(text);
  if (IsNumber(text)) return ParseTimespan(std::string(text) + "d");
  return ParseUnitSpan(text);
}

Parsed<bool> ExpectSetting(Cursor& cursor, std::string_view word) {
  TRY_ASSIGN([[maybe_unused]] bool const named, cursor.ExpectWord(word));
  return cursor.ExpectPunct("=");
}

Parsed<HotWindow> ExpectWindow(Cursor& cursor) {
  TRY_ASSIGN([[maybe_unused]] bool const named, ExpectSetting(cursor, "hot_window"));
  HotWindow window;
  TRY_ASSIGN(window.from, ExpectDatetime(cursor));
  TRY_ASSIGN([[maybe_unused]] bool const dots, cursor.ExpectPunct(".."));
  TRY_ASSIGN(window.to, ExpectDatetime(cursor));
  if (window.to <= window.from)
    return std::unexpected(cursor.Unexpected("a hot window that ends after it begins"));
  return window;
}

}  // namespace

std::optional<Ticks> ParseUnitSpan(std::string_view text) {
  auto const split = text.find_first_not_of("0123456789.");
  if (split == std::string_view::npos || split == 0) return std::nullopt;
  auto const name = Trim(text.substr(split));
  auto const* const unit = std::ranges::find(kUnits, name, &Unit::name);
  return ParseTimespan(std::string(text.substr(0, split)) +
                       std::string(unit == kUnits.end() ? name : unit->canonical));
}

Parsed<Ticks> ExpectTimespan(Cursor& cursor) {
  Token const& token = cursor.Peek();
  std::optional<Ticks> span;
  if (token.kind == TokenKind::kLiteral) span = ParseUnitSpan(token.text);
  if (token.kind == TokenKind::kTyped && (token.text == "timespan" || token.text == "time"))
    span = ParseTypedSpan(token.argument);
  if (!span) return std::unexpected(cursor.Unexpected("a timespan literal"));
  cursor.Skip();
  return *span;
}

Parsed<TimePoint> ExpectDatetime(Cursor& cursor) {
  Token const& token = cursor.Peek();
  bool const is_datetime =
      token.kind == TokenKind::kTyped && (token.text == "datetime" || token.text == "date");
  auto const time = is_datetime ? ParseIso8601(Trim(token.argument)) : std::nullopt;
  if (!time) return std::unexpected(cursor.Unexpected("a datetime literal"));
  cursor.Skip();
  return *time;
}

Parsed<CachingPolicy> ExpectCaching(Cursor& cursor) {
  CachingPolicy policy;
  if (cursor.IsWord("hot")) {
    TRY_ASSIGN([[maybe_unused]] bool const named, ExpectSetting(cursor, "hot"));
    TRY_ASSIGN(policy.data_hot, ExpectTimespan(cursor));
    policy.index_hot = policy.data_hot;
  } else {
    TRY_ASSIGN([[maybe_unused]] bool const data, ExpectSetting(cursor, "hotdata"));
    TRY_ASSIGN(policy.data_hot, ExpectTimespan(cursor));
    cursor.TakePunct(",");
    TRY_ASSIGN([[maybe_unused]] bool const index, ExpectSetting(cursor, "hotindex"));
    TRY_ASSIGN(policy.index_hot, ExpectTimespan(cursor));
  }
  while (cursor.TakePunct(",")) {
    TRY_ASSIGN(HotWindow window, ExpectWindow(cursor));
    policy.windows.push_back(window);
  }
  return policy;
}

}  // namespace adxf::emulator::kusto
