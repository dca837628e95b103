#include "emulator/kusto/parser/parser.hpp"

#include "base/result.hpp"

#include <algorithm>
#include <array>

namespace adxf::emulator::kusto {
namespace {

constexpr std::array kHeadWords{std::string_view("follower"),
                                std::string_view("database"),
                                std::string_view("databases"),
                                std::string_view("cluster"),
                                std::string_view("table"),
                                std::string_view("tables"),
                                std::string_view("inline"),
                                std::string_view("materialized-view"),
                                std::string_view("materialized-views"),
                                std::string_view("principals")};
constexpr std::size_t kMaxHeadWords = 3;

Parsed<Command> ParseVerb(Cursor& cursor) {
  if (cursor.Peek().kind != TokenKind::kWord)
    return std::unexpected(cursor.Unexpected("a command"));
  std::string const verb = Lower(cursor.Peek().text);
  cursor.Skip();
  bool const is_follower =
      cursor.IsWord("follower") &&
      (verb == "show" || verb == "add" || verb == "drop" || verb == "alter" || verb == "delete");
  if (is_follower) {
    cursor.Skip();
    return ParseFollower(cursor, verb);
  }
  if (verb == "show") return ParseShow(cursor);
  return ParseWrite(cursor, verb);
}

}  // namespace

Parsed<Command> ParseCommand(std::string_view text) {
  TRY_ASSIGN(std::vector<Token> tokens, Tokenize(text));
  Cursor cursor(text, std::move(tokens));
  TRY_ASSIGN([[maybe_unused]] bool const dot, cursor.ExpectPunct("."));
  TRY_ASSIGN(Command command, ParseVerb(cursor));
  TRY_ASSIGN([[maybe_unused]] bool const end, cursor.ExpectEnd());
  return command;
}

bool IsCommand(std::string_view text) {
  auto const tokens = Tokenize(text);
  if (tokens) return tokens->front().kind == TokenKind::kPunct && tokens->front().text == ".";
  auto const first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '.';
}

std::string CommandHead(std::string_view text) {
  auto const tokens = Tokenize(text);
  if (!IsCommand(text)) return "query";
  if (!tokens || tokens->size() < 3) return "unreadable";
  std::string head = "." + Lower((*tokens)[1].text);
  for (std::size_t i = 2; i < std::min(tokens->size(), kMaxHeadWords + 1); ++i) {
    auto const word = Lower((*tokens)[i].text);
    if ((*tokens)[i].kind != TokenKind::kWord) break;
    if (i > 2 && std::ranges::find(kHeadWords, word) == kHeadWords.end()) break;
    head += " " + word;
  }
  return head;
}

Parsed<DatabaseRole> ExpectRole(Cursor& cursor) {
  Token const& token = cursor.Peek();
  if (token.kind == TokenKind::kWord && (token.text.ends_with('s') || token.text.ends_with('S'))) {
    auto const role =
        ParseDatabaseRole(std::string_view(token.text).substr(0, token.text.size() - 1));
    if (role) {
      cursor.Skip();
      return *role;
    }
  }
  return std::unexpected(cursor.Unexpected("a role"));
}

}  // namespace adxf::emulator::kusto
