#include "emulator/kusto/parser/string_literal.hpp"
#include "emulator/kusto/parser/token.hpp"
#include "emulator/names.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace adxf::emulator::kusto {
namespace {

constexpr std::array kTypedLiterals{
    std::string_view("datetime"), std::string_view("date"), std::string_view("timespan"),
    std::string_view("time"),     std::string_view("long"), std::string_view("int"),
    std::string_view("real"),     std::string_view("bool"), std::string_view("guid")};

bool IsLetter(char symbol) {
  return (symbol >= 'a' && symbol <= 'z') || (symbol >= 'A' && symbol <= 'Z') || symbol == '_';
}
bool IsDigit(char symbol) { return symbol >= '0' && symbol <= '9'; }
bool IsQuote(char symbol) { return symbol == '\'' || symbol == '"'; }
bool IsBlank(char symbol) {
  return symbol == ' ' || symbol == '\t' || symbol == '\r' || symbol == '\n';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Parsed<Token> Next() {
    SkipBlanks();
    std::size_t const begin = at_;
    auto token = Read();
    if (!token) return token;
    token->begin = begin;
    token->end = at_;
    return token;
  }

 private:
  [[nodiscard]] char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void SkipBlanks() {
    while (at_ < text_.size()) {
      if (IsBlank(Peek())) {
        ++at_;
        continue;
      }
      if (Peek() != '/' || Peek(1) != '/') return;
      at_ = std::min(text_.find('\n', at_), text_.size());
    }
  }

  Parsed<Token> Read() {
    if (at_ >= text_.size()) return Token{};
    char const symbol = Peek();
    if (IsQuote(symbol) || (symbol == '@' && IsQuote(Peek(1)))) return ReadString();
    if ((symbol == 'h' || symbol == 'H') &&
        (IsQuote(Peek(1)) || (Peek(1) == '@' && IsQuote(Peek(2))))) {
      ++at_;
      return ReadString();
    }
    if (IsLetter(symbol)) return ReadWord();
    if (IsDigit(symbol)) return ReadLiteral();
    if (symbol == '[') return ReadBracket();
    return ReadPunctuation();
  }

  Parsed<Token> ReadString() {
    bool const is_verbatim = Peek() == '@';
    if (is_verbatim) ++at_;
    auto literal = is_verbatim ? ReadVerbatimString(text_, at_) : ReadEscapedString(text_, at_);
    if (!literal) return std::unexpected(literal.error());
    at_ = literal->end;
    return Token{TokenKind::kString, std::move(literal->value)};
  }

  Parsed<Token> ReadWord() {
    std::size_t const begin = at_;
    while (IsLetter(Peek()) || IsDigit(Peek()) || (Peek() == '-' && IsLetter(Peek(1)))) ++at_;
    std::string word(text_.substr(begin, at_ - begin));
    if (auto typed = ReadTyped(word)) return *typed;
    return Token{TokenKind::kWord, std::move(word)};
  }

  /// `datetime(2024-01-01)` is one literal: what the parentheses hold is not Kusto tokens.
  std::optional<Token> ReadTyped(std::string const& word) {
    std::string type = Lower(word);
    if (std::ranges::find(kTypedLiterals, type) == kTypedLiterals.end()) return std::nullopt;
    std::size_t open = at_;
    while (open < text_.size() && IsBlank(text_[open])) ++open;
    if (open >= text_.size() || text_[open] != '(') return std::nullopt;
    std::size_t const close = text_.find(')', open);
    if (close == std::string_view::npos) return std::nullopt;
    at_ = close + 1;
    return Token{TokenKind::kTyped, std::move(type),
                 std::string(text_.substr(open + 1, close - open - 1))};
  }

  Parsed<Token> ReadLiteral() {
    std::size_t const begin = at_;
    auto const word = [this] {
      while (IsLetter(Peek()) || IsDigit(Peek())) ++at_;
    };
    word();
    if (Peek() == '.' && IsDigit(Peek(1))) {
      ++at_;
      word();
    }
    return Token{TokenKind::kLiteral, std::string(text_.substr(begin, at_ - begin))};
  }

  /// `['name']`; any other bracket is punctuation.
  Parsed<Token> ReadBracket() {
    std::size_t const begin = at_;
    ++at_;
    SkipBlanks();
    bool const is_name = IsQuote(Peek()) || (Peek() == '@' && IsQuote(Peek(1)));
    if (!is_name) {
      at_ = begin + 1;
      return Token{TokenKind::kPunct, "["};
    }
    auto name = ReadString();
    if (!name) return name;
    SkipBlanks();
    if (Peek() != ']') return std::unexpected(SyntaxError{at_, "expected ] behind a quoted name"});
    ++at_;
    name->kind = TokenKind::kName;
    return name;
  }

  Parsed<Token> ReadPunctuation() {
    auto const two = text_.substr(at_, 2);
    if (two == "<|") {
      std::string rest(text_.substr(at_ + 2));
      at_ = text_.size();
      return Token{TokenKind::kRest, std::move(rest)};
    }
    auto const symbol = static_cast<unsigned char>(Peek());
    if (symbol < 0x20 || symbol == 0x7F)
      return std::unexpected(SyntaxError{at_, "unexpected control character"});
    std::size_t const width = two == ".." ? 2 : 1;
    std::string text(text_.substr(at_, width));
    at_ += width;
    return Token{TokenKind::kPunct, std::move(text)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Parsed<std::vector<Token>> Tokenize(std::string_view text) {
  Lexer lexer(text);
  std::vector<Token> tokens;
  do {
    auto token = lexer.Next();
    if (!token) return std::unexpected(token.error());
    tokens.push_back(std::move(*token));
  } while (tokens.back().kind != TokenKind::kEnd);
  return tokens;
}

TextPosition PositionOf(std::string_view text, std::size_t offset) {
  TextPosition place;
  for (char const symbol : text.substr(0, offset)) {
    ++place.position;
    if (symbol != '\n') continue;
    ++place.line;
    place.position = 1;
  }
  return place;
}

}  // namespace adxf::emulator::kusto
