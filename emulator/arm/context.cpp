#include "emulator/arm/context.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace adxf::emulator::arm {

std::string const& Context::Param(std::string_view name) const {
  static std::string const kNone;
  auto const found = params.find(name);
  return found == params.end() ? kNone : found->second;
}

WireReply ErrorReply(ServiceError const& error) {
  return ErrorReply(error.status, error.code, error.message);
}

WireReply ErrorReply(int status, std::string code, std::string message) {
  return JsonReply(status,
                   {{"error", {{"code", std::move(code)}, {"message", std::move(message)}}}});
}

WireReply NotFound(std::string_view type, std::string_view name, std::string_view group) {
  return ErrorReply(404, "ResourceNotFound",
                    fmt::format("The Resource '{}/{}' under resource group '{}' was not found.",
                                type, name, group));
}

std::expected<nlohmann::json, WireReply> JsonBody(Context const& context) {
  auto body = nlohmann::json::parse(context.request.body, nullptr, false);
  if (body.is_discarded() || !body.is_object()) {
    return std::unexpected(ErrorReply(400, "InvalidRequestContent",
                                      "The request content was invalid and could not be "
                                      "deserialized: a JSON object is expected."));
  }
  return body;
}

std::string ShortLocation(std::string_view location) {
  auto text = Lower(location);
  std::erase(text, ' ');
  return text;
}

std::string DisplayLocation(Estate const& estate, std::string_view location) {
  auto const found = estate.settings.region_names.find(ShortLocation(location));
  return found == estate.settings.region_names.end() ? std::string(location) : found->second;
}

std::string Text(nlohmann::json const& object, std::string_view key) {
  if (!object.is_object()) return {};
  auto const found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace adxf::emulator::arm
