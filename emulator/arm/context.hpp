#pragma once

#include "emulator/state.hpp"
#include "emulator/wire.hpp"

#include <nlohmann/json_fwd.hpp>

#include <expected>
#include <string>
#include <string_view>

namespace adxf::emulator::arm {

/// One ARM request on its way to its handler: routed, authorised, throttled.
struct Context {
  Estate& estate;
  Caller const& caller;
  WireRequest const& request;
  ByName<std::string> params{};  ///< what the route's {names} matched, decoded
  std::string api_version{};
  Cluster* cluster = nullptr;  ///< set where the route names one

  [[nodiscard]] std::string const& Param(std::string_view name) const;
  [[nodiscard]] TimePoint Now() const { return estate.Now(); }
};

WireReply ErrorReply(ServiceError const& error);
WireReply ErrorReply(int status, std::string code, std::string message);
WireReply NotFound(std::string_view type, std::string_view name, std::string_view group);

/// The body as a JSON object, or the 400 that ARM answers.
std::expected<nlohmann::json, WireReply> JsonBody(Context const& context);

/// "westus2" as ARM shows it in a GET: "West US 2".
std::string DisplayLocation(Estate const& estate, std::string_view location);
/// "West US 2" -> "westus2".
std::string ShortLocation(std::string_view location);

/// A string member of an object, empty if absent; never throws on another type.
std::string Text(nlohmann::json const& object, std::string_view key);

}  // namespace adxf::emulator::arm
