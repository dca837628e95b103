#include "http/request.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <system_error>

namespace adxf::http {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), Lower);
  return result;
}

struct Authority {
  std::string_view scheme{};
  std::string host{};  ///< In lower case; with brackets when it is an IPv6 address.
  std::string_view port{};
};

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool IsAddressCharacter(char c) {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

bool IsPort(std::string_view text) {
  int number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && text.size() <= 5 &&
         text.front() >= '1' && text.front() <= '9' && number <= 65535;
}

/// "http" or "https"; "" for any other.
std::string_view SchemeOf(std::string_view text) {
  for (std::string_view const known : {"https", "http"}) {
    if (std::ranges::equal(text, known, {}, Lower)) return known;
  }
  return {};
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
  Authority result{.scheme = SchemeOf(url.substr(0, scheme_end))};
  if (result.scheme.empty()) return std::nullopt;
  url.remove_prefix(scheme_end + 3);
  auto const authority = url.substr(0, url.find_first_of("/?#"));
  result.host = Lowered(authority);
  auto const length = HostLength(result.host);
  if (length == 0) return std::nullopt;
  result.host.resize(length);
  auto const rest = authority.substr(length);
  result.port = result.scheme == "https" ? "443" : "80";
  if (rest.empty()) return result;
  if (!rest.starts_with(':') || !IsPort(rest.substr(1))) return std::nullopt;
  result.port = rest.substr(1);
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
  if (!parsed) return {};
  std::string origin;
  origin.reserve(parsed->scheme.size() + parsed->host.size() + parsed->port.size() + 4);
  return origin.append(parsed->scheme)
      .append("://")
      .append(parsed->host)
      .append(":")
      .append(parsed->port);
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
