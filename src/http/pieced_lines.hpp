#pragma once

#include "http/line_buffer.hpp"
#include "http/transport.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace adxf::http {

/// A body that arrives in pieces.
class PieceSource {
 public:
  virtual ~PieceSource() = default;

  /// Waits for more of the body; nullopt at its clean end.
  virtual Result<std::optional<std::string>> Read(CallContext const& call) = 0;
  /// Nobody reads any more.
  virtual void Close() = 0;
};

/// Cuts such a body into lines of bounded length; closes the source when destroyed.
class PiecedLines final : public LineSource {
 public:
  PiecedLines(std::shared_ptr<PieceSource> source, std::size_t max_line);
  ~PiecedLines() override;
  PiecedLines(PiecedLines const&) = delete;
  PiecedLines& operator=(PiecedLines const&) = delete;

  Result<std::optional<std::string>> Next(CallContext const& call) override;

 private:
  std::shared_ptr<PieceSource> const source_;
  std::size_t const max_line_;
  LineBuffer lines_;
};

}  // namespace adxf::http
