#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace adxf::http {

/// Cuts a stream of bytes into lines, wherever the pieces break. Every byte is looked at once.
class LineBuffer {
 public:
  void Append(std::string_view piece);

  /// The next whole line without its newline; nullopt when more bytes are needed.
  std::optional<std::string> Take();
  /// What follows the last newline, at the end of the stream; nullopt when there is nothing.
  std::optional<std::string> TakeRest();
  /// Bytes that wait for their newline or for Take().
  [[nodiscard]] std::size_t size() const { return bytes_.size() - start_; }

 private:
  std::string bytes_;
  std::size_t start_ = 0;    ///< First byte not taken yet.
  std::size_t scanned_ = 0;  ///< No newline between `start_` and here.
};

}  // namespace adxf::http
