#pragma once

#include "kinds/common/claims.hpp"
#include "kinds/follower_database/types.hpp"

#include <optional>
#include <string>
#include <vector>

namespace adxf::follower_database {

/// Which objects claim the same thing in Azure: the same database of the same leader on the same
/// follower cluster, the same attachment by name, or the same share in the same account.
/// Thread-safe.
class ClaimIndex {
 public:
  void Put(FollowerDatabase const& object);
  void Remove(std::string const& name_space, std::string const& name);

  /// "namespace/name" of the older object with the same claim; nothing when this one is the oldest.
  [[nodiscard]] std::optional<std::string> OlderClaim(FollowerDatabase const& object) const;

  /// Objects that share a claim with this one: to be looked at again when it goes.
  [[nodiscard]] std::vector<std::string> Rivals(FollowerDatabase const& object) const;

 private:
  kinds::ClaimIndex index_;
};

}  // namespace adxf::follower_database
