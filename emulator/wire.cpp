#include "emulator/wire.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cctype>
#include <charconv>

namespace adxf::emulator {

namespace {

/// Calls `take(part)` for each piece between separators.
template <class Take>
void Split(std::string_view text, char separator, Take take) {
  while (true) {
    auto const end = text.find(separator);
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::string DecodeFormPart(std::string_view text) {
  std::string spaced(text);
  for (auto& c : spaced) {
    if (c == '+') c = ' ';
  }
  return PercentDecode(spaced);
}

}  // namespace

std::string WireRequest::Header(std::string_view name) const {
  auto const found = headers.find(name);
  return found == headers.end() ? std::string{} : found->second;
}

std::string WireRequest::Parameter(std::string_view name) const {
  auto const parameters = ParseForm(query);
  auto const found = parameters.find(name);
  return found == parameters.end() ? std::string{} : found->second;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    bool const has_two = text[i] == '%' && i + 2 < text.size();
    auto const* const first = text.data() + i + 1;
    if (has_two && std::from_chars(first, first + 2, value, 16).ptr == first + 2) {
      decoded += static_cast<char>(value);
      i += 2;
      continue;
    }
    decoded += text[i];
  }
  return decoded;
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  for (char const c : text) {
    bool const plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::vector<std::string> PathParts(std::string_view path) {
  std::vector<std::string> parts;
  Split(path, '/', [&](std::string_view part) {
    if (!part.empty()) parts.push_back(PercentDecode(part));
  });
  return parts;
}

ByName<std::string> ParseForm(std::string_view text) {
  ByName<std::string> form;
  if (text.empty()) return form;
  Split(text, '&', [&](std::string_view pair) {
    auto const equals = pair.find('=');
    auto const value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    form.insert_or_assign(DecodeFormPart(pair.substr(0, equals)), DecodeFormPart(value));
  });
  return form;
}

WireReply JsonReply(int status, nlohmann::json const& body) {
  WireReply reply;
  reply.status = status;
  reply.headers["Content-Type"] = "application/json; charset=utf-8";
  reply.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return reply;
}

}  // namespace adxf::emulator
