#include "emulator/arm/databases.hpp"

#include "emulator/arm/attachment_body.hpp"
#include "emulator/arm/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <ranges>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

constexpr std::string_view kType = "Microsoft.Kusto/clusters/databases";
constexpr std::size_t kLargestPage = 1000;

json Envelope(Estate const& estate, Cluster const& cluster, std::string const& name,
              std::string_view kind, json properties) {
  return {{"id", cluster.Id() + "/Databases/" + name},
          {"name", cluster.name + "/" + name},
          {"type", "Microsoft.Kusto/Clusters/Databases"},
          {"location", DisplayLocation(estate, cluster.location)},
          {"kind", kind},
          {"properties", std::move(properties)}};
}

double SizeOf(Database const& database) {
  double bytes = 0;
  for (auto const& table : database.tables | std::views::values) {
    for (auto const& extent : table.extents) bytes += static_cast<double>(extent.bytes);
  }
  return bytes;
}

bool IsFollowed(Estate const& estate, Cluster const& cluster, std::string_view database) {
  return std::ranges::any_of(estate.clusters | std::views::values, [&](Cluster const& follower) {
    return std::ranges::any_of(
        follower.attachments | std::views::values, [&](Attachment const& attachment) {
          return SameName(attachment.leader_id, cluster.Id()) &&
                 (attachment.database_name == "*" || SameName(attachment.database_name, database));
        });
  });
}

json OwnJson(Estate const& estate, Cluster const& cluster, Database const& database) {
  json properties{{"provisioningState", database.provisioning_state},
                  {"statistics", {{"size", SizeOf(database)}}},
                  {"isFollowed", IsFollowed(estate, cluster, database.name)}};
  if (database.soft_delete) properties["softDeletePeriod"] = IsoDuration(*database.soft_delete);
  if (database.caching) properties["hotCachePeriod"] = IsoDuration(database.caching->data_hot);
  return Envelope(estate, cluster, database.name, "ReadWrite", std::move(properties));
}

Database const* LeaderOf(Estate const& estate, FollowedDatabase const& followed) {
  auto const* const leader = FindCluster(estate, followed.leader_cluster);
  if (leader == nullptr) return nullptr;
  auto const found = leader->databases.find(followed.leader_database);
  return found == leader->databases.end() ? nullptr : &found->second;
}

json FollowedJson(Estate const& estate, Cluster const& cluster, FollowedDatabase const& followed) {
  auto const& overrides = followed.overrides.At(estate.Now());
  auto const* const leader = LeaderOf(estate, followed);
  auto const* const leader_cluster = FindCluster(estate, followed.leader_cluster);
  json properties{
      {"provisioningState", "Succeeded"},
      {"statistics", {{"size", leader == nullptr ? 0.0 : SizeOf(*leader)}}},
      {"leaderClusterResourceId", leader_cluster == nullptr ? "" : leader_cluster->Id()},
      {"attachedDatabaseConfigurationName", followed.attachment},
      {"principalsModificationKind", ToString(overrides.principals_kind)},
      {"originalDatabaseName", followed.leader_database},
      {"databaseShareOrigin", followed.origin}};
  if (followed.sharing) properties["tableLevelSharingProperties"] = SharingJson(*followed.sharing);
  if (leader != nullptr && leader->soft_delete)
    properties["softDeletePeriod"] = IsoDuration(*leader->soft_delete);
  auto const& inherited = overrides.caching_kind == ModificationKind::kReplace || leader == nullptr
                              ? std::nullopt
                              : leader->caching;
  if (overrides.caching) {
    properties["hotCachePeriod"] = IsoDuration(overrides.caching->data_hot);
  } else if (inherited) {
    properties["hotCachePeriod"] = IsoDuration(inherited->data_hot);
  }
  return Envelope(estate, cluster, followed.name, "ReadOnlyFollowing", std::move(properties));
}

WireReply Absent(Context const& context) {
  return NotFound(kType, context.cluster->name + "/" + context.Param("database"),
                  context.cluster->resource_group);
}

/// A duration member: absent, or parsed; nothing in `out` and an error where it is malformed.
std::optional<ServiceError> TakePeriod(json const& properties, char const* name,
                                       std::optional<Ticks>& out) {
  auto const text = Text(properties, name);
  if (text.empty()) return std::nullopt;
  out = ParseIsoDuration(text);
  if (out) return std::nullopt;
  return ServiceError{
      400, "BadRequest",
      fmt::format("[BadRequest] Value '{}' of property '{}' is not an ISO 8601 duration.", text,
                  name)};
}

struct Wanted {
  std::optional<Ticks> hot{};
  std::optional<Ticks> soft_delete{};
};

std::expected<Wanted, WireReply> ReadWanted(json const& body) {
  Wanted wanted;
  auto const found = body.find("properties");
  auto const& properties = found == body.end() ? json::object() : *found;
  if (auto error = TakePeriod(properties, "hotCachePeriod", wanted.hot))
    return std::unexpected(ErrorReply(*error));
  if (auto error = TakePeriod(properties, "softDeletePeriod", wanted.soft_delete))
    return std::unexpected(ErrorReply(*error));
  return wanted;
}

