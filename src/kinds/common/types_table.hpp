#pragma once

#include "kinds/common/types.hpp"
#include "kinds/common/types_rules.hpp"
#include "model/describe.hpp"

#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

/// Names, texts, limits and rules of what all kinds have in common.
namespace adxf::model {

inline constexpr std::int64_t kMaxId = 1024;
inline constexpr std::int64_t kMaxWord = 64;
inline constexpr std::int64_t kMaxText = 1024;

template <>
struct Describe<kinds::Adoption> {
  using E = kinds::Adoption;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kNever, "Never"}, {E::kIfIdentical, "IfIdentical"}});
};

template <>
struct Describe<kinds::Mode> {
  using E = kinds::Mode;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kManage, "Manage"}, {E::kObserve, "Observe"}});
};

template <>
struct Describe<kinds::SecretRef> {
  static constexpr auto fields = std::tuple{Field(
      "name", &kinds::SecretRef::name,
      "Name of a Secret in this namespace, of type adxfollower.io/azure-credentials.",
      {.required = true, .min_length = 1, .max_length = 253, .rules = kinds::rules::kSecretName})};
};

template <>
struct Describe<kinds::Selection> {
  static constexpr FieldOptions kList{.min_length = 1,
                                      .max_length = 1024,
                                      .max_items = 100,
                                      .list_type = ListType::kSet,
                                      .items_rules = kinds::rules::kSelectionItem};
  static constexpr auto fields =
      std::tuple{Field("include", &kinds::Selection::include,
                       "Names to follow, a trailing * allowed; empty: all.", kList),
                 Field("exclude", &kinds::Selection::exclude,
                       "Names not to follow, a trailing * allowed.", kList)};
};

template <>
struct Describe<kinds::PlannedAction> {
  using T = kinds::PlannedAction;
  static constexpr auto fields =
      std::tuple{Field("action", &T::action, "What Manage would do.",
                       {.required = true, .max_length = kMaxWord}),
                 Field("detail", &T::detail, "On what, and how.", {.max_length = 512})};
};

template <>
struct Describe<kinds::LastChange> {
  using T = kinds::LastChange;
  static constexpr auto fields = std::tuple{
      Field("action", &T::action, "What was done.", {.required = true, .max_length = kMaxWord}),
      Field("at", &T::at, "When.", {.required = true}),
      Field("correlationId", &T::correlation_id, "To quote to Azure's support.",
            {.max_length = 128})};
};

template <>
struct Describe<kinds::TruncatedList> {
  using T = kinds::TruncatedList;
  static constexpr auto fields = std::tuple{
      Field("list", &T::list, "Path of the list in the status.",
            {.required = true, .max_length = 128}),
      Field("total", &T::total, "How many entries there are.", {.required = true, .minimum = 0})};
};

}  // namespace adxf::model
