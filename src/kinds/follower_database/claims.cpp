#include "kinds/follower_database/claims.hpp"

#include "base/text.hpp"

namespace adxf::follower_database {
namespace {

std::vector<std::string> ClaimsOf(FollowerDatabase const& object) {
  auto const cluster = ToLower(object.spec.follower_cluster.resource_id);
  std::vector<std::string> claims;
  if (object.spec.attachment_name)
    claims.push_back("attachment " + cluster + " " + ToLower(*object.spec.attachment_name));
  if (auto const& leader = object.spec.source.leader) {
    claims.push_back("database " + cluster + " " + ToLower(leader->cluster_resource_id) + " " +
                     ToLower(leader->database));
  }
  return claims;
}

}  // namespace

void ClaimIndex::Put(FollowerDatabase const& object) {
  index_.Put(object.metadata, kFinalizer, ClaimsOf(object));
}

void ClaimIndex::Remove(std::string const& name_space, std::string const& name) {
  index_.Remove(name_space, name);
}

std::optional<std::string> ClaimIndex::OlderClaim(FollowerDatabase const& object) const {
  return index_.OlderClaim(object.metadata, kFinalizer, ClaimsOf(object));
}

std::vector<std::string> ClaimIndex::Rivals(FollowerDatabase const& object) const {
  return index_.Rivals(object.metadata, ClaimsOf(object));
}

}  // namespace adxf::follower_database
