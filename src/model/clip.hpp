#pragma once

#include "model/describe.hpp"
#include "model/text.hpp"

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Cuts a described struct to the limits of its own table, so that the API server cannot refuse it
/// for length.
namespace adxf::model {

/// Told of every list that was cut: its path ("attachment.databases") and its length before.
template <class F>
concept CutObserver = std::invocable<F, std::string_view, std::size_t>;

template <DescribedStruct T, CutObserver OnCut>
void Clip(T& value, std::string const& path, OnCut& on_cut);

template <class T, CutObserver OnCut>
void ClipValue(T&, FieldOptions const&, std::string const&, OnCut&) {}

template <CutObserver OnCut>
void ClipValue(std::string& text, FieldOptions const& options, std::string const&, OnCut&) {
  if (options.max_length) text = Shorten(text, static_cast<std::size_t>(*options.max_length));
}

template <DescribedStruct T, CutObserver OnCut>
void ClipValue(T& value, FieldOptions const&, std::string const& path, OnCut& on_cut) {
  Clip(value, path, on_cut);
}

template <class T, CutObserver OnCut>
void ClipValue(std::optional<T>& value, FieldOptions const& options, std::string const& path,
               OnCut& on_cut) {
  if (value) ClipValue(*value, options, path, on_cut);
}

template <class T, CutObserver OnCut>
void ClipValue(std::vector<T>& list, FieldOptions const& options, std::string const& path,
               OnCut& on_cut) {
  auto const limit = static_cast<std::size_t>(options.max_items.value_or(0));
  if (options.max_items && list.size() > limit) {
    on_cut(path, list.size());
    list.resize(limit);
  }
  for (T& item : list) ClipValue(item, options, path, on_cut);
}

template <DescribedStruct T, CutObserver OnCut>
void Clip(T& value, std::string const& path, OnCut& on_cut) {
  ForEachField<T>([&](auto const& entry) {
    std::string const name(entry.name);
    ClipValue(value.*entry.member, entry.options, path.empty() ? name : path + "." + name, on_cut);
  });
}

}  // namespace adxf::model
