#pragma once

namespace adxf {

/// Frees what a C library made: `std::unique_ptr<BIO, Freed<BIO_free>>`.
template <auto Free>
struct Freed {
  void operator()(auto* object) const { Free(object); }
};

}  // namespace adxf