WireReply Started(Context& context, std::string kind, int status, json const& body,
                  std::function<std::optional<ServiceError>(Estate&)> finish) {
  auto reply = body.is_null() ? WireReply{} : JsonReply(status, body);
  reply.status = status;
  StartOperation(context, *context.cluster,
                 {.kind = std::move(kind),
                  .location = DisplayLocation(context.estate, context.cluster->location),
                  .finish = std::move(finish)},
                 reply);
  return reply;
}

/// The only thing of a follower database that ARM may change: its hot cache.
WireReply AlterFollowed(Context& context, FollowedDatabase const& followed, json const& body) {
  auto const wanted = ReadWanted(body);
  if (!wanted) return wanted.error();
  if (SameName(Text(body, "kind"), "ReadWrite")) {
    return ErrorReply(
        400, "BadRequest",
        fmt::format("[BadRequest] Cannot change the kind of database '{}'.", followed.name));
  }
  if (wanted->soft_delete) {
    return ErrorReply(400, "BadRequest",
                      fmt::format("[BadRequest] Property 'softDeletePeriod' of read only following "
                                  "database '{}' cannot be changed.",
                                  followed.name));
  }
  if (auto error = WriteRefusal(context.estate, *context.cluster)) return ErrorReply(*error);
  auto finish = [key = context.cluster->Key(), name = followed.name,
                 hot = wanted->hot](Estate& estate) -> std::optional<ServiceError> {
    auto* const cluster = FindCluster(estate, key);
    auto const found =
        cluster == nullptr ? ByName<FollowedDatabase>::iterator{} : cluster->followed.find(name);
    if (cluster == nullptr || found == cluster->followed.end())
      return ServiceError{404, "ResourceNotFound", "[NotFound] The database is gone."};
    auto overrides = found->second.overrides.Latest();
    if (hot) overrides.caching = CachingPolicy{.data_hot = *hot, .index_hot = *hot};
    found->second.overrides.Set(std::move(overrides),
                                estate.Now() + estate.settings.schema_refresh);
    return std::nullopt;
  };
  return Started(context, "FollowerDatabaseAlter", 202,
                 FollowedJson(context.estate, *context.cluster, followed), finish);
}

WireReply AlterOwn(Context& context, Database const& database, json const& body) {
  auto const wanted = ReadWanted(body);
  if (!wanted) return wanted.error();
  if (SameName(Text(body, "kind"), "ReadOnlyFollowing")) {
    return ErrorReply(
        400, "BadRequest",
        fmt::format("[BadRequest] Cannot change the kind of database '{}'.", database.name));
  }
  if (auto error = WriteRefusal(context.estate, *context.cluster)) return ErrorReply(*error);
  auto finish = [key = context.cluster->Key(), name = database.name,
                 want = *wanted](Estate& estate) -> std::optional<ServiceError> {
    auto* const cluster = FindCluster(estate, key);
    auto const found =
        cluster == nullptr ? ByName<Database>::iterator{} : cluster->databases.find(name);
    if (cluster == nullptr || found == cluster->databases.end())
      return ServiceError{404, "ResourceNotFound", "[NotFound] The database is gone."};
    if (want.hot)
      found->second.caching = CachingPolicy{.data_hot = *want.hot, .index_hot = *want.hot};
    if (want.soft_delete) found->second.soft_delete = want.soft_delete;
    found->second.Bump(estate.Now());
    return std::nullopt;
  };
  return Started(context, "DatabaseAlter", 202, OwnJson(context.estate, *context.cluster, database),
                 finish);
}

WireReply CreateOwn(Context& context, json const& body) {
  auto const kind = Text(body, "kind");
  if (SameName(kind, "ReadOnlyFollowing")) {
    return ErrorReply(400, "BadRequest",
                      "[BadRequest] A read only following database is made by an attached database "
                      "configuration.");
  }
  if (!SameName(kind, "ReadWrite"))
    return ErrorReply(
        400, "InvalidRequestContent",
        "The request content was invalid: 'kind' must be ReadWrite or ReadOnlyFollowing.");
  auto const wanted = ReadWanted(body);
  if (!wanted) return wanted.error();
  if (auto error = WriteRefusal(context.estate, *context.cluster)) return ErrorReply(*error);
  Database database{.name = context.Param("database"),
                    .id = context.estate.NewGuid(),
                    .created = context.Now(),
                    .soft_delete = wanted->soft_delete,
                    .provisioning_state = "Creating"};
  if (wanted->hot)
    database.caching = CachingPolicy{.data_hot = *wanted->hot, .index_hot = *wanted->hot};
  database.grants.push_back({.role = DatabaseRole::kAdmin, .principal = {}, .notes = {}});
  auto const* const entry = FindEntry(context.estate, context.caller.object_id);
  if (entry != nullptr && !SameName(context.request.Parameter("callerRole"), "None")) {
    database.grants.back().principal = ToPrincipal(*entry);
  } else {
    database.grants.clear();
  }
  auto const shown = OwnJson(context.estate, *context.cluster, database);
  auto finish = [key = context.cluster->Key(),
                 database](Estate& estate) mutable -> std::optional<ServiceError> {
    auto* const cluster = FindCluster(estate, key);
    if (cluster == nullptr)
      return ServiceError{404, "ResourceNotFound", "[NotFound] The cluster is gone."};
    database.provisioning_state = "Succeeded";
    database.Bump(estate.Now());
    cluster->databases.emplace(database.name, database);
    RefreshFollowed(estate);
    return std::nullopt;
  };
  return Started(context, "DatabaseCreate", 201, shown, finish);
}

