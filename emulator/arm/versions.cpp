#include "emulator/arm/versions.hpp"

#include "emulator/arm/context.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace adxf::emulator::arm {

namespace {

using Versions = std::span<std::string_view const>;

constexpr std::array<std::string_view, 8> kKusto{"2022-02-01", "2022-07-07", "2022-11-11",
                                                 "2022-12-29", "2023-05-02", "2023-08-15",
                                                 "2024-04-13", "2025-02-14"};
constexpr std::array<std::string_view, 2> kDataShare{"2020-09-01", "2021-08-01"};
constexpr std::array<std::string_view, 3> kAuthorization{"2015-07-01", "2018-07-01", "2022-04-01"};
constexpr std::array<std::string_view, 3> kInsights{"2018-01-01", "2023-10-01", "2024-02-01"};
constexpr std::array<std::string_view, 9> kResources{"2016-06-01", "2018-05-01", "2019-10-01",
                                                     "2020-01-01", "2021-01-01", "2021-04-01",
                                                     "2022-09-01", "2022-12-01", "2024-03-01"};

constexpr std::array<std::pair<std::string_view, Versions>, 5> kProviders{
    {{"Microsoft.Kusto", kKusto},
     {"Microsoft.DataShare", kDataShare},
     {"Microsoft.Authorization", kAuthorization},
     {"Microsoft.Insights", kInsights},
     {"Microsoft.Resources", kResources}}};

}  // namespace

Versions VersionsOf(std::string_view provider) {
  auto const* const found = std::ranges::find_if(
      kProviders, [&](auto const& entry) { return SameName(entry.first, provider); });
  return found == kProviders.end() ? Versions{} : found->second;
}

std::optional<WireReply> CheckVersion(std::string_view provider, std::string_view type,
                                      std::string const& version) {
  if (version.empty()) {
    return ErrorReply(
        400, "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.");
  }
  auto const versions = VersionsOf(provider);
  if (std::ranges::find(versions, version) != versions.end()) return std::nullopt;
  auto const supported = fmt::format("{}", fmt::join(versions, ", "));
  if (provider == "Microsoft.Resources") {
    return ErrorReply(
        400, "InvalidApiVersionParameter",
        fmt::format("The api-version '{}' is invalid. The supported versions are '{}'.", version,
                    supported));
  }
  return ErrorReply(400, "NoRegisteredProviderFound",
                    fmt::format("No registered resource provider found for location '' and API "
                                "version '{}' for type '{}'. The "
                                "supported api-versions are '{}'.",
                                version, type, supported));
}

WireReply NotRegistered(std::string_view provider) {
  constexpr auto kCode = "MissingSubscriptionRegistration";
  auto const message = fmt::format(
      "The subscription is not registered to use namespace '{}'. See https://aka.ms/rps-not-found "
      "for how to register subscriptions.",
      provider);
  return JsonReply(
      409, {{"error",
             {{"code", kCode},
              {"message", message},
              {"details", {{{"code", kCode}, {"target", provider}, {"message", message}}}}}}});
}

}  // namespace adxf::emulator::arm
