#pragma once

#include "emulator/kusto/parser/token.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::emulator::kusto {

/// Walks over the tokens of one text. `Take…` moves on when what it names is there and says whether
/// it was; `Expect…` makes its absence a syntax error.
class Cursor {
 public:
  Cursor(std::string_view source, std::vector<Token> tokens)
      : source_(source), tokens_(std::move(tokens)) {}

  [[nodiscard]] Token const& Peek(std::size_t ahead = 0) const;
  [[nodiscard]] bool IsAtEnd() const { return Peek().kind == TokenKind::kEnd; }
  [[nodiscard]] bool IsWord(std::string_view word, std::size_t ahead = 0) const;
  [[nodiscard]] bool IsPunct(std::string_view text) const;
  void Skip() { ++at_; }

  bool TakeWord(std::string_view word);
  /// All of the words, one after the other, or none.
  bool TakeWords(std::string_view first, std::string_view second);
  bool TakePunct(std::string_view text);

  Parsed<std::string> ExpectName();
  Parsed<std::string> ExpectString();
  Parsed<bool> ExpectWord(std::string_view word);
  Parsed<bool> ExpectPunct(std::string_view text);
  Parsed<bool> ExpectEnd();

  /// `(a, b)`: at least one.
  Parsed<std::vector<std::string>> ExpectNames();
  Parsed<std::vector<std::string>> ExpectStrings();

  /// What stands between the token at hand, `open`, and its matching `close`.
  Parsed<std::string> ExpectEnclosed(std::string_view open, std::string_view close);

  [[nodiscard]] SyntaxError Unexpected(std::string_view expected) const;

 private:
  std::string_view source_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace adxf::emulator::kusto
