#pragma once

#include "emulator/kusto/failure.hpp"
#include "emulator/state.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace adxf::emulator::kusto {

/// One request while it is served: who asks what of which cluster. Lives as long as the request.
struct Session {
  Estate& estate;
  Cluster& cluster;
  Caller caller{};
  std::string database{};  ///< as the request names it; may be empty or unknown

  [[nodiscard]] TimePoint Now() const { return estate.Now(); }
};

/// When a change made at `moment` becomes visible: at the next multiple of the refresh interval, at
/// once without one.
TimePoint NextRefresh(Settings const& settings, TimePoint moment);

/// A database as the cluster serves it now: its own, or one that it follows, with what has arrived
/// of it.
struct DatabaseView {
  std::string name{};
  Database* own = nullptr;               ///< Absent on followed ones.
  FollowedDatabase* followed = nullptr;  ///< Absent on own ones.
  Database const* source = nullptr;      ///< Own database or leader's; never null.
  Version version{};
  TimePoint as_of{};  ///< What was created later is not there yet.

  [[nodiscard]] bool IsFollowed() const { return followed != nullptr; }
  [[nodiscard]] FollowerOverrides const& Overrides(TimePoint now) const {
    return followed->overrides.At(now);
  }

  [[nodiscard]] bool Shows(Table const& table) const;
  [[nodiscard]] bool Shows(MaterializedView const& view) const;
  [[nodiscard]] bool Shows(Function const& function) const;
  [[nodiscard]] bool Shows(ExternalTable const& table) const;
  /// Extents that have arrived.
  [[nodiscard]] std::vector<Extent const*> Arrived(std::vector<Extent> const& extents) const;
};

/// Any casing. A database attached a moment ago is unknown until the schema refresh.
Outcome<DatabaseView> FindView(Session const& session, std::string_view name);
std::vector<DatabaseView> AllViews(Session const& session);

Outcome<Table const*> FindTable(DatabaseView const& view, std::string_view name);
Outcome<MaterializedView const*> FindMaterializedView(DatabaseView const& view,
                                                      std::string_view name);

}  // namespace adxf::emulator::kusto
