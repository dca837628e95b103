#pragma once

#include "base/boxed.hpp"
#include "base/shared_text.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

/// The tables that describe a kind: one line per field gives the JSON codec (json_codec.hpp), the
/// OpenAPI schema with its validation rules (schema.hpp) and the text of `kubectl explain`.
///
///   template <> struct Describe<Grant> {
///     static constexpr auto fields = std::tuple{Field("role", &Grant::role, "What is granted.",
///     {.required = true}), …}; static constexpr Rules rules{{"…CEL over self…", "Sentence that
///     names the field and what to do."}};   // may be absent
///   };
///   template <> struct Describe<Role> {
///     static constexpr auto values = std::to_array<std::pair<Role,
///     std::string_view>>({{Role::kAdmin, "Admin"}, …});
///   };
namespace adxf::model {

/// A CEL rule. The message names the field and says what to do. `field_path` (".database") moves
/// the error to that field.
struct Rule {
  std::string_view rule{};
  std::string_view message{};
  std::string_view field_path{};
};

/// A few rules, in order.
class Rules {
 public:
  static constexpr std::size_t kCapacity = 16;

  constexpr Rules() = default;
  constexpr Rules(std::initializer_list<Rule> list) {
    for (Rule const& rule : list) rules_[size_++] = rule;
  }

  [[nodiscard]] constexpr Rule const* begin() const { return rules_.data(); }
  [[nodiscard]] constexpr Rule const* end() const { return rules_.data() + size_; }

 private:
  std::array<Rule, kCapacity> rules_{};
  std::size_t size_ = 0;
};

enum class ListType { kAtomic, kSet, kMap };

/// What the schema says about a field beyond its type. Of a list, `length` and `items_rules` speak
/// of each item.
struct FieldOptions {
  bool required = false;
  /// A rule on the parent refuses to add, change or remove it once the parent exists.
  bool immutable = false;
  std::optional<std::int64_t> min_length{};
  std::optional<std::int64_t> max_length{};
  std::string_view pattern{};
  std::optional<std::int64_t> minimum{};
  std::optional<std::int64_t> maximum{};
  std::optional<std::int64_t> min_items{};
  std::optional<std::int64_t> max_items{};
  ListType list_type = ListType::kAtomic;
  std::array<std::string_view, 2> list_map_keys{};
  std::string_view default_json{};
  std::string_view format{};
  Rules rules{};
  Rules items_rules{};
};

template <class Owner, class Member>
struct FieldEntry {
  std::string_view name;
  Member Owner::* member;
  std::string_view description;
  FieldOptions options;
};

template <class Owner, class Member>
constexpr FieldEntry<Owner, Member> Field(std::string_view name, Member Owner::* member,
                                          std::string_view description, FieldOptions options = {}) {
  return {name, member, description, options};
}

/// Specialised beside each kind.
template <class T>
struct Describe;

template <class T>
concept DescribedStruct = requires { Describe<T>::fields; };

template <class T>
concept DescribedEnum = requires {
  { Describe<T>::values.front().second } -> std::convertible_to<std::string_view>;
};

/// A text, wherever it is kept.
template <class T>
concept TextMember = std::same_as<T, std::string> || std::same_as<T, SharedText>;

/// What may be absent, wherever its value lies.
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsOptional<Boxed<T>> = true;
template <class T>
concept Optional = kIsOptional<T>;

/// The name of an enumerator in the API; empty for a value outside the table.
template <DescribedEnum E>
constexpr std::string_view EnumName(E value) {
  for (auto const& [candidate, name] : Describe<E>::values) {
    if (candidate == value) return name;
  }
  return {};
}

template <DescribedEnum E>
constexpr std::optional<E> EnumFromName(std::string_view name) {
  for (auto const& [candidate, text] : Describe<E>::values) {
    if (text == name) return candidate;
  }
  return std::nullopt;
}

/// Calls `visit(entry)` for each field of T, in order.
template <DescribedStruct T, class Visit>
constexpr void ForEachField(Visit&& visit) {
  std::apply([&](auto const&... entry) { (visit(entry), ...); }, Describe<T>::fields);
}

}  // namespace adxf::model
