#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace adxf::emulator::kusto {

using Json = nlohmann::ordered_json;

/// As text; bytes that are not UTF-8 are replaced, since messages echo what was sent.
inline std::string Dump(Json const& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

struct ResultColumn {
  std::string name{};
  std::string type = "string";  ///< Kusto scalar type: string, bool, long, datetime, timespan,
                                ///< guid, dynamic, real, int
};

/// What a command or query answers, before it is put into a wire format.
struct ResultTable {
  std::vector<ResultColumn> columns{};
  std::vector<Json>
      rows{};  ///< Each an array, as long as `columns`; an object where it carries errors.
  bool is_truncated = false;  ///< More rows than the service hands out: ends in a partial failure.

  /// Keeps the named columns only, in the order given.
  [[nodiscard]] ResultTable Select(std::vector<std::string_view> const& names) const;
};

}  // namespace adxf::emulator::kusto
