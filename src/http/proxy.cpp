#include "http/proxy.hpp"

#include "http/request.hpp"
#include "http/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace adxf::http {
namespace {

/// Four or sixteen bytes in network order.
struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;
};

std::optional<Address> ParseAddress(std::string text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.size = 16;
  return address;
}

bool IsInRange(Address const& address, std::string_view range) {
  auto const slash = range.find('/');
  auto const base = ParseAddress(std::string(range.substr(0, slash)));
  if (!base || base->size != address.size) return false;
  auto const length = range.substr(slash + 1);
  std::size_t bits = 0;
  auto const [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (error != std::errc{} || end != length.data() + length.size() || bits > 8 * base->size)
    return false;
  for (std::size_t i = 0; i < bits; ++i) {
    auto const difference = address.bytes.at(i / 8) ^ base->bytes.at(i / 8);
    if (((difference >> (7 - i % 8)) & 1) != 0) return false;
  }
  return true;
}

/// "name" fits itself and what is below, ".name" and "*.name" only what is below.
bool IsNamed(std::string_view host, std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(1);
  if (name.starts_with('.')) return host.size() > name.size() && host.ends_with(name);
  return host == name || (host.ends_with(name) && host.size() > name.size() &&
                          host[host.size() - name.size() - 1] == '.');
}

bool IsException(std::string_view host, std::string_view port, std::string_view entry) {
  if (entry == "*") return true;
  auto const address = ParseAddress(std::string(host));
  if (entry.find('/') != std::string_view::npos) return address && IsInRange(*address, entry);
  if (auto const wanted = ParseAddress(std::string(entry))) {
    return address && address->size == wanted->size && address->bytes == wanted->bytes;
  }
  auto const colon = entry.rfind(':');
  bool const has_port =
      colon != std::string_view::npos && colon + 1 < entry.size() &&
      std::ranges::all_of(entry.substr(colon + 1), [](char c) { return c >= '0' && c <= '9'; });
  if (!has_port) return IsNamed(host, entry);
  if (entry.substr(colon + 1) != port) return false;
  return IsException(host, port, entry.substr(0, colon));
}

bool IsLinkLocal(std::string_view host) {
  auto const address = ParseAddress(std::string(host));
  return address && (IsInRange(*address, "169.254.0.0/16") || IsInRange(*address, "fe80::/10"));
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return lower;
}

/// "%40" as "@"; nothing for a broken escape.
std::optional<std::string> Decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    auto const [end, error] = std::from_chars(&text[i + 1], &text[i + 1] + 2, value, 16);
    if (error != std::errc{} || end != &text[i + 1] + 2) return std::nullopt;
    result += static_cast<char>(value);
    i += 2;
  }
  return result;
}

Result<void> ReadUser(std::string_view text, Proxy& proxy) {
  auto const colon = text.find(':');
  auto user = Decoded(text.substr(0, colon));
  auto password =
      Decoded(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
  if (!user || !password) {
    return Fail(Code::kInvalid,
                "user or password of the proxy holds a % that begins no escape; write it as %25");
  }
  proxy.user = Secret(std::move(*user));
  proxy.password = Secret(std::move(*password));
  return {};
}

}  // namespace

Proxy Proxy::Clone() const {
  return {.url = url, .user = user.Clone(), .password = password.Clone(), .exceptions = exceptions};
}

bool Proxy::Serves(std::string_view origin) const {
  auto const host = HostOf(origin);
  if (url.empty() || host.empty() || IsLoopbackHost(host) || IsLinkLocal(host)) return false;
  auto const port = origin.substr(origin.rfind(':') + 1);
  return std::ranges::none_of(
      exceptions, [&](std::string const& entry) { return IsException(host, port, Lower(entry)); });
}

Result<Proxy> ParseProxy(std::string_view text) {
  Proxy proxy;
  if (text.empty()) return proxy;
  auto const mark = text.find("://");
  auto const scheme = mark == std::string_view::npos ? "http" : Lower(text.substr(0, mark));
  if (scheme != "http") {
    return Fail(Code::kInvalid,
                "only proxies at http:// are supported, which tunnel TLS unread; give such a one");
  }
  if (mark != std::string_view::npos) text.remove_prefix(mark + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  if (auto const at = text.rfind('@'); at != std::string_view::npos) {
    if (auto read = ReadUser(text.substr(0, at), proxy); !read)
      return std::unexpected(std::move(read).error());
    text.remove_prefix(at + 1);
  }
  proxy.url = OriginOf("http://" + std::string(text));
  if (proxy.url.empty())
    return Fail(Code::kInvalid, "the proxy is no host; give it like http://proxy.example:3128");
  return proxy;
}

}  // namespace adxf::http
