#include "emulator/kusto/parser/cursor.hpp"

#include "base/result.hpp"
#include "emulator/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace adxf::emulator::kusto {
namespace {

/// A bare name has no hyphens: those words are keywords only.
bool IsBareName(Token const& token) {
  if (token.kind == TokenKind::kLiteral)
    return token.text.find('.') == std::string::npos &&
           !std::ranges::all_of(token.text, [](char c) { return c >= '0' && c <= '9'; });
  return token.kind == TokenKind::kWord && token.text.find('-') == std::string::npos;
}

template <class Read>
Parsed<std::vector<std::string>> ReadList(Cursor& cursor, Read read) {
  TRY_ASSIGN([[maybe_unused]] bool const opened, cursor.ExpectPunct("("));
  std::vector<std::string> items;
  do {
    TRY_ASSIGN(std::string item, read());
    items.push_back(std::move(item));
  } while (cursor.TakePunct(","));
  TRY_ASSIGN([[maybe_unused]] bool const closed, cursor.ExpectPunct(")"));
  return items;
}

}  // namespace

Token const& Cursor::Peek(std::size_t ahead) const {
  return tokens_.at(std::min(at_ + ahead, tokens_.size() - 1));
}

bool Cursor::IsWord(std::string_view word, std::size_t ahead) const {
  return Peek(ahead).kind == TokenKind::kWord && SameName(Peek(ahead).text, word);
}

bool Cursor::IsPunct(std::string_view text) const {
  return Peek().kind == TokenKind::kPunct && Peek().text == text;
}

bool Cursor::TakeWord(std::string_view word) {
  if (!IsWord(word)) return false;
  Skip();
  return true;
}

bool Cursor::TakeWords(std::string_view first, std::string_view second) {
  if (!IsWord(first) || !IsWord(second, 1)) return false;
  at_ += 2;
  return true;
}

bool Cursor::TakePunct(std::string_view text) {
  if (!IsPunct(text)) return false;
  Skip();
  return true;
}

Parsed<std::string> Cursor::ExpectName() {
  if (Peek().kind != TokenKind::kName && !IsBareName(Peek()))
    return std::unexpected(Unexpected("a name"));
  std::string name = Peek().text;
  Skip();
  return name;
}

Parsed<std::string> Cursor::ExpectString() {
  if (Peek().kind != TokenKind::kString) return std::unexpected(Unexpected("a string literal"));
  std::string text = Peek().text;
  Skip();
  return text;
}

Parsed<bool> Cursor::ExpectWord(std::string_view word) {
  if (!TakeWord(word)) return std::unexpected(Unexpected(word));
  return true;
}

Parsed<bool> Cursor::ExpectPunct(std::string_view text) {
  if (!TakePunct(text)) return std::unexpected(Unexpected(text));
  return true;
}

Parsed<bool> Cursor::ExpectEnd() {
  TakePunct(";");
  if (!IsAtEnd()) return std::unexpected(Unexpected("the end of the command"));
  return true;
}

Parsed<std::vector<std::string>> Cursor::ExpectNames() {
  return ReadList(*this, [this] { return ExpectName(); });
}

Parsed<std::vector<std::string>> Cursor::ExpectStrings() {
  return ReadList(*this, [this] { return ExpectString(); });
}

Parsed<std::string> Cursor::ExpectEnclosed(std::string_view open, std::string_view close) {
  std::size_t const begin = Peek().end;
  TRY_ASSIGN([[maybe_unused]] bool const opened, ExpectPunct(open));
  for (int depth = 1; !IsAtEnd(); Skip()) {
    if (IsPunct(open)) ++depth;
    if (IsPunct(close)) --depth;
    if (depth > 0) continue;
    std::string text(source_.substr(begin, Peek().begin - begin));
    Skip();
    return text;
  }
  return std::unexpected(Unexpected(close));
}

SyntaxError Cursor::Unexpected(std::string_view expected) const {
  std::string const found =
      IsAtEnd() ? "the end"
                : fmt::format("'{}'", source_.substr(Peek().begin, Peek().end - Peek().begin));
  return {Peek().begin, fmt::format("expected {}, found {}", expected, found)};
}

}  // namespace adxf::emulator::kusto
