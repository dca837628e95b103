#pragma once

#include <memory>
#include <utility>

namespace adxf {

/// A value that never changes and that copies share; compares by value. Never empty: a default
/// value is kept once.
template <class T>
class Shared {
 public:
  Shared() : value_(Default()) {}
  Shared(T value)  // NOLINT(*-explicit-*): it stands for the value
      : value_(value == *Default() ? Default() : std::make_shared<T const>(std::move(value))) {}

  // Copies alone: what is moved from would be empty.
  Shared(Shared const&) = default;
  Shared& operator=(Shared const&) = default;
  ~Shared() = default;

  T const& operator*() const { return *value_; }
  T const* operator->() const { return value_.get(); }

  friend bool operator==(Shared const& a, Shared const& b) {
    return a.value_ == b.value_ || *a == *b;
  }

 private:
  static std::shared_ptr<T const> const& Default() {
    static auto const kDefault = std::make_shared<T const>();
    return kDefault;
  }

  std::shared_ptr<T const> value_;
};

}  // namespace adxf
