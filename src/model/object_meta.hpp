#pragma once

#include "base/shared_text.hpp"
#include "model/timestamp.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::model {

inline constexpr std::string_view kApiGroup = "adxfollower.io";
inline constexpr std::string_view kAnnotationPrefix = "adxfollower.io/";

/// The part of Kubernetes' ObjectMeta that the operator uses. Managed fields and labels are never
/// kept; of the annotations only those that start with `adxfollower.io/` are.
struct ObjectMeta {
  SharedText name{};
  SharedText name_space{};
  SharedText uid{};
  std::string resource_version{};
  std::int64_t generation = 0;
  Timestamp creation_timestamp{};
  std::optional<Timestamp> deletion_timestamp{};
  std::vector<SharedText> finalizers{};
  std::map<std::string, std::string> annotations{};
  /// Not of the API: the API server has it no more, and took it away without waiting for the
  /// operator. What it has in Azure is still to be removed.
  bool is_gone = false;

  [[nodiscard]] bool IsDeleting() const { return deletion_timestamp.has_value(); }
  [[nodiscard]] bool HasFinalizer(std::string_view finalizer) const {
    return std::ranges::find(finalizers, finalizer) != finalizers.end();
  }

  bool operator==(ObjectMeta const&) const = default;
};

}  // namespace adxf::model
