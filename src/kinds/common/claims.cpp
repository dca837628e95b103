#include "kinds/common/claims.hpp"

#include <algorithm>
#include <tuple>

namespace adxf::kinds {
namespace {

SharedText NameOf(model::ObjectMeta const& metadata) {
  return metadata.name_space + "/" + metadata.name;
}

}  // namespace

ClaimIndex::Right ClaimIndex::RightOf(model::ObjectMeta const& metadata,
                                      std::string_view finalizer) {
  return {.created = metadata.creation_timestamp,
          .has_not_begun = !metadata.HasFinalizer(finalizer),
          .uid = metadata.uid};
}

void ClaimIndex::Put(model::ObjectMeta const& metadata, std::string_view finalizer, Claims claims) {
  std::ranges::sort(claims);
  claims.erase(std::ranges::unique(claims).begin(), claims.end());
  auto const name = NameOf(metadata);
  // In one step, or another object's look in between would miss the claim.
  std::lock_guard const lock(mutex_);
  Erase(name);
  auto& put = *claimants_.try_emplace(name).first;
  put.second.right = RightOf(metadata, finalizer);
  auto const order = [](Named const* it) { return std::tie(it->second.right, it->first); };
  put.second.claims.reserve(claims.size());
  for (auto const& claim : claims) {
    auto& [thing, all] = *put.second.claims.emplace_back(&*by_claim_.try_emplace(claim).first);
    all.insert(std::ranges::upper_bound(all, order(&put), {}, order), &put);
  }
}

void ClaimIndex::Remove(std::string const& name_space, std::string const& name) {
  std::lock_guard const lock(mutex_);
  Erase(name_space + "/" + name);
}

void ClaimIndex::Erase(SharedText const& name) {
  auto const found = claimants_.find(name);
  if (found == claimants_.end()) return;
  for (auto* const claim : found->second.claims) {
    std::erase(claim->second, &*found);
    if (claim->second.empty()) by_claim_.erase(by_claim_.find(claim->first));
  }
  claimants_.erase(found);
}

std::optional<std::string> ClaimIndex::OlderClaim(model::ObjectMeta const& metadata,
                                                  std::string_view finalizer,
                                                  Claims const& claims) const {
  auto const mine = RightOf(metadata, finalizer);
  auto const own = NameOf(metadata);
  std::lock_guard const lock(mutex_);
  for (auto const& claim : claims) {
    auto const found = by_claim_.find(claim);
    if (found == by_claim_.end()) continue;
    auto const& [name, first] = *found->second.front();
    if (name != own && std::tie(first.right, name) < std::tie(mine, own)) return name;
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
    for (auto const* claimant : found->second) {
      if (claimant->first != own) rivals.push_back(claimant->first);
    }
  }
  return rivals;
}

}  // namespace adxf::kinds
