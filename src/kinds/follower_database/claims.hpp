#pragma once

#include "kinds/follower_database/types.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace adxf::follower_database {

/// Which objects claim the same thing in Azure: the same database of the same leader on the same
/// follower cluster, or the same attachment by name. The oldest object owns a claim; of those made
/// in the same second one that has begun on it (it carries the finalizer). Thread-safe.
class ClaimIndex {
 public:
  void Put(FollowerDatabase const& object);
  void Remove(std::string const& name_space, std::string const& name);

  /// "namespace/name" of the older object with the same claim; nothing when this one is the oldest.
  [[nodiscard]] std::optional<std::string> OlderClaim(FollowerDatabase const& object) const;

  /// Objects that share a claim with this one: to be looked at again when it goes.
  [[nodiscard]] std::vector<std::string> Rivals(FollowerDatabase const& object) const;

 private:
  /// In the order in which they have a right to a claim.
  struct Claimant {
    model::Timestamp created{};
    bool has_not_begun = false;
    std::string uid{};
    std::string name{};  ///< "namespace/name"
    auto operator<=>(Claimant const&) const = default;
  };

  static Claimant ClaimantOf(FollowerDatabase const& object);
  void Erase(std::string const& name);  // mutex_ held

  mutable std::mutex mutex_;
  std::map<std::string, std::set<Claimant>> by_claim_;  // guarded by mutex_
  std::map<std::string, std::pair<Claimant, std::vector<std::string>>>
      by_object_;  // guarded by mutex_
};

}  // namespace adxf::follower_database
