#include "kinds/follower_database/plan_mappings.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_status.hpp"
#include "kinds/follower_database/plan_subscription.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace adxf::follower_database {
namespace {

bool IsNamed(std::vector<std::string> const& names, std::string const& name) {
  return std::ranges::any_of(names,
                             [&](std::string const& it) { return EqualsIgnoreCase(it, name); });
}

bool IsWanted(FollowerDatabase const& want, SeenSource const& source) {
  auto const& names = want.spec.source.share->data_sets;
  return names.empty() ? source.kind != DataSetKind::kOther : IsNamed(names, source.name);
}

/// Made by this operator, which names a mapping by the id of its data set; or taken over, as the
/// status tells.
bool IsOurs(FollowerDatabase const& want, SeenMapping const& mapping, SeenSource const& source) {
  if (EqualsIgnoreCase(mapping.name, mapping.source_id)) return true;
  if (!want.status.share || !want.metadata.HasFinalizer(kFinalizer)) return false;
  return std::ranges::any_of(want.status.share->mappings, [&](MappingStatus const& it) {
    return EqualsIgnoreCase(it.data_set, source.name);
  });
}

std::string FollowerKey(FollowerDatabase const& want) {
  return ToLower(want.spec.follower_cluster.resource_id);
}

SeenSource const* SourceOf(Observed const& seen, SeenMapping const& mapping) {
  auto const& all = seen.share.sources;
  auto const found = std::ranges::find_if(
      all, [&](SeenSource const& it) { return EqualsIgnoreCase(it.id, mapping.source_id); });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> Segments(std::string const& path) {
  std::vector<std::string> segments;
  std::string segment;
  for (char const c : path + "/") {
    if (c != '/') {
      segment += c;
    } else if (!segment.empty()) {
      segments.push_back(std::exchange(segment, ""));
    }
  }
  return segments;
}

/// The provider's name of the database of a data set that is not a whole cluster.
std::string DatabaseOf(SeenSource const& source) {
  auto const segments = Segments(source.path);
  return segments.empty() ? source.name : segments.back();
}

std::string LastSegment(std::string const& id) { return id.substr(id.rfind('/') + 1); }

/// Whether the database may have come of the data set. An attachment that is not listed may be of
/// either kind.
bool MayBeOf(Observed const& seen, SeenDatabase const& database, SeenSource const& source) {
  if (!database.is_following || !database.is_shared) return false;
  auto const* attachment = FindAttachment(seen, database.attachment_name);
  bool const is_of_all = attachment != nullptr && attachment->database == "*";
  if (source.kind == DataSetKind::kCluster) return attachment == nullptr || is_of_all;
  return !is_of_all && EqualsIgnoreCase(OriginalName(database), DatabaseOf(source));
}

/// Whether the path tells more than the name of the database: then it tells the cluster as well.
bool NamesCluster(SeenSource const& source) {
  return Segments(source.path).size() > (source.kind == DataSetKind::kCluster ? 0U : 1U);
}

/// From the provider's cluster that the path names, as it is or as the beginning of its address.
bool IsFromPath(SeenDatabase const& database, SeenSource const& source) {
  auto const cluster = LastSegment(database.leader_key);
  return std::ranges::any_of(Segments(source.path), [&](std::string const& it) {
    return EqualsIgnoreCase(it.substr(0, it.find('.')), cluster);
  });
}

/// Before there is a mapping: whether a database that fits came of an earlier one of the same data
/// set. Where no path tells whose it is, only the status does.
bool IsLeftOver(FollowerDatabase const& want, Observed const& seen, SeenDatabase const& database,
                SeenSource const& source) {
  if (!MayBeOf(seen, database, source)) return false;
  if (NamesCluster(source)) return IsFromPath(database, source);
  return want.status.share &&
         std::ranges::any_of(want.status.share->mappings, [&](MappingStatus const& it) {
           return EqualsIgnoreCase(it.data_set, source.name);
         });
}

Resolved Resolve(Observed const& seen, SeenSource const& source) {
  Resolved resolved{.source = &source};
  auto& databases = resolved.databases;
  for (auto const& it : seen.databases) {
    if (MayBeOf(seen, it, source)) databases.push_back(&it);
  }
  auto const attachments = [&] {
    std::set<std::string> names;
    for (auto const* it : databases) names.insert(ToLower(it->attachment_name));
    return names.size();
  };
  bool const is_any_there = !databases.empty();
  if (NamesCluster(source))
    std::erase_if(databases, [&](auto const* it) { return !IsFromPath(*it, source); });
  resolved.is_ambiguous = attachments() > 1 || (is_any_there && databases.empty());
  if (resolved.is_ambiguous) databases.clear();
  return resolved;
}

/// Two data sets cannot both have made a database.
void MarkShared(std::vector<Resolved>& all) {
  std::map<SeenDatabase const*, int> takers;
  for (auto const& it : all)
    for (auto const* database : it.databases) ++takers[database];
  for (auto& it : all) {
    bool const is_taken = std::ranges::any_of(
        it.databases, [&](auto const* database) { return takers[database] > 1; });
    if (!is_taken) continue;
    it.is_ambiguous = true;
    it.databases.clear();
  }
}

std::string StateOf(SeenMapping const& mapping, Resolved const* resolved) {
  if (resolved != nullptr && resolved->is_ambiguous) return "Unresolved";
  return mapping.status.empty() ? mapping.provisioning_state : mapping.status;
}

std::vector<MappingStatus> DescribeMappings(FollowerDatabase const& want, Observed const& seen) {
  auto const all = ResolveMappings(want, seen);
  std::vector<MappingStatus> described;
  for (auto const* source : WantedSources(want, seen)) {
    auto const* mapping = MappingOf(seen, *source);
    if (mapping == nullptr) continue;
    auto const found = std::ranges::find(all, source, &Resolved::source);
    auto const* resolved = found == all.end() ? nullptr : &*found;
    bool const is_one = resolved != nullptr && resolved->databases.size() == 1;
    described.push_back({.data_set = source->name,
                         .database = is_one ? resolved->databases.front()->name : "",
                         .state = StateOf(*mapping, resolved)});
  }
  // Until they are gone: what is not told counts as somebody else's.
  for (auto const* mapping : UnwantedMappings(want, seen)) {
    described.push_back({.data_set = SourceOf(seen, *mapping)->name, .state = mapping->status});
  }
  return described;
}

/// The databases, and the attachment of the last of them.
AttachmentStatus DescribeAttached(FollowerDatabase const& want, Observed const& seen) {
  AttachmentStatus attachment{.origin = Origin::kDataShare};
  for (auto const* database : MyDatabases(want, seen)) {
    attachment.databases.push_back({.leader = OriginalName(*database), .follower = database->name});
    attachment.resource_id = AttachmentId(want, database->attachment_name);
    if (auto const* it = FindAttachment(seen, database->attachment_name))
      attachment.provisioning_state = it->provisioning_state;
  }
  return attachment;
}

/// The subscription is gone; its name stays ours.
void ForgetShare(Status& status) {
  if (status.share) {
    status.share->status.clear();
    status.share->mappings.clear();
  }
  ClearDatabases(status);
}

}  // namespace

std::vector<SeenSource const*> WantedSources(FollowerDatabase const& want, Observed const& seen) {
  std::vector<SeenSource const*> wanted;
  for (auto const& it : seen.share.sources) {
    if (IsWanted(want, it)) wanted.push_back(&it);
  }
  std::ranges::sort(wanted, {}, [](SeenSource const* it) { return it->name; });
  return wanted;
}

std::optional<Problem> SourceProblem(FollowerDatabase const& want, Observed const& seen) {
  std::vector<std::string> missing;
  for (auto const& name : want.spec.source.share->data_sets) {
    bool const is_there = std::ranges::any_of(seen.share.sources, [&](SeenSource const& it) {
      return it.kind != DataSetKind::kOther && EqualsIgnoreCase(it.name, name);
    });
    if (!is_there) missing.push_back(name);
  }
  auto const wanted = WantedSources(want, seen);
  if (missing.empty() && !wanted.empty()) return std::nullopt;
  std::vector<std::string> there;
  there.reserve(seen.share.sources.size());
  for (auto const& it : seen.share.sources) there.push_back(it.name);
  std::ranges::sort(there);
  auto const what = missing.empty()
                        ? std::string("no data set of Azure Data Explorer")
                        : "no data set " + Join(missing, ", ") + " of Azure Data Explorer";
  return Untakable(kReasonDataSetNotFound,
                   "The share has " + what +
                       "; it has: " + (there.empty() ? "nothing" : Join(there, ", ")) +
                       ". Correct spec.source.share.dataSets, or ask the provider.");
}

SeenMapping const* MappingOf(Observed const& seen, SeenSource const& source) {
  auto const& all = seen.share.mappings;
  auto const found = std::ranges::find_if(
      all, [&](SeenMapping const& it) { return EqualsIgnoreCase(it.source_id, source.id); });
  return found == all.end() ? nullptr : &*found;
}

bool IsMapped(SeenMapping const& mapping) {
  return mapping.provisioning_state != "Failed" && mapping.status != "Broken";
}

std::optional<Problem> MappingProblem(FollowerDatabase const& want, Observed const& seen,
                                      SeenSource const& source) {
  auto const* mapping = MappingOf(seen, source);
  if (mapping != nullptr && mapping->cluster_key != FollowerKey(want)) {
    return Untakable(kReasonMappedElsewhere,
                     "Data set " + source.name + " is mapped by " + mapping->name +
                         " onto another cluster, " + mapping->cluster_key +
                         ": a share subscription maps it once. Remove that mapping, or ask the "
                         "provider for an invitation of its own.");
  }
  if (mapping != nullptr) return std::nullopt;
  bool const is_elsewhere = !source.location.empty() && source.location != seen.follower.location;
  if (is_elsewhere) {
    return Untakable(kReasonRegionMismatch,
                     "Data set " + source.name + " is in " + source.location +
                         ", and the follower cluster in " + seen.follower.location +
                         ": only a cluster of the same region can follow it.");
  }
  if (source.kind == DataSetKind::kCluster) return std::nullopt;
  auto const name = DatabaseOf(source);
  // One that the share brought before, and that is about to vanish, is in nobody's way.
  auto const taken = std::ranges::find_if(seen.databases, [&](SeenDatabase const& it) {
    return EqualsIgnoreCase(it.name, name) && !IsLeftOver(want, seen, it, source);
  });
  if (taken == seen.databases.end()) return std::nullopt;
  return Untakable(kReasonNameConflict,
                   "The follower cluster has a database named " + taken->name +
                       " already, and Data Share keeps the names: remove that one, or use another "
                       "follower cluster.");
}

std::vector<SeenMapping const*> OurMappings(FollowerDatabase const& want, Observed const& seen) {
  std::vector<SeenMapping const*> ours;
  for (auto const& it : seen.share.mappings) {
    if (it.cluster_key != FollowerKey(want)) continue;
    // What is shared no more, or not to be seen after a revocation, has no name to compare.
    auto const* source = SourceOf(seen, it);
    bool const is_ours = source == nullptr || IsWanted(want, *source) || IsOurs(want, it, *source);
    if (is_ours) ours.push_back(&it);
  }
  return ours;
}

std::vector<SeenMapping const*> UnwantedMappings(FollowerDatabase const& want,
                                                 Observed const& seen) {
  std::vector<SeenMapping const*> unwanted;
  for (auto const& it : seen.share.mappings) {
    auto const* source = SourceOf(seen, it);
    bool const is_unwanted = source != nullptr && it.cluster_key == FollowerKey(want) &&
                             !IsWanted(want, *source) && IsOurs(want, it, *source);
    if (is_unwanted) unwanted.push_back(&it);
  }
  return unwanted;
}

std::vector<Resolved> ResolveMappings(FollowerDatabase const& want, Observed const& seen) {
  std::vector<Resolved> all;
  for (auto const* source : WantedSources(want, seen)) {
    auto const* mapping = MappingOf(seen, *source);
    bool const is_here = mapping != nullptr && mapping->cluster_key == FollowerKey(want);
    if (is_here && IsMapped(*mapping)) all.push_back(Resolve(seen, *source));
  }
  MarkShared(all);
  return all;
}

void DescribeShare(Status& status, FollowerDatabase const& want, Observed const& seen) {
  kinds::ForgetCut(status.truncated, "share.mappings");
  auto const* subscription = FindSubscription(want, seen);
  // What the status names counts as ours from then on: a stranger's subscription never gets there.
  bool const is_ours = subscription != nullptr && !SubscriptionProblem(want, seen);
  if (!is_ours) return ForgetShare(status);
  ShareStatus share{.subscription = SubscriptionId(want, subscription->name),
                    .status = subscription->status,
                    .provider = subscription->provider,
                    .mappings = DescribeMappings(want, seen)};
  auto attachment = DescribeAttached(want, seen);
  bool const has_news = !attachment.databases.empty() || status.attachment;
  status.share = std::move(share);
  if (has_news) TellAttachment(status, std::move(attachment));
}

}  // namespace adxf::follower_database
