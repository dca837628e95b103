#pragma once

#include "model/condition.hpp"
#include "model/describe.hpp"

#include <string_view>
#include <utility>

/// How a condition looks in the API; for the `.cpp` files that make the codec and the schema of a
/// kind.
namespace adxf::model {

template <>
struct Describe<ConditionStatus> {
  static constexpr auto values = std::to_array<std::pair<ConditionStatus, std::string_view>>(
      {{ConditionStatus::kTrue, "True"},
       {ConditionStatus::kFalse, "False"},
       {ConditionStatus::kUnknown, "Unknown"}});
};

template <>
struct Describe<Condition> {
  static constexpr auto fields = std::tuple{
      Field("type", &Condition::type, "What is claimed, for instance Ready.",
            {.required = true, .min_length = 1, .max_length = 64}),
      Field("status", &Condition::status, "Whether it holds.", {.required = true}),
      Field("observedGeneration", &Condition::observed_generation,
            "The metadata.generation that was judged.", {.minimum = -1}),
      Field("lastTransitionTime", &Condition::last_transition_time, "When status last changed.",
            {.required = true}),
      Field("reason", &Condition::reason,
            "One word for programs; the runbook has an entry for each.",
            {.required = true, .min_length = 1, .max_length = 64}),
      Field("message", &Condition::message, "A sentence for people that says what to do.",
            {.required = true, .max_length = kMaxConditionMessage})};
};

}  // namespace adxf::model
