#pragma once

#include "base/result.hpp"
#include "kube/kube_api.hpp"
#include "model/object_meta.hpp"

#include <string>

namespace adxf::runtime {

/// Puts this operator's finalizer on objects and takes it off.
///
/// Flow: Add before the first outside write; clean up when the object is being deleted; Remove when
/// nothing is left. Guarantees: each patch is refused unless uid, resourceVersion and the exact
/// list of finalizers are those of `seen`. So no other controller's finalizer is ever lost, and a
/// successful Add proves that `seen` was current (freshness). Caveat: clean-up must tolerate that
/// nothing was ever made.
class Finalizers {
 public:
  Finalizers(kube::KubeApi& api, kube::ResourceType type, std::string finalizer);

  /// The object's metadata afterwards (new resourceVersion). Already there: `seen` itself, and
  /// nothing is written. Errors: kConflict when the object moved on, kNotFound, kInvalid for one
  /// that is being deleted.
  Result<model::ObjectMeta> Add(model::ObjectMeta const& seen, http::CallContext const& call);

  /// Success also when the object is gone, and, without a write, when the finalizer is not there.
  Result<model::ObjectMeta> Remove(model::ObjectMeta const& seen, http::CallContext const& call);

 private:
  Result<model::ObjectMeta> Patch(model::ObjectMeta const& seen, std::vector<std::string> wanted,
                                  http::CallContext const& call);

  kube::KubeApi& api_;
  kube::ResourceType const type_;
  std::string const finalizer_;
};

}  // namespace adxf::runtime