/// One page of names, from $skiptoken on.
std::size_t PageSize(Context const& context) {
  auto const top = context.request.Parameter("$top");
  std::size_t size = kLargestPage;
  if (!top.empty()) std::from_chars(top.data(), top.data() + top.size(), size);
  return size == 0 ? kLargestPage : std::min(size, kLargestPage);
}

}  // namespace

WireReply ListDatabases(Context& context) {
  ByName<json> all;
  for (auto const& database : context.cluster->databases | std::views::values) {
    all[database.name] = OwnJson(context.estate, *context.cluster, database);
  }
  for (auto const& followed : context.cluster->followed | std::views::values) {
    all[followed.name] = FollowedJson(context.estate, *context.cluster, followed);
  }
  auto const size = PageSize(context);
  auto const after = context.request.Parameter("$skiptoken");
  auto value = json::array();
  std::string last;
  json body;
  for (auto at = after.empty() ? all.begin() : all.upper_bound(after); at != all.end(); ++at) {
    if (value.size() == size) {
      body["nextLink"] =
          fmt::format("{}{}?api-version={}&$top={}&$skiptoken={}", context.estate.endpoint,
                      context.request.path, context.api_version, size, PercentEncode(last));
      break;
    }
    last = at->first;
    value.push_back(std::move(at->second));
  }
  body["value"] = std::move(value);
  return JsonReply(200, body);
}

WireReply GetDatabase(Context& context) {
  auto const& cluster = *context.cluster;
  auto const& name = context.Param("database");
  if (auto const own = cluster.databases.find(name); own != cluster.databases.end())
    return JsonReply(200, OwnJson(context.estate, cluster, own->second));
  auto const followed = cluster.followed.find(name);
  return followed == cluster.followed.end()
             ? Absent(context)
             : JsonReply(200, FollowedJson(context.estate, cluster, followed->second));
}

WireReply PutDatabase(Context& context) {
  auto const body = JsonBody(context);
  if (!body) return body.error();
  auto const& cluster = *context.cluster;
  auto const& name = context.Param("database");
  if (auto const own = cluster.databases.find(name); own != cluster.databases.end())
    return AlterOwn(context, own->second, *body);
  if (auto const followed = cluster.followed.find(name); followed != cluster.followed.end())
    return AlterFollowed(context, followed->second, *body);
  return CreateOwn(context, *body);
}

WireReply PatchDatabase(Context& context) {
  auto const body = JsonBody(context);
  if (!body) return body.error();
  auto const& cluster = *context.cluster;
  auto const& name = context.Param("database");
  if (auto const own = cluster.databases.find(name); own != cluster.databases.end())
    return AlterOwn(context, own->second, *body);
  auto const followed = cluster.followed.find(name);
  return followed == cluster.followed.end() ? Absent(context)
                                            : AlterFollowed(context, followed->second, *body);
}

WireReply DeleteDatabase(Context& context) {
  auto const& cluster = *context.cluster;
  auto const& name = context.Param("database");
  if (cluster.followed.contains(name)) {
    return ErrorReply(400, "BadRequest",
                      fmt::format("[BadRequest] Database '{}' is attached and cannot be deleted. "
                                  "Delete its attached database configuration.",
                                  name));
  }
  auto const own = cluster.databases.find(name);
  if (own == cluster.databases.end()) {
    WireReply absent;
    absent.status = 204;
    return absent;
  }
  if (IsFollowed(context.estate, cluster, name)) {
    return ErrorReply(409, "DatabaseIsFollowed",
                      fmt::format("[Conflict] Database '{}' is followed by another cluster. Detach "
                                  "the followers before deleting it.",
                                  name));
  }
  if (auto error = WriteRefusal(context.estate, cluster)) return ErrorReply(*error);
  auto finish = [key = cluster.Key(),
                 target = own->second.name](Estate& estate) -> std::optional<ServiceError> {
    if (auto* const owner = FindCluster(estate, key)) owner->databases.erase(target);
    RefreshFollowed(estate);
    return std::nullopt;
  };
  return Started(context, "DatabaseDrop", 202, nullptr, finish);
}

}  // namespace adxf::emulator::arm
