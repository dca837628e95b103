#include "azure/csl.hpp"

#include "azure/utf8.hpp"
#include "base/time_format.hpp"

#include <algorithm>
#include <optional>

namespace adxf::azure {
namespace {

constexpr std::size_t kLongestName = 1024;

bool IsControl(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

Result<std::u32string> Readable(std::string_view what, std::string_view text) {
  auto decoded = DecodeUtf8(text);
  if (!decoded) return Fail(Code::kInvalid, std::string(what) + " is not valid UTF-8");
  if (std::ranges::any_of(*decoded, IsControl)) {
    return Fail(Code::kInvalid,
                std::string(what) + " holds a control character, such as a line break; remove it");
  }
  return std::move(*decoded);
}

void AppendEscaped(std::string& out, char16_t unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kDigits[(static_cast<unsigned>(unit) >> shift) & 0xfU];
}

/// ASCII as it is but for quotes and backslashes; the rest as UTF-16 units, so that no reader can
/// disagree about it.
std::string Quote(std::string_view text) {
  std::string quoted = "'";
  auto const decoded = DecodeUtf8(text);  // Parse has seen to it that it decodes.
  for (char32_t const c : decoded.value_or(std::u32string())) {
    if (c == U'\'' || c == U'"' || c == U'\\') {
      quoted += '\\';
      quoted += static_cast<char>(c);
    } else if (c < 0x80) {
      quoted += static_cast<char>(c);
    } else if (c < 0x10000) {
      AppendEscaped(quoted, static_cast<char16_t>(c));
    } else {
      auto const rest = static_cast<std::uint32_t>(c) - 0x10000U;
      AppendEscaped(quoted, static_cast<char16_t>(0xd800U + (rest >> 10U)));
      AppendEscaped(quoted, static_cast<char16_t>(0xdc00U + (rest & 0x3ffU)));
    }
  }
  return quoted + "'";
}

}  // namespace

Result<Entity> Entity::Parse(std::string_view name) {
  TRY_ASSIGN(auto const decoded, Readable("the name", name));
  if (decoded.empty()) return Fail(Code::kInvalid, "the name is empty");
  if (decoded.size() > kLongestName)
    return Fail(Code::kInvalid, "the name has more than 1024 characters");
  if (name.starts_with("__") || name.ends_with("__")) {
    return Fail(Code::kInvalid, "the name '" + std::string(name) +
                                    "' starts or ends with two underscores, which Kusto reserves");
  }
  return Entity(name);
}

std::string Entity::Quoted() const { return "[" + Quote(name_) + "]"; }

Result<Literal> Literal::Parse(std::string_view text) {
  TRY_ASSIGN([[maybe_unused]] auto const decoded, Readable("the text", text));
  return Literal(text);
}

std::string Literal::Quoted() const { return Quote(text_); }

std::string TimespanLiteral::Quoted() const { return "time(" + value_.ToKusto() + ")"; }

std::string DateTimeLiteral::Quoted() const {
  return "datetime(" + FormatRfc3339Micros(value_) + ")";
}

Result<PrincipalLiteral> PrincipalLiteral::Of(model::Principal const& principal) {
  return Parse(principal.ToFqn());
}

Result<PrincipalLiteral> PrincipalLiteral::Parse(std::string_view fully_qualified_name) {
  TRY_ASSIGN(auto literal, Literal::Parse(fully_qualified_name));
  if (literal.Text().empty()) return Fail(Code::kInvalid, "the principal is empty");
  return PrincipalLiteral(std::move(literal));
}

std::string Csl::Fill(std::string_view format, std::string const* quoted) {
  std::string text;
  for (auto place = format.find("{}"); place != std::string_view::npos; place = format.find("{}")) {
    text.append(format.substr(0, place)).append(*quoted++);
    format.remove_prefix(place + 2);
  }
  return text.append(format);
}

}  // namespace adxf::azure
