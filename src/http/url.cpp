#include "http/url.hpp"

#include "http/request.hpp"

#include <algorithm>

namespace adxf::http {

bool IsLoopbackHost(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

Result<std::string> PathAndQueryOf(std::string_view url) {
  if (OriginOf(url).empty()) return Fail(Code::kInvalid, "not an absolute http or https URL");
  bool const is_encoded =
      std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
  if (!is_encoded)
    return Fail(Code::kInvalid, "the URL holds characters that must be percent-encoded");
  auto const start = url.find_first_of("/?#", url.find("://") + 3);
  if (start == std::string_view::npos) return "/";
  std::string const path(url.substr(start, url.find('#') - start));
  // Some parsers would read "//x" as a host.
  if (path.starts_with("//")) return Fail(Code::kInvalid, "the URL's path starts with two slashes");
  return path.starts_with('/') ? path : "/" + path;
}

}  // namespace adxf::http
