#pragma once

#include "base/result.hpp"
#include "kube/kube_api.hpp"
#include "model/object_meta.hpp"

namespace adxf::runtime {

/// Asks the API server whether an object is still the one, and wants the same, as when something
/// was decided about it: uid, generation, deletion and finalizers are those of `seen`. Errors:
/// kNotFound when it is gone, and those of the API server.
Result<bool> IsCurrent(kube::KubeApi& api, kube::ResourceType const& type,
                       model::ObjectMeta const& seen, http::CallContext const& call);

}  // namespace adxf::runtime
