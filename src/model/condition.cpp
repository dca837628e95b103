#include "model/condition.hpp"

#include "model/text.hpp"

#include <algorithm>
#include <utility>

namespace adxf::model {

std::string_view ToString(ConditionStatus status) {
  switch (status) {
    case ConditionStatus::kTrue: return "True";
    case ConditionStatus::kFalse: return "False";
    case ConditionStatus::kUnknown: return "Unknown";
  }
  return "Unknown";
}

bool SetCondition(std::vector<Condition>& list, Condition condition, TimePoint now) {
  if (condition.message.size() > kMaxConditionMessage)
    condition.message = Shorten(condition.message, kMaxConditionMessage);
  auto const old = std::ranges::find(list, condition.type, &Condition::type);
  bool const is_transition = old == list.end() || old->status != condition.status;
  condition.last_transition_time = is_transition ? ToTimestamp(now) : old->last_transition_time;
  if (old == list.end()) {
    list.push_back(std::move(condition));
    return true;
  }
  if (*old == condition) return false;
  *old = std::move(condition);
  return true;
}

bool RemoveCondition(std::vector<Condition>& list, std::string_view type) {
  return std::erase_if(list, [&](Condition const& c) { return c.type == type; }) > 0;
}

Condition const* FindCondition(std::vector<Condition> const& list, std::string_view type) {
  auto const found = std::ranges::find(list, type, &Condition::type);
  return found == list.end() ? nullptr : &*found;
}

bool IsTrue(std::vector<Condition> const& list, std::string_view type) {
  Condition const* const condition = FindCondition(list, type);
  return condition != nullptr && condition->status == ConditionStatus::kTrue;
}

}  // namespace adxf::model
