#include "http/line_buffer.hpp"

namespace adxf::http {

void LineBuffer::Append(std::string_view piece) {
  // Taken lines are dropped here rather than one by one, which would move the rest each time.
  bytes_.erase(0, start_);
  scanned_ -= start_;
  start_ = 0;
  bytes_ += piece;
}

std::optional<std::string> LineBuffer::Take() {
  auto const newline = bytes_.find('\n', scanned_);
  if (newline == std::string::npos) {
    scanned_ = bytes_.size();
    return std::nullopt;
  }
  std::string line = bytes_.substr(start_, newline - start_);
  start_ = scanned_ = newline + 1;
  return line;
}

std::optional<std::string> LineBuffer::TakeRest() {
  if (size() == 0) return std::nullopt;
  std::string rest = bytes_.substr(start_);
  bytes_.clear();
  start_ = scanned_ = 0;
  return rest;
}

}  // namespace adxf::http
