#include "http/pieced_lines.hpp"

#include <utility>

namespace adxf::http {

PiecedLines::PiecedLines(std::shared_ptr<PieceSource> source, std::size_t max_line)
    : source_(std::move(source)), max_line_(max_line) {}

PiecedLines::~PiecedLines() { source_->Close(); }

Result<std::optional<std::string>> PiecedLines::Next(CallContext const& call) {
  for (;;) {
    if (call.stop.stop_requested())
      return Fail(Code::kCancelled, "asked to stop while reading a stream");
    if (auto line = lines_.Take()) return line;
    if (lines_.size() > max_line_)
      return Fail(Code::kUnavailable,
                  "a line of the stream is longer than " + std::to_string(max_line_) + " bytes");
    TRY_ASSIGN(auto const piece, source_->Read(call));
    if (!piece) return lines_.TakeRest();
    lines_.Append(*piece);
  }
}

}  // namespace adxf::http
