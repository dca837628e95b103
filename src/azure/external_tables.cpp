#include "azure/external_tables.hpp"

#include "azure/commands/show_databases_details.hpp"
#include "azure/commands/show_external_tables.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace adxf::azure {
namespace {

bool IsWanted(std::string const& database, std::set<std::string> const& wanted) {
  return std::ranges::any_of(
      wanted, [&](std::string const& it) { return it == "*" || EqualsIgnoreCase(it, database); });
}

}  // namespace

bool ExternalTables::Read(KustoRunner& kusto, std::string const& uri,
                          std::set<std::string> const& wanted, http::CallContext const& call) {
  if (wanted.empty() || !Refresh(kusto, uri, call)) return false;
  for (auto const& database : Unread(wanted)) ReadOne(kusto, uri, database, call);
  return Publish();
}

bool ExternalTables::Lacks(std::string const& database) const {
  return !Unread({database}).empty();
}

std::shared_ptr<std::vector<ExternalTable> const> ExternalTables::View() const {
  std::lock_guard const lock(mutex_);
  return view_;
}

/// False when nothing is known of this tick.
bool ExternalTables::Refresh(KustoRunner& kusto, std::string const& uri,
                             http::CallContext const& call) {
  auto const now = clock_.Steady();
  {
    std::lock_guard const lock(mutex_);
    if (now < due_) return !holders_.empty();
    // Looks come as early as nine tenths of a tick after the last.
    due_ = now + std::chrono::duration_cast<SteadyPoint::duration>(tick_ * 9 / 10);
  }
  auto const rows = Run(kusto, uri, ShowDatabasesDetails{}, call);
  std::lock_guard const lock(mutex_);
  read_.clear();
  holders_.clear();
  if (!rows) return false;
  for (auto const& row : *rows) {
    if (row.external_tables > 0) holders_.insert(row.name);
  }
  std::erase_if(known_, [this](auto const& it) { return !holders_.contains(it.first); });
  return true;
}

std::vector<std::string> ExternalTables::Unread(std::set<std::string> const& wanted) const {
  std::lock_guard const lock(mutex_);
  std::vector<std::string> unread;
  for (auto const& database : holders_) {
    if (IsWanted(database, wanted) && !read_.contains(database)) unread.push_back(database);
  }
  return unread;
}

void ExternalTables::ReadOne(KustoRunner& kusto, std::string const& uri,
                             std::string const& database, http::CallContext const& call) {
  auto const entity = Entity::Parse(database);
  auto const rows = entity ? Run(kusto, uri, ShowExternalTables{.database = *entity}, call)
                           : Result<std::vector<ExternalTableRow>>(std::unexpected(entity.error()));
  std::lock_guard const lock(mutex_);
  read_.insert(database);
  if (!rows) return;
  auto& tables = known_[database];
  tables.clear();
  for (auto const& row : *rows) {
    for (auto const& identity : row.managed_identities)
      tables.push_back({.database = database, .name = row.name, .identity = identity});
  }
}

bool ExternalTables::Publish() {
  std::lock_guard const lock(mutex_);
  std::vector<ExternalTable> all;
  for (auto const& [database, tables] : known_) all.insert(all.end(), tables.begin(), tables.end());
  bool const is_same = view_ ? *view_ == all : all.empty();
  if (!is_same || !view_)
    view_ = std::make_shared<std::vector<ExternalTable> const>(std::move(all));
  return !is_same;
}

}  // namespace adxf::azure
