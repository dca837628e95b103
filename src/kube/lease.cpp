#include "kube/lease.hpp"

#include "base/time_format.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace adxf::kube {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kLongest = 24L * 3600;  // Nobody means more.

template <class Value>
Value MemberOr(Json const& object, char const* key, Value fallback) {
  auto const found = object.find(key);
  if (found == object.end() || found->is_null()) return fallback;
  if constexpr (std::is_same_v<Value, std::string>) {
    return found->is_string() ? found->template get<std::string>() : fallback;
  } else {
    return found->is_number_integer() ? found->template get<Value>() : fallback;
  }
}

TimePoint TimeAt(Json const& spec, char const* key) {
  return ParseRfc3339(MemberOr(spec, key, std::string())).value_or(TimePoint{});
}

Json SpecOf(LeaseRecord const& record) {
  return {{"holderIdentity", record.holder},
          {"leaseDurationSeconds", record.duration.count()},
          {"acquireTime", FormatRfc3339Micros(record.acquired)},
          {"renewTime", FormatRfc3339Micros(record.renewed)},
          {"leaseTransitions", record.transitions}};
}

}  // namespace

ResourceType LeaseType() {
  return {.group = "coordination.k8s.io", .version = "v1", .plural = "leases", .kind = "Lease"};
}

Result<Lease> DecodeLease(Json const& object) {
  static Json::json_pointer const kVersion("/metadata/resourceVersion");
  if (!object.is_object() || !object.contains(kVersion) || !object.at(kVersion).is_string())
    return Fail(Code::kUnavailable, "a Lease of the API server has no resourceVersion");
  Lease lease{.version = object.at(kVersion).get<std::string>()};
  auto const spec = object.find("spec");
  if (spec == object.end() || !spec->is_object()) return lease;
  auto const seconds = std::clamp(MemberOr(*spec, "leaseDurationSeconds", std::int64_t{0}),
                                  std::int64_t{0}, kLongest);
  lease.record = {.holder = MemberOr(*spec, "holderIdentity", std::string()),
                  .duration = std::chrono::seconds(seconds),
                  .acquired = TimeAt(*spec, "acquireTime"),
                  .renewed = TimeAt(*spec, "renewTime"),
                  .transitions = MemberOr(*spec, "leaseTransitions", 0)};
  return lease;
}

Json NewLease(std::string const& name, LeaseRecord const& record) {
  auto const type = LeaseType();
  return {{"apiVersion", type.ApiVersion()},
          {"kind", type.kind},
          {"metadata", {{"name", name}}},
          {"spec", SpecOf(record)}};
}

Json LeasePatch(std::string const& version, LeaseRecord const& record) {
  return Json::array({{{"op", "test"}, {"path", "/metadata/resourceVersion"}, {"value", version}},
                      {{"op", "add"}, {"path", "/spec"}, {"value", SpecOf(record)}}});
}

}  // namespace adxf::kube
