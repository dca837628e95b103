#pragma once

#include "base/time_format.hpp"
#include "model/describe.hpp"
#include "model/timestamp.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

/// The JSON of described structs as text, without a tree in between: a status is written once for
/// each object of a roll-out, and most of its fields are a few letters long.
///
/// What is absent or empty is left out, unless it is required. An optional that is there counts,
/// even when it is empty.
namespace adxf::model {

/// Appends it in quotes. What is not UTF-8 is replaced.
void AppendJsonString(std::string& out, std::string_view text);

/// Whether a field of that value is left out; a struct without any field to tell is, too.
template <class T>
bool IsLeftOut(T const& value) {
  if constexpr (Optional<T>) {
    return !value;
  } else if constexpr (DescribedEnum<T>) {
    return EnumName(value).empty();
  } else if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else {
    return false;
  }
}

template <class T>
void AppendJson(std::string& out, T const& value);

template <DescribedStruct T>
void AppendFields(std::string& out, T const& value) {
  out += '{';
  ForEachField<T>([&](auto const& entry) {
    auto const& member = value.*entry.member;
    if (!entry.options.required && IsLeftOut(member)) return;
    auto const before = out.size();
    if (out.back() != '{') out += ',';
    out.append("\"").append(entry.name).append("\":");
    auto const start = out.size();
    AppendJson(out, member);
    constexpr bool kIsStruct = DescribedStruct<std::remove_cvref_t<decltype(member)>>;
    if (kIsStruct && !entry.options.required && out.size() == start + 2) out.resize(before);
  });
  out += '}';
}

/// Appends it as JSON without spaces.
template <class T>
void AppendJson(std::string& out, T const& value) {
  if constexpr (DescribedStruct<T>) {
    AppendFields(out, value);
  } else if constexpr (Optional<T>) {
    if (value) {
      AppendJson(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (TextMember<T>) {
    AppendJsonString(out, std::string_view(value));
  } else if constexpr (DescribedEnum<T>) {
    AppendJsonString(out, EnumName(value));
  } else if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    out += std::to_string(value);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    AppendJsonString(out, FormatRfc3339(value));
  } else if constexpr (requires { typename T::mapped_type; }) {
    out += '{';
    for (auto const& [key, item] : value) {
      if (out.back() != '{') out += ',';
      AppendJsonString(out, key);
      out += ':';
      AppendJson(out, item);
    }
    out += '}';
  } else {
    out += '[';
    for (auto const& item : value) {
      if (out.back() != '[') out += ',';
      AppendJson(out, item);
    }
    out += ']';
  }
}

template <DescribedStruct T>
std::string ToJsonText(T const& value) {
  std::string text;
  AppendJson(text, value);
  return text;
}

}  // namespace adxf::model
