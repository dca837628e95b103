#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "kube/resource.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <string>

/// coordination.k8s.io/v1 Leases as values. Pure.
namespace adxf::kube {

struct LeaseRecord {
  std::string holder{};             ///< Empty: given back.
  std::chrono::seconds duration{};  ///< How long the holder counts on it after a renewal.
  TimePoint acquired{};
  TimePoint renewed{};
  int transitions = 0;  ///< How often the holder changed.
  bool operator==(LeaseRecord const&) const = default;
};

/// A record as it is kept, with the version that a write must name.
struct Lease {
  LeaseRecord record{};
  std::string version{};  ///< metadata.resourceVersion
  bool operator==(Lease const&) const = default;
};

ResourceType LeaseType();

/// Members that are absent stay at their defaults. Error kUnavailable: it has no resourceVersion.
Result<Lease> DecodeLease(nlohmann::json const& object);

/// The body that creates it.
nlohmann::json NewLease(std::string const& name, LeaseRecord const& record);

/// A JSON patch that replaces the record, refused by the server unless `version` still holds.
nlohmann::json LeasePatch(std::string const& version, LeaseRecord const& record);

}  // namespace adxf::kube
