#include "azure/json_fields.hpp"

#include "model/text.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace adxf::azure {

nlohmann::json const& At(nlohmann::json const& object, std::string_view member) {
  static nlohmann::json const kNull;
  if (!object.is_object()) return kNull;
  auto const found = object.find(member);
  return found == object.end() ? kNull : *found;
}

std::string TextAt(nlohmann::json const& object, std::string_view member) {
  auto const& value = At(object, member);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::int64_t> NumberOf(nlohmann::json const& value) {
  if (value.is_number_unsigned()) {
    auto const number = value.get<std::uint64_t>();
    return number <= INT64_MAX ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    constexpr double kLimit = 9.0e15;  // Whole numbers are exact up to here.
    auto const number = value.get<double>();
    if (!std::isfinite(number) || std::abs(number) > kLimit) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (!value.is_string()) return std::nullopt;
  auto const& text = value.get_ref<std::string const&>();
  std::int64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                  : std::nullopt;
}

std::optional<std::int64_t> NumberAt(nlohmann::json const& object, std::string_view member) {
  return NumberOf(At(object, member));
}

bool FlagOf(nlohmann::json const& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value == 1;
  return value.is_string() && (value == "true" || value == "True" || value == "1");
}

bool FlagAt(nlohmann::json const& object, std::string_view member) {
  return FlagOf(At(object, member));
}

std::vector<std::string> TextsAt(nlohmann::json const& object, std::string_view member) {
  std::vector<std::string> texts;
  auto const& value = At(object, member);
  if (!value.is_array()) return texts;
  for (auto const& item : value) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

}  // namespace adxf::azure
