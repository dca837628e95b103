#pragma once

#include "base/shared_text.hpp"
#include "model/timestamp.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::model {

enum class ConditionStatus { kTrue, kFalse, kUnknown };

/// "True", "False" or "Unknown".
std::string_view ToString(ConditionStatus status);

/// A condition as Kubernetes defines it (KEP-1623). `message` is cut to 1 KiB by SetCondition.
struct Condition {
  SharedText type{};
  ConditionStatus status = ConditionStatus::kUnknown;
  std::int64_t observed_generation = 0;
  Timestamp last_transition_time{};
  SharedText reason{};
  SharedText message{};

  bool operator==(Condition const&) const = default;
};

inline constexpr std::size_t kMaxConditionMessage = 1024;

/// Adds the condition, or replaces the one of the same type. `last_transition_time` becomes `now`
/// only when the status differs from the one before; whatever the caller put there is ignored. The
/// order of the list never changes, so that an unchanged list compares equal. Returns whether
/// anything changed.
bool SetCondition(std::vector<Condition>& list, Condition condition, TimePoint now);

/// Returns whether there was one.
bool RemoveCondition(std::vector<Condition>& list, std::string_view type);

/// The condition of that type, or null.
Condition const* FindCondition(std::vector<Condition> const& list, std::string_view type);

/// True when the condition is there and its status is True.
bool IsTrue(std::vector<Condition> const& list, std::string_view type);

}  // namespace adxf::model
