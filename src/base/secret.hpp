#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace adxf {

/// A credential. Cannot be printed, logged, compared with ==, or copied by accident; its memory is
/// overwritten when it goes. `Reveal()` is for the one line that puts it on the wire.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(Secret&& other) noexcept : value_(std::exchange(other.value_, {})) {}
  Secret& operator=(Secret&& other) noexcept;
  Secret(Secret const&) = delete;
  Secret& operator=(Secret const&) = delete;
  ~Secret();

  bool operator==(Secret const&) const = delete;

  [[nodiscard]] Secret Clone() const { return Secret(value_); }
  [[nodiscard]] bool IsEmpty() const { return value_.empty(); }
  [[nodiscard]] std::string_view Reveal() const { return value_; }

  /// Constant-time comparison, for "did the secret change?".
  [[nodiscard]] bool Matches(Secret const& other) const;

 private:
  void Wipe();

  std::string value_;
};

}  // namespace adxf
