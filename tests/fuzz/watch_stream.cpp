// What the API server sends: pieces of a stream, lines, events, lists, and the objects in them.
#include "fuzz/fuzz.hpp"
#include "http/line_buffer.hpp"
#include "kinds/data_share/types.hpp"
#include "kinds/follower_database/types.hpp"
#include "kinds/invitation/types.hpp"
#include "kube/api_client.hpp"
#include "kube/lease.hpp"
#include "kube/watcher.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace adxf {
namespace {

using nlohmann::json;

/// Cut anywhere, the lines are those that are there.
std::vector<std::string> Received(std::string_view stream, std::size_t piece) {
  http::LineBuffer buffer;
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    buffer.Append(stream.substr(at, piece));
    while (auto line = buffer.Take()) lines.push_back(std::move(*line));
  }
  lines.push_back(buffer.TakeRest().value_or(""));
  return lines;
}

void Decode(json const& object) {
  static_cast<void>(kube::KeyOfObject(object));
  static_cast<void>(kube::DecodeLease(object));
  static_cast<void>(follower_database::DecodeFollowerDatabase(object));
  static_cast<void>(data_share::DecodeDataShare(object));
  static_cast<void>(invitation::DecodeInvitation(object));
  static_cast<void>(kube::ErrorFromStatus(object, 0, "watch"));
}

void Check(std::string_view input) {
  if (input.empty()) return;
  auto const piece = static_cast<std::size_t>(static_cast<unsigned char>(input.front())) + 1;
  auto const stream = input.substr(1);
  auto const lines = Received(stream, piece);
  fuzz::Require(lines == fuzz::Lines(stream), "a stream is cut at its newlines and nowhere else");
  for (auto const& line : lines) {
    auto const object = kube::ParseObject(line);
    if (!object) continue;
    Decode(*object);
    if (auto const inner = object->find("object"); inner != object->end()) Decode(*inner);
    if (auto const items = object->find("items"); items != object->end() && items->is_array())
      std::ranges::for_each(*items, Decode);
  }
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
