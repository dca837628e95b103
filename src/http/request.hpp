#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adxf::http {

/// Header names compare without case (RFC 9110, section 5.1).
struct HeaderLess {
  // NOLINTNEXTLINE(readability-identifier-naming): the name that std::map looks for
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using Headers = std::map<std::string, std::string, HeaderLess>;

enum class Method { kGet, kPut, kPost, kPatch, kDelete };
std::string_view ToString(Method method);

/// Whether sending the request twice leaves the same state as sending it once. A POST is kYes only
/// when it reads; kRefusedTwice when it makes something of a name that only this request gives.
enum class Repeatable { kByMethod, kYes, kNo, kRefusedTwice };

/// A request as a value: built by pure functions, sent by a Transport.
struct Request {
  Method method = Method::kGet;
  std::string url{};  ///< Absolute, percent-encoded.
  Headers headers{};
  std::string body{};
  std::string operation{};  ///< Low-cardinality name for metrics and logs:
                            ///< "AttachedDatabaseConfigurations_Get".
  std::string service{};    ///< "arm", "kusto", "entra", "kubernetes".
  Repeatable repeatable =
      Repeatable::kByMethod;  ///< kByMethod: POST and PATCH are not, the others are.

  [[nodiscard]] bool IsRepeatable() const;
  /// Whether it may change anything: all but GET, and POST that is marked repeatable.
  [[nodiscard]] bool IsMutating() const;
};

/// Any HTTP answer, error statuses included: a status is a value here and becomes an Error one
/// floor up.
struct Response {
  int status = 0;
  Headers headers{};
  std::string body{};

  /// The header's value or "".
  [[nodiscard]] std::string_view Header(std::string_view name) const;
  [[nodiscard]] bool IsSuccess() const { return status >= 200 && status < 300; }
};

/// Scheme, host and port of a URL, lower case, default port spelled out: "https://host:443".
/// Empty when `url` is not absolute http or https, or holds user information.
std::string OriginOf(std::string_view url);
/// Host part only, lower case, without port; "" when there is none.
std::string HostOf(std::string_view url);

/// Percent-encodes everything but RFC 3986 unreserved characters.
std::string EncodeComponent(std::string_view text);
/// "?a=b&c=d" with encoded values, or "" for none.
std::string QueryString(std::vector<std::pair<std::string, std::string>> const& parameters);

}  // namespace adxf::http
