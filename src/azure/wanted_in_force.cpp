#include "azure/wanted_in_force.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

namespace adxf::azure {
namespace {

/// Of how many databases more what is in force is read, by attachment in lower case.
using Room = std::map<std::string, std::size_t>;

Room RoomOf(Interests::ByWho const& subscribers) {
  Room room;
  for (auto const& [who, interest] : subscribers) {
    if (!interest.in_force) continue;
    for (auto const& attachment : interest.in_force->attachments) {
      auto& most = room[ToLower(attachment)];
      most = std::max(most, interest.in_force->at_most);
    }
  }
  return room;
}

/// Whether the database is read, and takes its place. Without the roles nobody could tell which
/// grants are there: those are read of all databases.
bool Takes(Room& room, ArmDatabase const& database, FollowerRow const* overrides) {
  auto const found = room.find(ToLower(database.attachment_name));
  if (found == room.end()) return false;
  if (found->second == 0) return overrides != nullptr && overrides->IsPartial();
  --found->second;
  return true;
}

std::map<std::string, ArmDatabase const*> FollowedByName(
    std::vector<ArmDatabase> const& databases) {
  std::map<std::string, ArmDatabase const*> by_name;
  for (auto const& it : databases) {
    if (it.is_following) by_name[it.name] = &it;
  }
  return by_name;
}

}  // namespace

std::vector<WantedDatabase> WantedInForce(ClusterView const& view, Interests const& interests) {
  bool const can_read = view.cluster && view.cluster->IsRunning() && view.databases &&
                        view.overrides && !view.is_missing;
  if (!can_read) return {};
  auto room = RoomOf(interests.All());
  if (room.empty()) return {};
  std::map<std::string, FollowerRow const*> overrides;
  for (auto const& row : *view.overrides) overrides[ToLower(row.database)] = &row;
  std::vector<WantedDatabase> wanted;
  for (auto const& [name, database] : FollowedByName(*view.databases)) {
    auto const found = overrides.find(ToLower(name));
    auto const* row = found == overrides.end() ? nullptr : found->second;
    if (!Takes(room, *database, row)) continue;
    wanted.push_back({.name = name, .overrides = row ? *row : FollowerRow{.database = name}});
  }
  return wanted;
}

}  // namespace adxf::azure
