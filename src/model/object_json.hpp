#pragma once

#include "base/result.hpp"
#include "model/object_meta.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

/// The parts of a Kubernetes object's JSON that every kind shares.
namespace adxf::model {

/// Parses one object in one pass; what the operator never keeps (managed fields, labels, owner
/// references, annotations of others, such as kubectl's copy of the whole object) is skipped and
/// never allocated as a tree. Code::kInvalid with the position when the text is no JSON object.
Result<nlohmann::json> ParseObject(std::string_view text);

/// Reads `metadata`. Code::kInvalid with the path for a wrong type or a missing name.
Result<ObjectMeta> DecodeMeta(nlohmann::json const& object);

/// Name, namespace, uid, resourceVersion, generation, times, finalizers and our annotations.
nlohmann::json EncodeMeta(ObjectMeta const& meta);

}  // namespace adxf::model
