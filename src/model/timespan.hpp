#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace adxf::model {

/// A span as Kusto counts it: whole ticks of 100 ns, never negative. Compared by value, so `7d`
/// equals `7.00:00:00`.
class Timespan {
 public:
  static constexpr std::int64_t kTicksPerSecond = 10'000'000;

  constexpr Timespan() = default;
  static constexpr Timespan FromTicks(std::int64_t ticks) { return Timespan(ticks); }
  static constexpr Timespan FromSeconds(std::int64_t seconds) {
    return Timespan(seconds * kTicksPerSecond);
  }

  /// `7d`, `1.5h`, `30m`, `10s`, `100ms`, or `[d.]hh:mm:ss[.fffffff]`. There are no weeks.
  /// Fractions have at most seven digits. Code::kInvalid for anything else and for what does not
  /// fit into 64 bits.
  static Result<Timespan> Parse(std::string_view text);

  /// ISO 8601 as ARM writes it: `P7D`, `PT12H`, `P1DT6H30M`, `PT0S`. Years, months and weeks are
  /// refused.
  static Result<Timespan> ParseIso8601(std::string_view text);

  [[nodiscard]] constexpr std::int64_t Ticks() const { return ticks_; }

  /// The one form that Kusto itself answers with: `[d.]hh:mm:ss[.fffffff]`, the days only where
  /// there are any.
  [[nodiscard]] std::string ToKusto() const;

  /// `P7D`, `PT12H`, `P1DT6H`; zero is `PT0S`.
  [[nodiscard]] std::string ToIso8601() const;

  /// For timers; spans beyond 292 years become the longest Duration.
  [[nodiscard]] Duration ToDuration() const;

  constexpr auto operator<=>(Timespan const&) const = default;

 private:
  constexpr explicit Timespan(std::int64_t ticks) : ticks_(ticks) {}

  std::int64_t ticks_ = 0;
};

}  // namespace adxf::model
