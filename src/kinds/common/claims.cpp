#include "kinds/common/claims.hpp"

namespace adxf::kinds {
namespace {

std::string NameOf(model::ObjectMeta const& metadata) {
  return metadata.name_space + "/" + metadata.name;
}

}  // namespace

ClaimIndex::Claimant ClaimIndex::ClaimantOf(model::ObjectMeta const& metadata,
                                            std::string_view finalizer) {
  return {.created = metadata.creation_timestamp,
          .has_not_begun = !metadata.HasFinalizer(finalizer),
          .uid = metadata.uid,
          .name = NameOf(metadata)};
}

void ClaimIndex::Put(model::ObjectMeta const& metadata, std::string_view finalizer, Claims claims) {
  auto const claimant = ClaimantOf(metadata, finalizer);
  // In one step, or another object's look in between would miss the claim.
  std::lock_guard const lock(mutex_);
  Erase(claimant.name);
  for (auto const& claim : claims) by_claim_[claim].insert(claimant);
  by_object_[claimant.name] = {claimant, std::move(claims)};
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

std::optional<std::string> ClaimIndex::OlderClaim(model::ObjectMeta const& metadata,
                                                  std::string_view finalizer,
                                                  Claims const& claims) const {
  auto const mine = ClaimantOf(metadata, finalizer);
  std::lock_guard const lock(mutex_);
  for (auto const& claim : claims) {
    auto const found = by_claim_.find(claim);
    if (found == by_claim_.end()) continue;
    auto const& first = *found->second.begin();
    if (first.name != mine.name && first < mine) return first.name;
  }
  return std::nullopt;
}

std::vector<std::string> ClaimIndex::Rivals(model::ObjectMeta const& metadata,
                                            Claims const& claims) const {
  std::vector<std::string> rivals;
  auto const own = NameOf(metadata);
  std::lock_guard const lock(mutex_);
  for (auto const& claim : claims) {
    auto const found = by_claim_.find(claim);
    if (found == by_claim_.end()) continue;
    for (auto const& claimant : found->second) {
      if (claimant.name != own) rivals.push_back(claimant.name);
    }
  }
  return rivals;
}

}  // namespace adxf::kinds
