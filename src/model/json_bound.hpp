#pragma once

#include "model/describe.hpp"
#include "model/timestamp.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>

/// How long the JSON of a described struct may be, without making it.
namespace adxf::model {

/// Never less than what json_text.hpp writes; mostly a few times as much,
/// since each byte of a text may come to `\u0000`.
template <class T>
std::size_t MostJsonBytes(T const& value) {
  if constexpr (DescribedStruct<T>) {
    std::size_t most = 2;
    ForEachField<T>([&](auto const& entry) {
      most += entry.name.size() + 4 + MostJsonBytes(value.*entry.member);
    });
    return most;
  } else if constexpr (Optional<T>) {
    return value ? MostJsonBytes(*value) : 4;
  } else if constexpr (TextMember<T>) {
    return 6 * value.size() + 2;
  } else if constexpr (requires { value.begin(); }) {
    std::size_t most = 2;
    for (auto const& item : value) most += 1 + MostJsonBytes(item);
    return most;
  } else {
    static_assert(DescribedEnum<T> || std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> ||
                  std::is_same_v<T, Timestamp>);
    return 40;
  }
}

}  // namespace adxf::model
