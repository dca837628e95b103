#pragma once

#include "base/error.hpp"

#include <expected>
#include <string>
#include <utility>

namespace adxf {

/// A value or the reason why there is none. Must be looked at; never thrown.
template <class T>
using Result = std::expected<T, Error>;

using Failure = std::unexpected<Error>;

/// Shorthand for `return Fail(Code::kInvalid, "…")`.
inline Failure Fail(Code code, std::string message,
                    std::source_location where = std::source_location::current()) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.where = where;
  return Failure(std::move(error));
}

}  // namespace adxf

#define ADXF_JOIN_(a, b) a##b
#define ADXF_JOIN(a, b) ADXF_JOIN_(a, b)

/// TRY_ASSIGN(auto seen, Observe(...)); — declares `seen`, or returns the error from the enclosing
/// function.
#define TRY_ASSIGN(lhs, ...) TRY_ASSIGN_(ADXF_JOIN(adxf_result_, __LINE__), lhs, __VA_ARGS__)
#define TRY_ASSIGN_(result, lhs, ...)                             \
  auto result = (__VA_ARGS__);                                    \
  if (!result) return std::unexpected(std::move(result).error()); \
  lhs = std::move(*result)
