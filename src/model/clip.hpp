#pragma once

#include "model/describe.hpp"
#include "model/text.hpp"

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Cuts a described struct to the limits of its own table, so that the API server cannot refuse it
/// for length.
namespace adxf::model {

/// Told of every list that was cut: its path ("attachment.databases") and its length before.
template <class F>
concept CutObserver = std::invocable<F, std::string_view, std::size_t>;

/// Where a value stands; put into words only where something is cut.
struct ClipPlace {
  ClipPlace const* parent = nullptr;
  std::string_view name{};

  [[nodiscard]] std::string Path() const {
    return parent == nullptr ? std::string(name) : parent->Path() + "." + std::string(name);
  }
};

template <DescribedStruct T, CutObserver OnCut>
void Clip(T& value, OnCut& on_cut, ClipPlace const* place = nullptr);

template <class T, CutObserver OnCut>
void ClipValue(T&, FieldOptions const&, ClipPlace const&, OnCut&) {}

template <TextMember T, CutObserver OnCut>
void ClipValue(T& text, FieldOptions const& options, ClipPlace const&, OnCut&) {
  auto const limit = static_cast<std::size_t>(options.max_length.value_or(0));
  if (options.max_length && text.size() > limit) text = Shorten(text, limit);
}

template <DescribedStruct T, CutObserver OnCut>
void ClipValue(T& value, FieldOptions const&, ClipPlace const& place, OnCut& on_cut) {
  Clip(value, on_cut, &place);
}

template <Optional T, CutObserver OnCut>
void ClipValue(T& value, FieldOptions const& options, ClipPlace const& place, OnCut& on_cut) {
  if (value) ClipValue(*value, options, place, on_cut);
}

template <class T, CutObserver OnCut>
void ClipValue(std::vector<T>& list, FieldOptions const& options, ClipPlace const& place,
               OnCut& on_cut) {
  auto const limit = static_cast<std::size_t>(options.max_items.value_or(0));
  if (options.max_items && list.size() > limit) {
    on_cut(place.Path(), list.size());
    list.resize(limit);
  }
  for (T& item : list) ClipValue(item, options, place, on_cut);
}

template <DescribedStruct T, CutObserver OnCut>
void Clip(T& value, OnCut& on_cut, ClipPlace const* place) {
  ForEachField<T>([&](auto const& entry) {
    ClipValue(value.*entry.member, entry.options, {.parent = place, .name = entry.name}, on_cut);
  });
}

}  // namespace adxf::model
