#include "model/timespan.hpp"

#include "model/text.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace adxf::model {

namespace {

constexpr std::int64_t kSecond = Timespan::kTicksPerSecond;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMillisecond = kSecond / 1000;
constexpr std::size_t kFractionDigits = 7;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
    {{"d", kDay}, {"h", kHour}, {"m", kMinute}, {"s", kSecond}, {"ms", kMillisecond}}};

using MaybeTicks = std::optional<std::int64_t>;

MaybeTicks Times(std::int64_t count, std::int64_t unit) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(count, unit, &product)) return std::nullopt;
  return product;
}

MaybeTicks Plus(MaybeTicks a, MaybeTicks b) {
  std::int64_t sum = 0;
  if (!a || !b || __builtin_add_overflow(*a, *b, &sum)) return std::nullopt;
  return sum;
}

/// Takes the digits off the front; nothing when there are none or too many.
MaybeTicks TakeDigits(std::string_view& text) {
  std::int64_t value = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// The fraction after a point, as ticks of a unit. Seven digits of a day still fit into 64 bits.
MaybeTicks TakeFraction(std::string_view& text, std::int64_t unit) {
  std::size_t const before = text.size();
  MaybeTicks const digits = TakeDigits(text);
  std::size_t const count = before - text.size();
  if (!digits || count > kFractionDigits) return std::nullopt;
  std::int64_t scale = 1;
  for (std::size_t i = 0; i < count; ++i) scale *= 10;
  return *digits * unit / scale;
}

/// `1.5h`: the unit is known only after the number, so the number is read twice.
MaybeTicks ParseWithUnit(std::string_view text) {
  std::size_t const unit_start = text.find_first_not_of("0123456789.");
  if (unit_start == std::string_view::npos) return std::nullopt;
  std::string_view const suffix = text.substr(unit_start);
  std::string_view number = text.substr(0, unit_start);
  for (auto const& [name, ticks] : kUnits) {
    if (name != suffix) continue;
    MaybeTicks const whole = TakeDigits(number);
    MaybeTicks total = whole ? Times(*whole, ticks) : std::nullopt;
    if (Take(number, '.')) total = Plus(total, TakeFraction(number, ticks));
    return number.empty() ? total : std::nullopt;
  }
  return std::nullopt;
}

MaybeTicks TakeBelow(std::string_view& text, std::int64_t limit, std::int64_t unit) {
  std::size_t const before = text.size();
  MaybeTicks const value = TakeDigits(text);
  if (!value || *value >= limit || before - text.size() > 2) return std::nullopt;
  return *value * unit;
}

/// `[d.]hh:mm:ss[.fffffff]`
MaybeTicks ParseClock(std::string_view text) {
  MaybeTicks total = 0;
  std::size_t const point = text.find('.');
  if (point < text.find(':')) {
    MaybeTicks const days = TakeDigits(text);
    total = days ? Times(*days, kDay) : std::nullopt;
    if (!Take(text, '.')) return std::nullopt;
  }
  total = Plus(total, TakeBelow(text, 24, kHour));
  if (!Take(text, ':')) return std::nullopt;
  total = Plus(total, TakeBelow(text, 60, kMinute));
  if (!Take(text, ':')) return std::nullopt;
  total = Plus(total, TakeBelow(text, 60, kSecond));
  if (Take(text, '.')) total = Plus(total, TakeFraction(text, kSecond));
  return text.empty() ? total : std::nullopt;
}

Failure Malformed(std::string_view text, std::string_view expected) {
  return Fail(Code::kInvalid, "'" + Shorten(text, 64) + "' is no timespan that fits; expected " +
                                  std::string(expected));
}

/// One part of an ISO 8601 duration: digits, perhaps a fraction, and its letter.
bool TakeIsoPart(std::string_view& text, char letter, std::int64_t unit, MaybeTicks& total) {
  std::string_view rest = text;
  MaybeTicks const whole = TakeDigits(rest);
  if (!whole) return false;
  MaybeTicks part = Times(*whole, unit);
  if (Take(rest, '.')) part = Plus(part, TakeFraction(rest, unit));
  if (!Take(rest, letter)) return false;
  total = Plus(total, part);
  text = rest;
  return true;
}

void AppendPadded(std::string& out, std::int64_t value, std::size_t width) {
  std::string const digits = std::to_string(value);
  out.append(digits.size() < width ? width - digits.size() : 0, '0').append(digits);
}

}  // namespace

Result<Timespan> Timespan::Parse(std::string_view text) {
  MaybeTicks const ticks =
      text.find(':') == std::string_view::npos ? ParseWithUnit(text) : ParseClock(text);
  if (!ticks) return Malformed(text, "a Kusto span such as 7d, 12h, 30m, 10s, 100ms or 1.06:00:00");
  return Timespan(*ticks);
}

Result<Timespan> Timespan::ParseIso8601(std::string_view text) {
  constexpr std::string_view kExpected = "an ISO 8601 duration such as P7D or PT12H";
  std::string_view rest = text;
  if (!Take(rest, 'P')) return Malformed(text, kExpected);
  MaybeTicks total = 0;
  bool has_part = TakeIsoPart(rest, 'D', kDay, total);
  if (Take(rest, 'T')) {
    bool has_time = TakeIsoPart(rest, 'H', kHour, total);
    has_time = TakeIsoPart(rest, 'M', kMinute, total) || has_time;
    has_time = TakeIsoPart(rest, 'S', kSecond, total) || has_time;
    has_part = has_time;
  }
  if (!has_part || !rest.empty() || !total) return Malformed(text, kExpected);
  return Timespan(*total);
}

std::string Timespan::ToKusto() const {
  std::string text;
  if (ticks_ >= kDay) text = std::to_string(ticks_ / kDay) + ".";
  AppendPadded(text, ticks_ % kDay / kHour, 2);
  text += ':';
  AppendPadded(text, ticks_ % kHour / kMinute, 2);
  text += ':';
  AppendPadded(text, ticks_ % kMinute / kSecond, 2);
  if (ticks_ % kSecond == 0) return text;
  text += '.';
  AppendPadded(text, ticks_ % kSecond, kFractionDigits);
  return text;
}

std::string Timespan::ToIso8601() const {
  if (ticks_ == 0) return "PT0S";
  std::string text = "P";
  if (ticks_ >= kDay) text += std::to_string(ticks_ / kDay) + "D";
  if (ticks_ % kDay == 0) return text;
  text += 'T';
  if (auto const hours = ticks_ % kDay / kHour; hours != 0) text += std::to_string(hours) + "H";
  if (auto const minutes = ticks_ % kHour / kMinute; minutes != 0)
    text += std::to_string(minutes) + "M";
  if (ticks_ % kMinute == 0) return text;
  text += std::to_string(ticks_ % kMinute / kSecond);
  if (auto const fraction = ticks_ % kSecond; fraction != 0) {
    text += '.';
    AppendPadded(text, fraction, kFractionDigits);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "S";
}

Duration Timespan::ToDuration() const {
  constexpr std::int64_t kNanosecondsPerTick = 100;
  if (ticks_ > std::numeric_limits<std::int64_t>::max() / kNanosecondsPerTick)
    return Duration::max();
  return Duration(ticks_ * kNanosecondsPerTick);
}

}  // namespace adxf::model
