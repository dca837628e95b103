#pragma once

/// Include before cpprestsdk. Its json.h holds a unique_ptr to a class that it only declares. In
/// C++23 clang wants to see the deleter of libstdc++ 12 there already; this one is seen after the
/// class.
#ifdef __clang__
#include <memory>

namespace web::json::details {
class _Value;  // NOLINT(readability-identifier-naming): the name that the library gives
}  // namespace web::json::details

template <>
struct std::default_delete<web::json::details::_Value> {
  constexpr default_delete() noexcept = default;
  template <class Derived>
  constexpr default_delete(std::default_delete<Derived> const& /*other*/) noexcept {}
  void operator()(web::json::details::_Value* value) const;
};

#include <cpprest/json.h>

inline void std::default_delete<web::json::details::_Value>::operator()(
    web::json::details::_Value* value) const {
  delete value;
}
#endif
