#pragma once

#include "kinds/follower_database/ledger.hpp"
#include "kube/resource.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace adxf::follower_database {

/// The ledgers of all objects. Most are at rest most of the time, and remember nothing but who
/// looks at what: those are kept as a fifth of their size. Thread-safe.
class Ledgers {
 public:
  /// Of a pass that begins; null where nothing is remembered of the object.
  std::unique_ptr<Ledger> Take(kube::ObjectKey const& key);
  /// Of a pass that ended.
  void Put(kube::ObjectKey const& key, std::unique_ptr<Ledger> ledger);

 private:
  /// What a ledger at rest remembers.
  struct Resting {
    SharedText uid{};
    std::shared_ptr<azure::Session> session{};
    std::shared_ptr<azure::Session> leader_session{};
    std::shared_ptr<azure::ClusterObserver> follower{};
    std::shared_ptr<azure::ClusterObserver> leader{};
    std::int64_t generation = 0;
    SharedText request{};
    kinds::Outcome told{};
    std::optional<SteadyPoint> told_leader_at{};
    std::shared_ptr<Concern const> concern{};
  };
  struct Kept {
    Resting resting{};
    std::unique_ptr<Ledger> whole{};  ///< Not null: not at rest.
  };

  static bool IsAtRest(Ledger const& ledger);
  static Resting ToRest(Ledger&& ledger);
  static Ledger FromRest(Resting&& resting);

  std::mutex mutex_;
  std::unordered_map<kube::ObjectKey, Kept> kept_;  // guarded by mutex_
};

}  // namespace adxf::follower_database
