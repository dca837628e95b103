#pragma once

#include "azure/cluster_observer.hpp"
#include "kinds/follower_database/concern.hpp"
#include "kube/kube_api.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace adxf::follower_database {

/// The clusters that an object has to do with; null where it has none.
struct Seat {
  azure::ClusterObserver const* follower = nullptr;
  azure::ClusterObserver const* leader = nullptr;
  bool operator==(Seat const&) const = default;
};

/// Which objects have to do with which cluster, and whom news of it wakes. Thread-safe.
class Audience {
 public:
  /// An object moves from one seat to another, and from now on `concern` tells what wakes it.
  void Attend(kube::ObjectKey const& key, Seat const& from, Seat const& to,
              std::shared_ptr<Concern const> const& concern);
  void Leave(kube::ObjectKey const& key, Seat const& from);
  /// The next look at one of its clusters wakes the object, whatever the news.
  void Await(kube::ObjectKey const& key);

  struct Woken {
    kube::ObjectKey key{};
    bool was_awaiting = false;
  };
  /// Whom the news of a look wakes, in the order of their names.
  std::vector<Woken> Concerned(azure::ClusterObserver const& observer, azure::News const& news);

 private:
  using Subscribers = std::unordered_map<kube::ObjectKey, std::shared_ptr<Concern const>>;

  void Remove(kube::ObjectKey const& key, azure::ClusterObserver const* observer);

  std::mutex mutex_;
  // Guarded by mutex_.
  std::map<azure::ClusterObserver const*, Subscribers> subscribers_;
  std::unordered_set<kube::ObjectKey> awaiting_;
};

}  // namespace adxf::follower_database
