#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reading of JSON that others wrote: nothing here throws, whatever the shape.
namespace adxf::azure {

/// The member, or a null value when `object` is no object or has no such member. Lives as long as
/// `object`.
nlohmann::json const& At(nlohmann::json const& object, std::string_view member);

/// The member's text; "" when it is absent or no text.
std::string TextAt(nlohmann::json const& object, std::string_view member);
/// A whole number, also when written as text or as 3600.0.
std::optional<std::int64_t> NumberAt(nlohmann::json const& object, std::string_view member);
/// True for true, 1 and "true".
bool FlagAt(nlohmann::json const& object, std::string_view member);
/// The texts of an array; others are left out.
std::vector<std::string> TextsAt(nlohmann::json const& object, std::string_view member);

std::optional<std::int64_t> NumberOf(nlohmann::json const& value);
bool FlagOf(nlohmann::json const& value);

}  // namespace adxf::azure
