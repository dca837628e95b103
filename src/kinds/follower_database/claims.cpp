#include "kinds/follower_database/claims.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace adxf::follower_database {
namespace {

std::string NameOf(FollowerDatabase const& object) {
  return object.metadata.name_space + "/" + object.metadata.name;
}

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

ClaimIndex::Claimant ClaimIndex::ClaimantOf(FollowerDatabase const& object) {
  return {.created = object.metadata.creation_timestamp,
          .has_not_begun = !object.metadata.HasFinalizer(kFinalizer),
          .uid = object.metadata.uid,
          .name = NameOf(object)};
}

void ClaimIndex::Put(FollowerDatabase const& object) {
  auto const claimant = ClaimantOf(object);
  auto claims = ClaimsOf(object);
  // In one step, or another object's look in between would miss the claim.
  std::lock_guard const lock(mutex_);
  Erase(NameOf(object));
  for (auto const& claim : claims) by_claim_[claim].insert(claimant);
  by_object_[NameOf(object)] = {claimant, std::move(claims)};
}

void ClaimIndex::Remove(std::string const& name_space, std::string const& name) {
  std::lock_guard const lock(mutex_);
  Erase(name_space + "/" + name);
}

void ClaimIndex::Erase(std::string const& name) {
  auto const found = by_object_.find(name);
  if (found == by_object_.end()) return;
  for (auto const& claim : found->second.second) {
    auto& claimants = by_claim_[claim];
    claimants.erase(found->second.first);
    if (claimants.empty()) by_claim_.erase(claim);
  }
  by_object_.erase(found);
}

std::optional<std::string> ClaimIndex::OlderClaim(FollowerDatabase const& object) const {
  auto const mine = ClaimantOf(object);
  std::lock_guard const lock(mutex_);
  for (auto const& claim : ClaimsOf(object)) {
    auto const found = by_claim_.find(claim);
    if (found == by_claim_.end()) continue;
    auto const& first = *found->second.begin();
    if (first.name != mine.name && first < mine) return first.name;
  }
  return std::nullopt;
}

std::vector<std::string> ClaimIndex::Rivals(FollowerDatabase const& object) const {
  std::vector<std::string> rivals;
  auto const own = NameOf(object);
  std::lock_guard const lock(mutex_);
  for (auto const& claim : ClaimsOf(object)) {
    auto const found = by_claim_.find(claim);
    if (found == by_claim_.end()) continue;
    for (auto const& claimant : found->second) {
      if (claimant.name != own) rivals.push_back(claimant.name);
    }
  }
  return rivals;
}

}  // namespace adxf::follower_database
