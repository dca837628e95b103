#include "runtime/freshness.hpp"

#include "model/object_json.hpp"

#include <nlohmann/json.hpp>

namespace adxf::runtime {

Result<bool> IsCurrent(kube::KubeApi& api, kube::ResourceType const& type,
                       model::ObjectMeta const& seen, http::CallContext const& call) {
  auto const live = api.GetMetadata(type, {.ns = seen.name_space, .name = seen.name}, call);
  if (seen.is_gone && (live || live.error().code == Code::kNotFound)) return !live.has_value();
  if (!live) return Failure(live.error());
  TRY_ASSIGN(auto const now, model::DecodeMeta(*live));
  return now.uid == seen.uid && now.generation == seen.generation &&
         now.deletion_timestamp == seen.deletion_timestamp && now.finalizers == seen.finalizers;
}

}  // namespace adxf::runtime
