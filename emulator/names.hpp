#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <ratio>
#include <set>
#include <string>
#include <string_view>

namespace adxf::emulator {

/// A Kusto timespan: whole ticks of 100 ns. Wider than std::chrono::nanoseconds, which ends after
/// 292 years.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;

std::string Lower(std::string_view text);
bool SameName(std::string_view a,
              std::string_view b);  ///< ASCII, ignoring case: how Azure compares ids and names.

struct NameLess {
  // NOLINTNEXTLINE(readability-identifier-naming): the name that std::map looks for
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

/// Keeps the spelling of the first insertion, is looked up in any casing.
template <class T>
using ByName = std::map<std::string, T, NameLess>;

/// A well-formed GUID in lower case made of `seed` and `number`, the same in every run.
std::string StableGuid(std::string_view seed, std::uint64_t number = 0);
bool IsGuid(std::string_view text);

std::string Iso8601(TimePoint time);  ///< 2026-01-02T03:04:05.1234567Z
std::optional<TimePoint> ParseIso8601(std::string_view text);

/// Kusto's text form of a timespan, [-][d.]hh:mm:ss[.fffffff].
std::string TimespanText(Ticks span);
/// ISO 8601 duration as ARM writes it: P7D, PT12H, P1DT6H.
std::string IsoDuration(Ticks span);
std::optional<Ticks> ParseIsoDuration(std::string_view text);

/// `[d.]hh:mm:ss`, `7d`, `12h`, `30m`, `10s`, `100ms`.
std::optional<Ticks> ParseTimespan(std::string_view text);

}  // namespace adxf::emulator
