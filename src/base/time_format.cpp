#include "base/time_format.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <sstream>

namespace adxf {
namespace {

/// `at` down to the second. Not by the date library's own formatting, which makes a stream for each
/// text.
std::string FormatSecond(date::sys_seconds at) {
  auto const day = date::floor<date::days>(at);
  date::year_month_day const date(day);
  date::hh_mm_ss const time(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

/// Reads exactly `count` digits off the front of `text`.
std::optional<int> TakeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (char const c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool TakeOneOf(std::string_view& text, std::string_view choices) {
  if (text.empty() || choices.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<date::sys_days> TakeDate(std::string_view& text) {
  auto const year = TakeDigits(text, 4);
  if (!year || !TakeOneOf(text, "-")) return std::nullopt;
  auto const month = TakeDigits(text, 2);
  if (!month || !TakeOneOf(text, "-")) return std::nullopt;
  auto const day = TakeDigits(text, 2);
  if (!day) return std::nullopt;
  date::year_month_day const result = date::year(*year) / *month / *day;
  if (!result.ok()) return std::nullopt;
  return date::sys_days(result);
}

std::optional<std::chrono::seconds> TakeTimeOfDay(std::string_view& text) {
  auto const hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !TakeOneOf(text, ":")) return std::nullopt;
  auto const minute = TakeDigits(text, 2);
  if (!minute || *minute > 59 || !TakeOneOf(text, ":")) return std::nullopt;
  auto const second = TakeDigits(text, 2);
  if (!second || *second > 60)
    return std::nullopt;  // 60: a leap second, which becomes the next minute's first.
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

/// ".123" and the like; no fraction is zero. Digits beyond the ninth are dropped.
std::optional<std::chrono::nanoseconds> TakeFraction(std::string_view& text) {
  std::chrono::nanoseconds result{};
  if (!TakeOneOf(text, ".")) return result;
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0)
    return std::nullopt;
  for (std::int64_t unit = 100'000'000;
       !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0; unit /= 10) {
    result += std::chrono::nanoseconds(unit * (text.front() - '0'));
    text.remove_prefix(1);
  }
  return result;
}

std::optional<std::chrono::minutes> TakeOffset(std::string_view& text) {
  if (TakeOneOf(text, "zZ")) return std::chrono::minutes(0);
  int const sign = text.starts_with('-') ? -1 : 1;
  if (!TakeOneOf(text, "+-")) return std::nullopt;
  auto const hours = TakeDigits(text, 2);
  if (!hours || *hours > 23 || !TakeOneOf(text, ":")) return std::nullopt;
  auto const minutes = TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (std::chrono::hours(*hours) + std::chrono::minutes(*minutes));
}

/// Two digits behind every colon. For seconds that are none the date library makes a number of NaN.
bool HasDigitsBehindColons(std::string_view text) {
  for (auto at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    auto behind = text.substr(at + 1);
    if (!TakeDigits(behind, 2)) return false;
  }
  return true;
}

/// A clock of nanoseconds begins in 1677 and ends in 2262; what lies beyond would wrap around
/// silently.
bool IsWithinClock(date::sys_days day) {
  return day <= date::floor<date::days>(TimePoint::max()) - date::days(1) &&
         day >= date::floor<date::days>(TimePoint::min()) + date::days(2);
}

struct DayAndRest {
  date::sys_days day{};
  Duration rest{};  ///< Behind midnight, in UTC.
};

std::optional<DayAndRest> ParseDay(std::string_view text) {
  auto const day = TakeDate(text);
  if (!day || !TakeOneOf(text, "tT ")) return std::nullopt;
  auto const time = TakeTimeOfDay(text);
  if (!time) return std::nullopt;
  auto const fraction = TakeFraction(text);
  if (!fraction) return std::nullopt;
  auto const offset = TakeOffset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return DayAndRest{.day = *day, .rest = *time + *fraction - *offset};
}

}  // namespace

std::string FormatRfc3339(TimePoint at) {
  return FormatSecond(date::floor<std::chrono::seconds>(at)) + 'Z';
}

std::string FormatRfc3339Micros(TimePoint at) {
  auto const second = date::floor<std::chrono::seconds>(at);
  auto const rest = date::floor<std::chrono::microseconds>(at - second);
  return FormatSecond(second) + fmt::format(".{:06}Z", rest.count());
}

std::optional<TimePoint> ParseRfc3339(std::string_view text) {
  auto const parsed = ParseDay(text);
  if (!parsed || !IsWithinClock(parsed->day)) return std::nullopt;
  return TimePoint(parsed->day) + parsed->rest;
}

std::optional<TimePoint> ParseAnyRfc3339(std::string_view text) {
  auto const parsed = ParseDay(text);
  if (!parsed) return std::nullopt;
  if (IsWithinClock(parsed->day)) return TimePoint(parsed->day) + parsed->rest;
  bool const is_past = parsed->day < date::sys_days{};
  return is_past ? TimePoint{}
                 : TimePoint(date::floor<date::days>(TimePoint::max()) - date::days(1));
}

std::optional<TimePoint> ParseHttpDate(std::string_view text) {
  static constexpr std::array kForms = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                        "%a %b %e %H:%M:%S %Y"};
  if (!HasDigitsBehindColons(text)) return std::nullopt;
  for (auto const* form : kForms) {
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    date::sys_seconds at;
    in >> date::parse(form, at);
    if (in.fail() || (in.peek(), !in.eof())) continue;
    if (!IsWithinClock(date::floor<date::days>(at))) return std::nullopt;
    return TimePoint(at);
  }
  return std::nullopt;
}

}  // namespace adxf
