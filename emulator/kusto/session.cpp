#include "emulator/kusto/session.hpp"

#include <algorithm>
#include <ranges>

namespace adxf::emulator::kusto {
namespace {

DatabaseView ViewOf(Database& database) {
  return {.name = database.name,
          .own = &database,
          .source = &database,
          .version = database.Latest(),
          .as_of = TimePoint::max()};
}

std::optional<DatabaseView> ViewOf(Session const& session, FollowedDatabase& followed) {
  if (NextRefresh(session.estate.settings, followed.attached) > session.Now()) return std::nullopt;
  auto const sight = Sight(session.estate, session.cluster, followed);
  if (sight.leader == nullptr) return std::nullopt;
  return DatabaseView{.name = followed.name,
                      .followed = &followed,
                      .source = sight.leader,
                      .version = sight.version,
                      .as_of = sight.as_of};
}

bool IsShared(DatabaseView const& view, SharingLists::Kind kind, std::string_view name) {
  return !view.IsFollowed() || !view.followed->sharing || view.followed->sharing->Shows(kind, name);
}

/// An included materialized view brings its source table along.
bool IsSourceOfIncludedView(DatabaseView const& view, std::string_view table) {
  if (!view.IsFollowed() || !view.followed->sharing ||
      view.followed->sharing->views_include.empty())
    return false;
  return std::ranges::any_of(
      view.source->materialized_views | std::views::values, [&](MaterializedView const& candidate) {
        return SameName(candidate.source_table, table) &&
               view.followed->sharing->Shows(SharingLists::Kind::kMaterializedView, candidate.name);
      });
}

}  // namespace

TimePoint NextRefresh(Settings const& settings, TimePoint moment) {
  auto const interval = std::chrono::duration_cast<TimePoint::duration>(settings.schema_refresh);
  if (interval.count() <= 0) return moment;
  auto const since = moment.time_since_epoch();
  return TimePoint((since / interval + 1) * interval);
}

bool DatabaseView::Shows(Table const& table) const {
  if (table.created > as_of) return false;
  return IsShared(*this, SharingLists::Kind::kTable, table.name) ||
         IsSourceOfIncludedView(*this, table.name);
}

bool DatabaseView::Shows(MaterializedView const& view) const {
  return view.created <= as_of && IsShared(*this, SharingLists::Kind::kMaterializedView, view.name);
}

bool DatabaseView::Shows(Function const& function) const {
  return function.created <= as_of && IsShared(*this, SharingLists::Kind::kFunction, function.name);
}

bool DatabaseView::Shows(ExternalTable const& table) const {
  return table.created <= as_of && IsShared(*this, SharingLists::Kind::kExternalTable, table.name);
}

std::vector<Extent const*> DatabaseView::Arrived(std::vector<Extent> const& extents) const {
  std::vector<Extent const*> arrived;
  for (auto const& extent : extents) {
    if (extent.created <= as_of) arrived.push_back(&extent);
  }
  return arrived;
}

Outcome<DatabaseView> FindView(Session const& session, std::string_view name) {
  auto& cluster = session.cluster;
  if (auto const own = cluster.databases.find(name); own != cluster.databases.end())
    return ViewOf(own->second);
  if (auto const found = cluster.followed.find(name); found != cluster.followed.end()) {
    if (auto view = ViewOf(session, found->second)) return *std::move(view);
  }
  return RefuseDatabase(name);
}

std::vector<DatabaseView> AllViews(Session const& session) {
  std::vector<DatabaseView> views;
  for (auto& database : session.cluster.databases | std::views::values)
    views.push_back(ViewOf(database));
  for (auto& followed : session.cluster.followed | std::views::values) {
    if (auto view = ViewOf(session, followed)) views.push_back(*std::move(view));
  }
  std::ranges::sort(views, NameLess{}, &DatabaseView::name);
  return views;
}

Outcome<Table const*> FindTable(DatabaseView const& view, std::string_view name) {
  auto const found = view.source->tables.find(name);
  if (found == view.source->tables.end() || !view.Shows(found->second))
    return RefuseTable(name, "table");
  return &found->second;
}

Outcome<MaterializedView const*> FindMaterializedView(DatabaseView const& view,
                                                      std::string_view name) {
  auto const found = view.source->materialized_views.find(name);
  if (found == view.source->materialized_views.end() || !view.Shows(found->second))
    return RefuseTable(name, "materialized view");
  return &found->second;
}

}  // namespace adxf::emulator::kusto
