#include "http/request.hpp"

#include <algorithm>
#include <optional>

namespace adxf::http {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), Lower);
  return result;
}

struct Authority {
  std::string scheme{};
  std::string host{};  ///< With brackets when it is an IPv6 address.
  std::string port{};
};

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool IsAddressCharacter(char c) {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

bool IsPort(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.starts_with('0') ||
      !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  return std::stoi(std::string(text)) <= 65535;
}

/// Length of the host at the front of `authority`, 0 when there is none that is well-formed.
std::size_t HostLength(std::string_view authority) {
  if (!authority.starts_with('[')) {
    auto const end = std::min(authority.find(':'), authority.size());
    return std::ranges::all_of(authority.substr(0, end), IsHostCharacter) ? end : 0;
  }
  auto const close = authority.find(']');
  if (close == std::string_view::npos || close < 3) return 0;
  return std::ranges::all_of(authority.substr(1, close - 1), IsAddressCharacter) ? close + 1 : 0;
}

/// Strict on purpose: whatever is unusual here could be read otherwise by the library that opens
/// the connection.
std::optional<Authority> ParseAuthority(std::string_view url) {
  auto const scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  Authority result{.scheme = Lowered(url.substr(0, scheme_end))};
  if (result.scheme != "http" && result.scheme != "https") return std::nullopt;
  url.remove_prefix(scheme_end + 3);
  std::string const authority = Lowered(url.substr(0, url.find_first_of("/?#")));
  auto const length = HostLength(authority);
  if (length == 0) return std::nullopt;
  result.host = authority.substr(0, length);
  std::string_view const rest = std::string_view(authority).substr(length);
  result.port = result.scheme == "https" ? "443" : "80";
  if (rest.empty()) return result;
  if (!rest.starts_with(':') || !IsPort(rest.substr(1))) return std::nullopt;
  result.port = std::to_string(std::stoi(std::string(rest.substr(1))));
  return result;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

bool HeaderLess::operator()(std::string_view a, std::string_view b) const {
  return std::ranges::lexicographical_compare(a, b,
                                              [](char x, char y) { return Lower(x) < Lower(y); });
}

std::string_view ToString(Method method) {
  switch (method) {
    case Method::kGet: return "GET";
    case Method::kPut: return "PUT";
    case Method::kPost: return "POST";
    case Method::kPatch: return "PATCH";
    case Method::kDelete: return "DELETE";
  }
  return "GET";
}

bool Request::IsRepeatable() const {
  if (repeatable != Repeatable::kByMethod) return repeatable != Repeatable::kNo;
  return method != Method::kPost && method != Method::kPatch;
}

bool Request::IsMutating() const {
  bool const reads_by_post = method == Method::kPost && repeatable == Repeatable::kYes;
  return method != Method::kGet && !reads_by_post;
}

std::string_view Response::Header(std::string_view name) const {
  auto const found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string OriginOf(std::string_view url) {
  auto const parsed = ParseAuthority(url);
  return parsed ? parsed->scheme + "://" + parsed->host + ":" + parsed->port : std::string();
}

std::string HostOf(std::string_view url) {
  auto parsed = ParseAuthority(url);
  return parsed ? std::move(parsed->host) : std::string();
}

std::string EncodeComponent(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (char const c : text) {
    if (IsUnreserved(c)) {
      result += c;
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    result += '%';
    result += kHex[byte >> 4];
    result += kHex[byte & 0xf];
  }
  return result;
}

std::string QueryString(std::vector<std::pair<std::string, std::string>> const& parameters) {
  std::string result;
  for (auto const& [name, value] : parameters) {
    result += result.empty() ? '?' : '&';
    result += EncodeComponent(name) + "=" + EncodeComponent(value);
  }
  return result;
}

}  // namespace adxf::http
