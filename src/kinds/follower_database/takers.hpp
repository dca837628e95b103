#pragma once

#include "kinds/follower_database/types.hpp"
#include "kube/resource.hpp"
#include "runtime/store.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace adxf::follower_database {

/// Which objects take which Invitation of their namespace. Thread-safe.
class Takers {
 public:
  /// Call it for every change of the store.
  void Note(runtime::Change<FollowerDatabase> const& change);

  /// In the order of their names.
  [[nodiscard]] std::vector<kube::ObjectKey> Of(kube::ObjectKey const& invitation) const;

 private:
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, std::set<kube::ObjectKey>> by_invitation_;  // guarded by mutex_
};

}  // namespace adxf::follower_database
