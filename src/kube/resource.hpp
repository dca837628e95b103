#pragma once

#include "base/shared_text.hpp"

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace adxf::kube {

/// A kind of the Kubernetes API, as the URL and the body name it.
struct ResourceType {
  std::string group{};  ///< "" for the core group.
  std::string version{};
  std::string plural{};
  std::string kind{};

  /// "adxfollower.io/v1alpha1", or "v1" for the core group.
  [[nodiscard]] std::string ApiVersion() const {
    return group.empty() ? version : group + "/" + version;
  }

  bool operator==(ResourceType const&) const = default;
};

/// Namespace and name; the namespace is empty for cluster-scoped objects. What the work queue
/// holds.
struct ObjectKey {
  SharedText ns{};
  SharedText name{};

  auto operator<=>(ObjectKey const&) const = default;
};

/// "namespace/name", or the name alone without a namespace.
inline std::string ToString(ObjectKey const& key) {
  return key.ns.empty() ? key.name.Text() : key.ns + "/" + key.name;
}

/// What ToString says, read back. Names hold no slash.
inline ObjectKey ParseObjectKey(std::string_view text) {
  auto const slash = text.find('/');
  if (slash == std::string_view::npos) return {.name = SharedText(text)};
  return {.ns = SharedText(text.substr(0, slash)), .name = SharedText(text.substr(slash + 1))};
}

}  // namespace adxf::kube

template <>
struct std::hash<adxf::kube::ObjectKey> {
  std::size_t operator()(adxf::kube::ObjectKey const& key) const noexcept {
    std::size_t const first = key.ns.Hash();
    return first ^ (key.name.Hash() + 0x9e3779b97f4a7c15ULL + (first << 6) + (first >> 2));
  }
};
