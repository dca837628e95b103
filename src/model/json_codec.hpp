#pragma once

#include "base/result.hpp"
#include "base/time_format.hpp"
#include "model/describe.hpp"
#include "model/json_text.hpp"
#include "model/timestamp.hpp"

#include <nlohmann/json.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// JSON to described structs, and back (json_text.hpp). Heavy: include it in the one `.cpp` of a
/// kind that wraps it in plain functions.
///
/// Unknown fields and nulls are passed over; a wrong type or a missing required field is a Problem
/// with its path.
namespace adxf::model::codec {

/// What is wrong and where. The path is put together only when there is a problem.
struct Problem {
  std::string path;
  std::string what;

  Problem&& Under(std::string_view parent) && {
    path.insert(
        0, path.empty() || path.front() == '[' ? std::string(parent) : std::string(parent) + ".");
    return std::move(*this);
  }
};

using MaybeProblem = std::optional<Problem>;

inline MaybeProblem Expected(std::string_view what, nlohmann::json const& found) {
  return Problem{
      .path = {},
      .what = "expected " + std::string(what) + ", found " + std::string(found.type_name())};
}

template <TextMember T>
MaybeProblem Read(nlohmann::json const& in, T& out) {
  auto const* text = in.get_ptr<std::string const*>();
  if (text == nullptr) return Expected("a string", in);
  out = *text;
  return std::nullopt;
}

inline MaybeProblem Read(nlohmann::json const& in, bool& out) {
  if (!in.is_boolean()) return Expected("true or false", in);
  out = in.get<bool>();
  return std::nullopt;
}

inline MaybeProblem Read(nlohmann::json const& in, std::int64_t& out) {
  if (!in.is_number_integer()) return Expected("a whole number", in);
  out = in.get<std::int64_t>();
  return std::nullopt;
}

inline MaybeProblem Read(nlohmann::json const& in, Timestamp& out) {
  auto const* text = in.get_ptr<std::string const*>();
  auto const time = text == nullptr ? std::nullopt : ParseAnyRfc3339(*text);
  if (!time) return Expected("a time such as 2026-01-31T12:00:00Z", in);
  out = ToTimestamp(*time);
  return std::nullopt;
}

template <DescribedEnum E>
MaybeProblem Read(nlohmann::json const& in, E& out) {
  auto const* text = in.get_ptr<std::string const*>();
  if (text == nullptr) return Expected("a string", in);
  auto const value = EnumFromName<E>(*text);
  if (!value)
    return Problem{.path = {}, .what = "'" + *text + "' is not one of the allowed values"};
  out = *value;
  return std::nullopt;
}

template <DescribedStruct T>
MaybeProblem Read(nlohmann::json const& in, T& out);
template <class T>
MaybeProblem Read(nlohmann::json const& in, std::vector<T>& out);

template <Optional T>
MaybeProblem Read(nlohmann::json const& in, T& out) {
  return Read(in, out.emplace());
}

inline MaybeProblem Read(nlohmann::json const& in, std::map<std::string, std::string>& out) {
  if (!in.is_object()) return Expected("an object", in);
  for (auto const& [key, value] : in.items()) {
    if (auto problem = Read(value, out[key])) return std::move(*problem).Under(key);
  }
  return std::nullopt;
}

template <class T>
MaybeProblem Read(nlohmann::json const& in, std::vector<T>& out) {
  if (!in.is_array()) return Expected("a list", in);
  out.clear();
  out.reserve(in.size());
  for (nlohmann::json const& item : in) {
    if (auto problem = Read(item, out.emplace_back())) {
      return std::move(*problem).Under("[" + std::to_string(out.size() - 1) + "]");
    }
  }
  return std::nullopt;
}

template <class T, class Entry>
MaybeProblem ReadField(nlohmann::json const& in, T& out, Entry const& entry) {
  auto const found = in.find(entry.name);
  if (found == in.end() || found->is_null()) {
    if (!entry.options.required) return std::nullopt;
    return Problem{.path = std::string(entry.name), .what = "is required"};
  }
  auto problem = Read(*found, out.*entry.member);
  if (problem) return std::move(*problem).Under(entry.name);
  return std::nullopt;
}

template <DescribedStruct T>
MaybeProblem Read(nlohmann::json const& in, T& out) {
  if (!in.is_object()) return Expected("an object", in);
  MaybeProblem first;
  ForEachField<T>([&](auto const& entry) {
    if (!first) first = ReadField(in, out, entry);
  });
  return first;
}

/// As a tree, for who must change it. Errors: none, what ToJsonText() gives is JSON.
template <DescribedStruct T>
nlohmann::json Write(T const& value) {
  return nlohmann::json::parse(ToJsonText(value));
}

/// Reads what stands under `key`; absent leaves `out` as it is.
template <DescribedStruct T>
Result<void> ReadMember(nlohmann::json const& object, std::string_view key, T& out) {
  auto const found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  if (auto problem = Read(*found, out)) {
    auto const located = std::move(*problem).Under(key);
    return Fail(Code::kInvalid, located.path + ": " + located.what);
  }
  return {};
}

}  // namespace adxf::model::codec
