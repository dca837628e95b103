#include "azure/policies_in_force.hpp"

#include "azure/commands/show_materialized_views.hpp"
#include "azure/commands/show_tables_details.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace adxf::azure {
namespace {

/// Absent where the right to read is missing; other errors are returned.
template <ManagementCommand C>
Result<std::optional<typename C::Reply>> RunIfAllowed(KustoRunner& kusto, std::string const& uri,
                                                      C const& command,
                                                      http::CallContext const& call) {
  auto reply = Run(kusto, uri, command, call);
  if (reply) return std::optional(std::move(*reply));
  if (reply.error().code == Code::kForbidden) return std::optional<typename C::Reply>();
  return std::unexpected(std::move(reply).error());
}

/// What the overrides name: tables with the policy in force, and which are materialized views.
Result<void> ReadEntities(KustoRunner& kusto, std::string const& uri, Entity const& database,
                          http::CallContext const& call, DatabaseInForce& out) {
  std::set<std::string> unknown;
  for (auto const& [name, policy] : out.under->tables) unknown.insert(ToLower(name));
  if (unknown.empty()) return {};
  TRY_ASSIGN(auto const tables,
             RunIfAllowed(kusto, uri, ShowTablesDetails{.database = database}, call));
  if (!tables) return {};
  out.tables.emplace();
  for (auto const& table : *tables) {
    auto name = ToLower(table.name);
    if (unknown.erase(name) > 0) out.tables->emplace(std::move(name), table.caching);
  }
  if (unknown.empty()) return {};
  TRY_ASSIGN(auto const views,
             RunIfAllowed(kusto, uri, ShowMaterializedViews{.database = database}, call));
  for (auto const& view : views.value_or(std::vector<std::string>())) {
    if (auto name = ToLower(view); unknown.contains(name))
      out.materialized_views.insert(std::move(name));
  }
  return {};
}

Result<DatabaseInForce> ReadOne(KustoRunner& kusto, std::string const& uri,
                                WantedDatabase const& wanted, http::CallContext const& call) {
  TRY_ASSIGN(auto const database, Entity::Parse(wanted.name));
  DatabaseInForce reading{.under = wanted.overrides};
  TRY_ASSIGN(auto principals,
             RunIfAllowed(kusto, uri, ShowDatabasePrincipals{.database = database}, call));
  if (principals) {
    std::ranges::sort(*principals, {}, [](PrincipalRow const& it) {
      return std::tie(it.role_text, it.fully_qualified_name, it.notes);
    });
    reading.principals = std::move(*principals);
  }
  if (auto read = ReadEntities(kusto, uri, database, call, reading); !read)
    return std::unexpected(std::move(read).error());
  return reading;
}

/// What speaks of one database; anything else would meet the next one too.
bool IsAboutOneDatabase(Error const& error) {
  return error.code == Code::kInvalid || error.code == Code::kNotFound;
}

bool SameTrouble(std::optional<Error> const& a, std::optional<Error> const& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || (a->code == b->code && a->service_code == b->service_code);
}

bool IsForbidden(DatabaseInForce const& reading) {
  return !reading.principals || (!reading.tables && !reading.under->tables.empty());
}

}  // namespace

PoliciesInForce::PoliciesInForce(Pace pace, Clock& clock, Log log)
    : pace_(pace), clock_(clock), log_(std::move(log)) {}

void PoliciesInForce::Want(std::vector<WantedDatabase> databases) {
  std::lock_guard const lock(mutex_);
  next_due_.reset();
  std::map<SharedText, Entry> next;
  for (auto& database : databases) {
    SharedText const key = ToLower(database.name);
    auto known = entries_.extract(key);
    Entry& entry = next[key];
    entry.tried_at = clock_.Steady();  // a new one is due at once
    if (known) entry = std::move(known.mapped());
    entry.wanted.name = std::move(database.name);
    // Equal ones stay, since the reading shares them.
    if (entry.wanted.overrides == database.overrides) continue;
    entry.wanted.overrides = database.overrides;
    entry.pause = Duration(0);  // whoever changed them waits for the reading
  }
  entries_ = std::move(next);
  Publish();
}

void PoliciesInForce::SawVersions(std::vector<DatabaseRow> const& rows) {
  std::lock_guard const lock(mutex_);
  next_due_.reset();
  if (entries_.empty()) return;
  for (auto const& row : rows) {
    auto const found = entries_.find(ToLower(row.name));
    if (found != entries_.end()) found->second.version = row.version;
  }
}

