#include "model/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace adxf::model {
namespace {

bool IsPlain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  if (std::ranges::all_of(text, IsPlain)) {
    out.append("\"").append(text).append("\"");
    return;
  }
  out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace adxf::model
