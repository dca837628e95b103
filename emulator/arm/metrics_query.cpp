#include "emulator/arm/metrics_query.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <ranges>
#include <regex>
#include <utility>

namespace adxf::emulator::arm {

namespace {

template <class T>
using Parsed = std::expected<T, std::string>;

constexpr std::array<std::string_view, 6> kAggregations{"None",    "Average", "Minimum",
                                                        "Maximum", "Total",   "Count"};
constexpr std::chrono::hours kDefaultTimespan{1};
/// Beyond these, sums and differences of times would overflow.
constexpr TimePoint kEarliest{};
constexpr TimePoint kLatest{std::chrono::years(200)};
constexpr Ticks kLongest = std::chrono::years(50);

std::vector<std::string> SplitList(std::string const& text) {
  std::vector<std::string> parts;
  for (auto const part : text | std::views::split(',')) {
    std::string trimmed(part.begin(), part.end());
    auto const first = trimmed.find_first_not_of(' ');
    if (first == std::string::npos) continue;
    parts.push_back(trimmed.substr(first, trimmed.find_last_not_of(' ') - first + 1));
  }
  return parts;
}

bool IsTrue(Context const& context, std::string_view parameter, bool otherwise) {
  auto const text = context.request.Parameter(parameter);
  return text.empty() ? otherwise : SameName(text, "true");
}

Parsed<std::vector<MetricDefinition const*>> MetricsOf(std::string const& names) {
  auto const all = MetricDefinitions();
  std::vector<MetricDefinition const*> metrics;
  for (auto const& name : SplitList(names)) {
    auto const found = std::ranges::find_if(
        all, [&](MetricDefinition const& it) { return SameName(it.name, name); });
    if (found == all.end()) {
      return std::unexpected(fmt::format(
          "Failed to find metric configuration for provider: Microsoft.Kusto, resource Type: "
          "clusters, metric: {}, Valid metrics: {}",
          name, fmt::join(all | std::views::transform(&MetricDefinition::name), ",")));
    }
    metrics.push_back(&*found);
  }
  if (metrics.empty()) metrics.push_back(&all.front());
  return metrics;
}

Parsed<std::vector<std::string_view>> AggregationsOf(std::string const& names) {
  std::vector<std::string_view> aggregations;
  for (auto const& name : SplitList(names)) {
    auto const* const found = std::ranges::find_if(
        kAggregations, [&](std::string_view it) { return SameName(it, name); });
    if (found == kAggregations.end())
      return std::unexpected(fmt::format("Detected invalid Aggregation type: {}", name));
    aggregations.push_back(*found);
  }
  return aggregations;
}

struct Timespan {
  TimePoint start{};
  TimePoint end{};
};

std::optional<TimePoint> ReadTime(std::string const& text) {
  auto const time = ParseIso8601(text);
  return time ? std::optional(std::clamp(*time, kEarliest, kLatest)) : std::nullopt;
}

std::optional<TimePoint::duration> ReadDuration(std::string const& text) {
  auto const ticks = ParseIsoDuration(text);
  if (!ticks) return std::nullopt;
  return std::chrono::duration_cast<TimePoint::duration>(std::min(*ticks, kLongest));
}

/// Two points in time, or one and a duration, or a duration that ends now; nothing where it is none
/// of these.
std::optional<Timespan> ReadTimespan(std::string const& text, TimePoint now) {
  auto const slash = text.find('/');
  auto const first = text.substr(0, slash);
  auto const lasting = ReadDuration(first);
  if (slash == std::string::npos)
    return lasting ? std::optional(Timespan{now - *lasting, now}) : std::nullopt;
  auto const second = text.substr(slash + 1);
  auto const start = ReadTime(first);
  auto const end = ReadTime(second);
  if (start && end) return Timespan{*start, *end};
  if (lasting && end) return Timespan{*end - *lasting, *end};
  auto const length = ReadDuration(second);
  if (start && length) return Timespan{*start, *start + *length};
  return std::nullopt;
}

Parsed<Timespan> TimespanOf(std::string text, TimePoint now) {
  if (text.empty()) return Timespan{now - kDefaultTimespan, now};
  // Azure decodes the parameter twice, so that a '+' never arrives, however it was encoded.
  std::ranges::replace(text, '+', ' ');
  auto const timespan = ReadTimespan(text, now);
  if (!timespan) {
    return std::unexpected(
        fmt::format("Detected invalid time interval input: {}, supported Iso 8601 time interval "
                    "format: (Datetime/Datetime, Datetime/Duration, Duration/Datetime, Duration)",
                    text));
  }
  if (timespan->end <= timespan->start) {
    return std::unexpected(
        fmt::format("Detected invalid time interval input: {}, the start time must be before the "
                    "end time",
                    text));
  }
  return *timespan;
}

Parsed<Ticks> GrainOf(Context const& context, Timespan const& timespan) {
  auto const text = context.request.Parameter("interval");
  if (text.empty()) return kTimeGrains.front().span;
  if (SameName(text, "FULL")) {
    auto const minutes = std::chrono::floor<std::chrono::minutes>(timespan.end) -
                         std::chrono::floor<std::chrono::minutes>(timespan.start);
    return std::max<Ticks>(minutes, kTimeGrains.front().span);
  }
  auto const wanted = ParseIsoDuration(text);
  auto const spans = kTimeGrains | std::views::transform(&TimeGrain::span);
  if (wanted && std::ranges::find(spans, *wanted) != spans.end()) return *wanted;
  if (wanted && IsTrue(context, "AutoAdjustTimegrain", false)) {
    return std::ranges::min(spans, {},
                            [&](Ticks span) { return std::chrono::abs(span - *wanted); });
  }
  return std::unexpected(fmt::format(
      "Invalid time grain duration: {}, supported ones are: {}", text,
      fmt::join(spans | std::views::transform([](Ticks it) { return TimespanText(it); }), ",")));
}

/// Adds a clause to the dimension it is about. False where an "or" joins two dimensions.
bool AddClause(std::vector<DimensionFilter>& filter, std::string const& name,
               std::string const& value, bool is_alternative) {
  if (is_alternative && !SameName(filter.back().name, name)) return false;
  auto const known = std::ranges::find_if(
      filter, [&](DimensionFilter const& it) { return SameName(it.name, name); });
  auto& dimension =
      known == filter.end() ? filter.emplace_back(DimensionFilter{.name = name}) : *known;
  dimension.values.push_back(value);
  return true;
}

/// `A eq 'a' and B eq 'b1' or B eq 'b2'`
Parsed<std::vector<DimensionFilter>> FilterOf(std::string const& text) {
  static std::regex const kClause(R"(^\s*(and\s+|or\s+)?(\w+)\s+eq\s+'([^']*)')",
                                  std::regex::icase);
  std::vector<DimensionFilter> filter;
  auto rest = text;
  for (std::smatch match; std::regex_search(rest, match, kClause);) {
    bool const is_first = filter.empty();
    bool const is_alternative = Lower(match.str(1)).starts_with("or");
    if (is_first == match[1].matched || !AddClause(filter, match[2], match[3], is_alternative))
      break;
    rest = match.suffix();
  }
  if (rest.find_first_not_of(' ') != std::string::npos)
    return std::unexpected(
        fmt::format("Invalid filter: '{}' cannot be read from '{}' on", text, rest));
  return filter;
}

std::expected<void, std::string> CheckDimensions(MetricsQuery const& query) {
  for (auto const* const metric : query.metrics) {
    auto const has = [&](DimensionFilter const& wanted) {
      return std::ranges::any_of(metric->dimensions, [&](MetricDimension const& it) {
        return SameName(it.name, wanted.name);
      });
    };
    if (std::ranges::all_of(query.filter, has)) continue;
    auto const asked =
        query.filter | std::views::transform([](auto const& it) { return Lower(it.name); });
    return std::unexpected(fmt::format(
        "Metric: {} does not support requested dimension combination: {}, supported ones are: {}",
        metric->name, fmt::join(asked, ","),
        fmt::join(metric->dimensions | std::views::transform(&MetricDimension::name), ",")));
  }
  return {};
}

}  // namespace

bool DimensionFilter::Takes(std::string_view value) const {
  return std::ranges::any_of(
      values, [&](std::string const& it) { return it == "*" || SameName(it, value); });
}

std::string WholeSeconds(TimePoint time) { return Iso8601(time).substr(0, 19) + "Z"; }

std::string MetricsQuery::Timespan() const {
  return fmt::format("{}/{}", WholeSeconds(start), WholeSeconds(end));
}

WireReply MonitorRefusal(std::string const& message) {
  return JsonReply(400, {{"code", "BadRequest"}, {"message", message}});
}

std::expected<void, std::string> CheckMetricNamespace(Context const& context) {
  auto const wanted = context.request.Parameter("metricnamespace");
  if (wanted.empty() || SameName(wanted, kMetricNamespace)) return {};
  return std::unexpected(fmt::format(
      "Detect invalid value: {} for query parameter: 'metricnamespace', the value must be: {} if "
      "the query parameter is provided, you can also skip this optional query parameter.",
      wanted, kMetricNamespace));
}

std::expected<MetricsQuery, std::string> ParseMetricsQuery(Context const& context) {
  if (auto const named = CheckMetricNamespace(context); !named)
    return std::unexpected(named.error());
  auto metrics = MetricsOf(context.request.Parameter("metricnames"));
  if (!metrics) return std::unexpected(metrics.error());
  auto aggregations = AggregationsOf(context.request.Parameter("aggregation"));
  if (!aggregations) return std::unexpected(aggregations.error());
  auto const timespan = TimespanOf(context.request.Parameter("timespan"), context.Now());
  if (!timespan) return std::unexpected(timespan.error());
  auto const grain = GrainOf(context, *timespan);
  if (!grain) return std::unexpected(grain.error());
  auto filter = FilterOf(context.request.Parameter("$filter"));
  if (!filter) return std::unexpected(filter.error());
  MetricsQuery query{
      .metrics = std::move(*metrics),
      .aggregations = std::move(*aggregations),
      .filter = std::move(*filter),
      .start = timespan->start,
      .end = timespan->end,
      .grain = *grain,
      .wants_metadata = SameName(context.request.Parameter("resultType"), "Metadata")};
  if (IsTrue(context, "ValidateDimensions", true)) {
    if (auto const fits = CheckDimensions(query); !fits) return std::unexpected(fits.error());
  }
  return query;
}

}  // namespace adxf::emulator::arm
