#pragma once

#include "base/shared_text.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::model {

/// A struct in a fraction of its size, to be kept while nobody looks at it: its texts as shared
/// ones, and all else as bytes. Written by a Packer and read by an Unpacker, both of the same
/// process.
class Packed {
 public:
  Packed() = default;

 private:
  friend class Packer;
  friend class Unpacker;

  std::unique_ptr<SharedText[]> texts_{};  // NOLINT(*-avoid-c-arrays): a vector takes 16 bytes more
  std::unique_ptr<char[]> bytes_{};        // NOLINT(*-avoid-c-arrays)
};

class Packer {
 public:
  void Put(SharedText const& text) { texts_.push_back(text); }
  /// A text of its own. Of a resource id what comes before the name is shared by many.
  void Put(std::string_view text);
  void Put(std::int64_t number);

  /// Ends it.
  [[nodiscard]] Packed Done() const;

 private:
  std::vector<SharedText> texts_{};
  std::string bytes_{};
};

/// Reads, in the order in which they were put. `packed` must outlive it.
class Unpacker {
 public:
  explicit Unpacker(Packed const& packed)
      : text_(packed.texts_.get()), byte_(packed.bytes_.get()) {}

  void Take(SharedText& text) { text = *text_++; }
  void Take(std::string& text);
  void Take(std::int64_t& number);

 private:
  SharedText const* text_;
  char const* byte_;
};

}  // namespace adxf::model