void PoliciesInForce::Expect() {
  std::lock_guard const lock(mutex_);
  next_due_.reset();
  for (auto& [name, entry] : entries_)
    entry.is_expected_to_change = entry.wanted.overrides->IsPartial();
}

std::optional<SteadyPoint> PoliciesInForce::NextDue() const {
  std::lock_guard const lock(mutex_);
  if (next_due_) return *next_due_;
  auto& next = next_due_.emplace();
  for (auto const& [name, entry] : entries_) {
    auto const due = DueOf(entry);
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

std::set<std::string> PoliciesInForce::Read(KustoRunner& kusto, std::string const& cluster_uri,
                                            http::CallContext const& call) {
  std::set<std::string> changed;
  std::optional<Error> trouble;
  for (auto const& wanted : TakeDue()) {
    auto reading = trouble ? Result<DatabaseInForce>(std::unexpected(*trouble))
                           : ReadOne(kusto, cluster_uri, wanted, call);
    if (!reading && !IsAboutOneDatabase(reading.error())) trouble = reading.error();
    if (Keep(wanted, std::move(reading))) changed.insert(ToLower(wanted.name));
  }
  if (changed.empty()) return changed;
  std::lock_guard const lock(mutex_);
  Publish();
  return changed;
}

std::shared_ptr<InForceByDatabase const> PoliciesInForce::View() const {
  std::lock_guard const lock(mutex_);
  return view_;
}

std::optional<SteadyPoint> PoliciesInForce::DueOf(Entry const& entry) const {
  auto const after = [&](Duration span) {
    return entry.tried_at + std::chrono::duration_cast<SteadyPoint::duration>(span);
  };
  if (entry.pause > Duration(0)) return after(entry.pause);
  if (!entry.reading || entry.reading->under != entry.wanted.overrides) return entry.tried_at;
  if (entry.is_expected_to_change) return after(pace_.retry);
  bool const has_moved = !entry.version.empty() && entry.version != entry.read_version;
  if (has_moved || IsForbidden(*entry.reading)) return after(pace_.interval);
  return std::nullopt;
}

std::vector<WantedDatabase> PoliciesInForce::TakeDue() {
  std::lock_guard const lock(mutex_);
  next_due_.reset();
  std::vector<WantedDatabase> due;
  auto const now = clock_.Steady();
  for (auto& [name, entry] : entries_) {
    auto const when = DueOf(entry);
    if (!when || *when > now) continue;
    entry.tried_at = now;
    entry.read_version = entry.version;
    entry.is_expected_to_change = false;
    due.push_back(entry.wanted);
    if (due.size() == pace_.at_once) break;
  }
  return due;
}

bool PoliciesInForce::Keep(WantedDatabase const& wanted, Result<DatabaseInForce> reading) {
  std::lock_guard const lock(mutex_);
  next_due_.reset();
  auto const found = entries_.find(ToLower(wanted.name));
  if (found == entries_.end()) return false;
  Entry& entry = found->second;
  auto const before = entry.Sight();
  entry.is_unknown = !reading && reading.error().code == Code::kNotFound;
  entry.error = reading ? std::nullopt : std::optional(reading.error());
  bool is_news = before.has_failed == reading.has_value() ||
                 before.is_unknown != entry.is_unknown || !SameTrouble(before.error, entry.error);
  if (reading) {
    entry.pause = Duration(0);
    ShareEqual(reading->principals);
    is_news = is_news || !entry.reading || *entry.reading != *reading;
    if (is_news) entry.reading = std::make_shared<DatabaseInForce const>(std::move(*reading));
  } else {
    bool const is_awaited = entry.is_unknown && !entry.reading;
    entry.pause =
        std::clamp(2 * entry.pause, pace_.retry, is_awaited ? pace_.retry_unknown : pace_.interval);
    log_.Debug("policies in force could not be read",
               {kv("database", wanted.name), kv("error", reading.error().message)});
  }
  return is_news;
}

void PoliciesInForce::ShareEqual(std::optional<Shared<std::vector<PrincipalRow>>>& principals) {
  if (!principals) return;
  if (*principals == last_principals_) principals = last_principals_;
  last_principals_ = *principals;
}

void PoliciesInForce::Publish() {
  auto view = std::make_shared<InForceByDatabase>();
  for (auto const& [name, entry] : entries_) view->emplace_hint(view->end(), name, entry.Sight());
  view_ = std::move(view);
}

}  // namespace adxf::azure
