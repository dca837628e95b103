#include "emulator/names.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace adxf::emulator {

namespace {

char LowerChar(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::uint64_t Mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

constexpr std::int64_t kSecond = 10'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

/// Reads a decimal number off the front of `text`.
std::optional<double> TakeNumber(std::string_view& text) {
  double value = 0;
  auto const [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<Ticks> Rounded(double ticks) {
  if (ticks > 9.2e18) return std::nullopt;
  return Ticks(std::llround(ticks));
}

std::optional<Ticks> ParseUnitForm(std::string_view text) {
  auto const number = TakeNumber(text);
  if (!number || *number < 0) return std::nullopt;
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> kUnits{
      {{"d", kDay},
       {"h", kHour},
       {"m", kMinute},
       {"s", kSecond},
       {"ms", kSecond / 1000},
       {"tick", 1}}};
  auto const* const unit =
      std::ranges::find(kUnits, text, &std::pair<std::string_view, std::int64_t>::first);
  if (unit == kUnits.end()) return std::nullopt;
  return Rounded(*number * static_cast<double>(unit->second));
}

/// The days in front of "7.12:30:00", none in "12:30:00".
std::optional<std::int64_t> TakeDays(std::string_view& text) {
  auto const dot = text.find('.');
  if (dot == std::string_view::npos || dot > text.find(':')) return 0;
  auto head = text.substr(0, dot);
  auto const number = TakeNumber(head);
  if (!number || !head.empty()) return std::nullopt;
  text.remove_prefix(dot + 1);
  return static_cast<std::int64_t>(*number);
}

std::optional<Ticks> ParseClockForm(std::string_view text) {
  auto const days = TakeDays(text);
  if (!days) return std::nullopt;
  std::array<double, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto const number = TakeNumber(text);
    if (!number) return std::nullopt;
    parts.at(i) = *number;
    bool const is_last = i + 1 == parts.size();
    if (is_last ? !text.empty() : text.empty() || text.front() != ':') return std::nullopt;
    if (!is_last) text.remove_prefix(1);
  }
  if (parts[0] >= 24 || parts[1] >= 60 || parts[2] >= 60) return std::nullopt;
  auto const seconds = std::llround(parts[2] * kSecond);
  return Ticks(*days * kDay + static_cast<std::int64_t>(parts[0]) * kHour +
               static_cast<std::int64_t>(parts[1]) * kMinute + seconds);
}

/// The ticks of a unit of ISO 8601 before ("P7D") or after ("PT5M") the T; 0: there is none.
std::int64_t UnitBeforeTime(char unit) {
  if (unit == 'W') return 7 * kDay;
  return unit == 'D' ? kDay : 0;
}
std::int64_t UnitOfTime(char unit) {
  if (unit == 'H') return kHour;
  if (unit == 'M') return kMinute;
  return unit == 'S' ? kSecond : 0;
}

/// "1D", "5M30S" and nothing, as ticks.
std::optional<double> SumOfParts(std::string_view text, std::int64_t (*size_of)(char)) {
  double total = 0;
  while (!text.empty()) {
    auto const number = TakeNumber(text);
    if (!number || text.empty()) return std::nullopt;
    auto const size = size_of(text.front());
    if (size == 0) return std::nullopt;
    text.remove_prefix(1);
    total += *number * static_cast<double>(size);
  }
  return total;
}

}  // namespace

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), LowerChar);
  return lower;
}

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, LowerChar, LowerChar);
}

bool NameLess::operator()(std::string_view a, std::string_view b) const {
  return std::ranges::lexicographical_compare(a, b, {}, LowerChar, LowerChar);
}

std::string StableGuid(std::string_view seed, std::uint64_t number) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (char const c : seed) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::uint64_t const a = Mix(hash ^ Mix(number));
  std::uint64_t const b = Mix(a ^ number);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xfff,
                     0x8000 | ((b >> 48) & 0x3fff), b & 0xffffffffffffULL);
}

bool IsGuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    bool const hex =
        std::string_view("0123456789abcdefABCDEF").find(text[i]) != std::string_view::npos;
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

std::string Iso8601(TimePoint time) {
  auto const seconds = std::chrono::floor<std::chrono::seconds>(time);
  auto const ticks = std::chrono::duration_cast<Ticks>(time - seconds).count();
  return date::format("%Y-%m-%dT%H:%M:%S", seconds) + fmt::format(".{:07d}Z", ticks);
}

std::optional<TimePoint> ParseIso8601(std::string_view text) {
  std::string zoned(text);
  if (zoned.size() == 10) zoned += "T00:00:00";
  if (zoned.ends_with('Z') || zoned.ends_with('z')) zoned.pop_back();
  std::istringstream in(zoned);
  date::sys_time<std::chrono::nanoseconds> time;
  in >> date::parse(zoned.find('T') != std::string::npos ? "%FT%T" : "%F %T", time);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return std::chrono::time_point_cast<TimePoint::duration>(time);
}

std::string TimespanText(Ticks span) {
  auto const sign = span.count() < 0 ? "-" : "";
  auto const ticks = std::abs(span.count());
  std::string text = sign;
  if (ticks >= kDay) text += fmt::format("{}.", ticks / kDay);
  text += fmt::format("{:02d}:{:02d}:{:02d}", ticks % kDay / kHour, ticks % kHour / kMinute,
                      ticks % kMinute / kSecond);
  if (ticks % kSecond != 0) text += fmt::format(".{:07d}", ticks % kSecond);
  return text;
}

std::string IsoDuration(Ticks span) {
  auto const ticks = span.count();
  if (ticks == 0) return "PT0S";
  std::string text = "P";
  if (ticks >= kDay) text += fmt::format("{}D", ticks / kDay);
  if (ticks % kDay == 0) return text;
  text += 'T';
  if (ticks % kDay >= kHour) text += fmt::format("{}H", ticks % kDay / kHour);
  if (ticks % kHour >= kMinute) text += fmt::format("{}M", ticks % kHour / kMinute);
  if (ticks % kMinute != 0)
    text += fmt::format("{}S", static_cast<double>(ticks % kMinute) / static_cast<double>(kSecond));
  return text;
}

std::optional<Ticks> ParseIsoDuration(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  auto const t = text.find('T');
  bool const has_time = t != std::string_view::npos;
  if (has_time && t + 1 == text.size()) return std::nullopt;
  auto const days = SumOfParts(text.substr(0, t), UnitBeforeTime);
  auto const time = SumOfParts(has_time ? text.substr(t + 1) : std::string_view(), UnitOfTime);
  if (!days || !time) return std::nullopt;
  return Rounded(*days + *time);
}

std::optional<Ticks> ParseTimespan(std::string_view text) {
  return text.find(':') != std::string_view::npos ? ParseClockForm(text) : ParseUnitForm(text);
}

}  // namespace adxf::emulator
