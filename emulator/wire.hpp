#pragma once

#include "emulator/names.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace adxf::emulator {

/// A request as a value, so that handlers need no socket.
struct WireRequest {
  std::string method{};
  std::string path{};   ///< as sent, percent-encoded, without query
  std::string query{};  ///< as sent, without '?'
  ByName<std::string> headers{};
  std::string body{};
  bool is_local = true;  ///< came from the same machine; the side door answers no others

  [[nodiscard]] std::string Header(std::string_view name) const;
  /// A query parameter, decoded; names compare in any casing. Empty if absent.
  [[nodiscard]] std::string Parameter(std::string_view name) const;
  [[nodiscard]] std::string Target() const { return query.empty() ? path : path + "?" + query; }
};

/// An answer, and what the call log tells about it.
struct WireReply {
  int status = 200;
  ByName<std::string> headers{};
  std::string body{};
  std::string operation{};
  std::string cluster{};
  std::string app_id{};
  bool is_write = false;
  bool was_accepted = false;
};

std::string PercentDecode(std::string_view text);
/// Encodes all but unreserved characters.
std::string PercentEncode(std::string_view text);
/// Splits on '/', decodes each part, drops empty ones.
std::vector<std::string> PathParts(std::string_view path);
/// application/x-www-form-urlencoded, as a map.
ByName<std::string> ParseForm(std::string_view text);

WireReply JsonReply(int status, nlohmann::json const& body);

}  // namespace adxf::emulator
