#include "base/secret.hpp"

#include <cstddef>

namespace adxf {

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    value_ = std::exchange(other.value_, {});
  }
  return *this;
}

Secret::~Secret() { Wipe(); }

bool Secret::Matches(Secret const& other) const {
  if (value_.size() != other.value_.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < value_.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (value_[i] ^ other.value_[i]));
  }
  return difference == 0;
}

void Secret::Wipe() {
  // Through a volatile pointer, so that the compiler does not drop stores to memory that is about
  // to be freed.
  volatile char* bytes = value_.data();
  for (std::size_t i = 0; i < value_.size(); ++i) bytes[i] = '\0';
}

}  // namespace adxf
