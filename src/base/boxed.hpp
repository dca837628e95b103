#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace adxf {

/// An optional whose value lies elsewhere: for what is large and mostly absent in things of which
/// there are many. Copies copy the value.
template <class T>
class Boxed {
 public:
  using value_type = T;  // NOLINT(readability-identifier-naming)
  Boxed() = default;
  Boxed(std::nullopt_t) {}  // NOLINT(*-explicit-*): as std::optional
  Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT(*-explicit-*)
  template <std::convertible_to<T> U>
    requires(!std::same_as<std::remove_cvref_t<U>, Boxed>)
  Boxed(U&& value)  // NOLINT(*-explicit-*): as std::optional
      : value_(std::make_unique<T>(std::forward<U>(value))) {}
  Boxed(Boxed const& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(Boxed const& other) {
    if (this != &other) *this = Boxed(other);
    return *this;
  }
  Boxed& operator=(Boxed&&) noexcept = default;
  ~Boxed() = default;
  // NOLINTBEGIN(readability-identifier-naming): the names that std::optional has
  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }

  T& operator*() { return *value_; }
  T const& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  T const* operator->() const { return value_.get(); }
  [[nodiscard]] T value_or(T other) const { return value_ ? *value_ : std::move(other); }

  T& emplace() { return *(value_ = std::make_unique<T>()); }
  void reset() { value_.reset(); }
  // NOLINTEND(readability-identifier-naming)
  friend bool operator==(Boxed const& a, Boxed const& b) {
    return a.value_ && b.value_ ? *a == *b : a.has_value() == b.has_value();
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace adxf
