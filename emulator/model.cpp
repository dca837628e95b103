#include "emulator/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace adxf::emulator {

namespace {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

constexpr Names<DatabaseRole, 6> kDatabaseRoles{
    {{DatabaseRole::kAdmin, "Admin"},
     {DatabaseRole::kUser, "User"},
     {DatabaseRole::kViewer, "Viewer"},
     {DatabaseRole::kUnrestrictedViewer, "UnrestrictedViewer"},
     {DatabaseRole::kIngestor, "Ingestor"},
     {DatabaseRole::kMonitor, "Monitor"}}};
constexpr Names<ClusterRole, 3> kClusterRoles{
    {{ClusterRole::kAllDatabasesAdmin, "AllDatabasesAdmin"},
     {ClusterRole::kAllDatabasesViewer, "AllDatabasesViewer"},
     {ClusterRole::kAllDatabasesMonitor, "AllDatabasesMonitor"}}};
constexpr Names<ModificationKind, 3> kModificationKinds{{{ModificationKind::kNone, "None"},
                                                         {ModificationKind::kUnion, "Union"},
                                                         {ModificationKind::kReplace, "Replace"}}};
constexpr Names<PrincipalKind, 3> kPrincipalKinds{{{PrincipalKind::kUser, "User"},
                                                   {PrincipalKind::kGroup, "Group"},
                                                   {PrincipalKind::kApp, "App"}}};

template <class Table, class E>
std::string_view NameOf(Table const& table, E value) {
  return std::ranges::find_if(table, [&](auto const& row) { return row.first == value; })->second;
}

template <class E, std::size_t N>
std::optional<E> ValueOf(Names<E, N> const& table, std::string_view text) {
  for (auto const& [value, name] : table) {
    if (SameName(name, text)) return value;
  }
  return std::nullopt;
}

/// `Logs*` matches by prefix, `*` everything, others by name.
bool MatchesEntry(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return SameName(pattern, name);
  pattern.remove_suffix(1);
  return name.size() >= pattern.size() && SameName(name.substr(0, pattern.size()), pattern);
}

bool MatchesAny(std::vector<std::string> const& patterns, std::string_view name) {
  return std::ranges::any_of(patterns,
                             [&](auto const& pattern) { return MatchesEntry(pattern, name); });
}

}  // namespace

std::string ToString(Version version) {
  return fmt::format("v{}.{}", version.major, version.minor);
}
std::string_view ToString(DatabaseRole role) { return NameOf(kDatabaseRoles, role); }
std::string_view ToString(ClusterRole role) { return NameOf(kClusterRoles, role); }
std::string_view ToString(ModificationKind kind) { return NameOf(kModificationKinds, kind); }
std::string_view ToString(PrincipalKind kind) { return NameOf(kPrincipalKinds, kind); }
std::optional<DatabaseRole> ParseDatabaseRole(std::string_view text) {
  return ValueOf(kDatabaseRoles, text);
}
std::optional<ClusterRole> ParseClusterRole(std::string_view text) {
  return ValueOf(kClusterRoles, text);
}
std::optional<ModificationKind> ParseModificationKind(std::string_view text) {
  return ValueOf(kModificationKinds, text);
}
std::optional<PrincipalKind> ParsePrincipalKind(std::string_view text) {
  return ValueOf(kPrincipalKinds, text);
}

std::string Principal::Fqn() const {
  switch (kind) {
    case PrincipalKind::kUser: return fmt::format("aaduser={};{}", object_id, tenant_id);
    case PrincipalKind::kGroup: return fmt::format("aadgroup={};{}", object_id, tenant_id);
    case PrincipalKind::kApp:
      return fmt::format("aadapp={};{}", app_id.empty() ? object_id : app_id, tenant_id);
  }
  return {};
}

void Database::Bump(TimePoint now) {
  Version next = Latest();
  ++next.minor;
  history.push_back({next, now});
}

bool SharingLists::Shows(Kind kind, std::string_view name) const {
  auto const shown = [name](auto const& include, auto const& exclude) {
    return (include.empty() || MatchesAny(include, name)) && !MatchesAny(exclude, name);
  };
  switch (kind) {
    case Kind::kTable: return shown(tables_include, tables_exclude);
    case Kind::kExternalTable: return shown(external_include, external_exclude);
    case Kind::kMaterializedView: return shown(views_include, views_exclude);
    case Kind::kFunction: return shown(functions_include, functions_exclude);
  }
  return false;
}

std::size_t SharingLists::Entries() const {
  return tables_include.size() + tables_exclude.size() + external_include.size() +
         external_exclude.size() + views_include.size() + views_exclude.size() +
         functions_include.size() + functions_exclude.size();
}

bool SharingLists::IsEmpty() const { return Entries() == 0; }

std::string Cluster::Id() const {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Kusto/Clusters/{}",
                     subscription, resource_group, name);
}

}  // namespace adxf::emulator
