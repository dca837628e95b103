#pragma once

#include "base/time_format.hpp"
#include "model/describe.hpp"
#include "model/timestamp.hpp"

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

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

/// AppendJson appends a value as JSON without spaces.
template <TextMember T>
void AppendJson(std::string& out, T const& value) {
  AppendJsonString(out, std::string_view(value));
}

template <DescribedEnum T>
void AppendJson(std::string& out, T value) {
  AppendJsonString(out, EnumName(value));
}

template <std::same_as<bool> T>
void AppendJson(std::string& out, T value) {
  out += value ? "true" : "false";
}

template <std::same_as<std::int64_t> T>
void AppendJson(std::string& out, T value) {
  out += std::to_string(value);
}

template <std::same_as<Timestamp> T>
void AppendJson(std::string& out, T value) {
  AppendJsonString(out, FormatRfc3339(value));
}

inline void AppendJson(std::string& out, std::map<std::string, std::string> const& value) {
  out += '{';
  for (auto const& [key, item] : value) {
    if (out.back() != '{') out += ',';
    AppendJsonString(out, key);
    out += ':';
    AppendJsonString(out, item);
  }
  out += '}';
}

template <Optional T>
void AppendJson(std::string& out, T const& value);
template <class T>
void AppendJson(std::string& out, std::vector<T> const& value);

template <DescribedStruct T>
void AppendJson(std::string& out, T const& value) {
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

template <Optional T>
void AppendJson(std::string& out, T const& value) {
  if (value) {
    AppendJson(out, *value);
  } else {
    out += "null";
  }
}

template <class T>
void AppendJson(std::string& out, std::vector<T> const& value) {
  out += '[';
  for (auto const& item : value) {
    if (out.back() != '[') out += ',';
    AppendJson(out, item);
  }
  out += ']';
}

template <DescribedStruct T>
std::string ToJsonText(T const& value) {
  std::string text;
  AppendJson(text, value);
  return text;
}

}  // namespace adxf::model
