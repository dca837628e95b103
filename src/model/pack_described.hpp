#pragma once

#include "model/describe.hpp"
#include "model/object_meta.hpp"
#include "model/packed.hpp"

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Described structs to a Packed, and back. Heavy: include it in the one `.cpp` of a kind that
/// wraps it in plain functions.
namespace adxf::model::packing {

template <class T>
concept NumberMember = std::same_as<T, std::int64_t> || std::same_as<T, bool> || DescribedEnum<T>;

inline void Put(Packer& out, SharedText const& value) { out.Put(value); }
inline void Put(Packer& out, std::string const& value) { out.Put(std::string_view(value)); }

template <NumberMember T>
void Put(Packer& out, T value) {
  out.Put(static_cast<std::int64_t>(value));
}

inline void Put(Packer& out, Timestamp value) {
  out.Put(std::int64_t{value.time_since_epoch().count()});
}

inline void Put(Packer& out, std::map<std::string, std::string> const& value) {
  out.Put(static_cast<std::int64_t>(value.size()));
  for (auto const& [key, item] : value) {
    Put(out, key);
    Put(out, item);
  }
}

template <DescribedStruct T>
void Put(Packer& out, T const& value);
template <class T>
void Put(Packer& out, std::vector<T> const& value);

template <Optional T>
void Put(Packer& out, T const& value) {
  Put(out, value.has_value());
  if (value) Put(out, *value);
}

template <class T>
void Put(Packer& out, std::vector<T> const& value) {
  out.Put(static_cast<std::int64_t>(value.size()));
  for (auto const& item : value) Put(out, item);
}

template <DescribedStruct T>
void Put(Packer& out, T const& value) {
  ForEachField<T>([&](auto const& entry) { Put(out, value.*entry.member); });
}

inline void Put(Packer& out, ObjectMeta const& meta) {
  auto const& [name, name_space, uid, version, generation, created, deleted, finalizers,
               annotations, is_gone] = meta;  // all of them: this fails to build with one more
  out.Put(name);
  out.Put(name_space);
  out.Put(uid);
  Put(out, version);
  out.Put(generation);
  Put(out, created);
  Put(out, deleted);
  Put(out, finalizers);
  Put(out, annotations);
  Put(out, is_gone);
}

template <TextMember T>
void Take(Unpacker& in, T& value) {
  in.Take(value);
}

template <NumberMember T>
void Take(Unpacker& in, T& value) {
  std::int64_t number = 0;
  in.Take(number);
  value = static_cast<T>(number);
}

inline void Take(Unpacker& in, Timestamp& value) {
  std::int64_t seconds = 0;
  in.Take(seconds);
  value = Timestamp(std::chrono::seconds(seconds));
}

inline void Take(Unpacker& in, std::map<std::string, std::string>& value) {
  std::int64_t size = 0;
  for (in.Take(size); size > 0; --size) {
    std::string key;
    in.Take(key);
    in.Take(value[std::move(key)]);
  }
}

template <DescribedStruct T>
void Take(Unpacker& in, T& value);
template <class T>
void Take(Unpacker& in, std::vector<T>& value);

template <Optional T>
void Take(Unpacker& in, T& value) {
  bool has_value = false;
  Take(in, has_value);
  if (has_value) Take(in, value.emplace());
}

template <class T>
void Take(Unpacker& in, std::vector<T>& value) {
  std::int64_t size = 0;
  in.Take(size);
  value.resize(static_cast<std::size_t>(size));
  for (auto& item : value) Take(in, item);
}

template <DescribedStruct T>
void Take(Unpacker& in, T& value) {
  ForEachField<T>([&](auto const& entry) { Take(in, value.*entry.member); });
}

inline void Take(Unpacker& in, ObjectMeta& meta) {
  auto& [name, name_space, uid, version, generation, created, deleted, finalizers, annotations,
         is_gone] = meta;
  in.Take(name);
  in.Take(name_space);
  in.Take(uid);
  in.Take(version);
  in.Take(generation);
  Take(in, created);
  Take(in, deleted);
  Take(in, finalizers);
  Take(in, annotations);
  Take(in, is_gone);
}

}  // namespace adxf::model::packing
