#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "kube/kube_api.hpp"
#include "model/object_meta.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace adxf::runtime {

/// Puts this operator's finalizer on objects and takes it off.
///
/// Flow: Add before the first outside write; clean up when the object is being deleted; Remove when
/// nothing is left. Guarantees: each patch is refused unless uid, resourceVersion and the exact
/// list of finalizers are those of `seen`. So no other controller's finalizer is ever lost, and a
/// successful Add proves that `seen` was current (freshness). Caveat: clean-up must tolerate that
/// nothing was ever made.
///
/// A DELETE that the API server began with an object without finalizers takes it away even when one
/// is put in that moment. Such an object is kept as one that is being deleted (KeepsGone), so that
/// it is cleaned up after; removing its finalizer tells who keeps it. Only a finalizer that this
/// process put just before makes one: whatever else takes objects away behind the back of
/// finalizers must not remove anything in Azure. Thread-safe.
class Finalizers {
 public:
  using LetGo = std::function<void(kube::ObjectKey const&)>;

  Finalizers(kube::KubeApi& api, kube::ResourceType type, std::string finalizer, Clock& clock);

  /// Who is told when an object that is gone needs to be kept no longer; before any of them is.
  void OnLetGo(LetGo let_go) { let_go_ = std::move(let_go); }

  /// The object's metadata afterwards (new resourceVersion). Already there: `seen` itself, and
  /// nothing is written. Errors: kConflict when the object moved on, kNotFound, kInvalid for one
  /// that is being deleted.
  Result<model::ObjectMeta> Add(model::ObjectMeta const& seen, http::CallContext const& call);

  /// Success also when the object is gone, and, without a write, when the finalizer is not there.
  Result<model::ObjectMeta> Remove(model::ObjectMeta const& seen, http::CallContext const& call);

  /// `last`: an object that the API server has no more, as it was at the end. True, and `last`
  /// becomes one that is gone and being deleted, when that was without waiting for a finalizer that
  /// was put within the last five minutes.
  bool KeepsGone(model::ObjectMeta& last) const;

 private:
  void NotePut(std::string const& uid);
  [[nodiscard]] bool WasPutLately(std::string const& uid) const;
  Result<model::ObjectMeta> Patch(model::ObjectMeta const& seen, std::vector<SharedText> wanted,
                                  http::CallContext const& call);

  kube::KubeApi& api_;
  kube::ResourceType const type_;
  std::string const finalizer_;
  Clock& clock_;
  LetGo let_go_;

  mutable std::mutex mutex_;
  std::deque<std::pair<SteadyPoint, std::size_t>> put_;  // guarded by mutex_; when, hash of the uid
};

}  // namespace adxf::runtime
