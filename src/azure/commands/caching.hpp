#pragma once

#include "azure/csl.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace adxf::azure {

/// A span of time whose data stays hot whatever its age.
struct HotWindow {
  TimePoint from{};
  TimePoint to{};

  bool operator==(HotWindow const&) const = default;
};

/// A caching policy as a follower holds it.
struct CachingPolicy {
  std::optional<model::Timespan> hot{};
  std::vector<HotWindow> windows{};

  bool operator==(CachingPolicy const&) const = default;
};

/// "hot = time(…)[, hot_window = datetime(…) .. datetime(…)]…" of the alter commands.
Csl RenderCaching(model::Timespan hot, std::vector<HotWindow> const& windows);

/// Lenient: what is absent or unreadable stays empty. nullopt for JSON null and for text that is no
/// object.
std::optional<CachingPolicy> ReadCachingPolicy(nlohmann::json const& policy);

}  // namespace adxf::azure
