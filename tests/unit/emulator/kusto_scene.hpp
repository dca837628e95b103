#pragma once

#include "emulator/kusto_endpoint.hpp"
#include "emulator/state.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace adxf::emulator {

inline constexpr TimePoint kStart{std::chrono::hours(24 * 365 * 50)};
inline constexpr char const* kTenant = "11111111-1111-4111-8111-111111111111";

/// A leader `corp` with database Sales (table Events, view Daily), followed by `reporting`; time
/// stands still and moves by hand. Ann administers both clusters, Bob and the group `analysts` (Ann
/// is no member, Eve is) have no role on their own.
struct KustoScene {
  Estate estate{};
  Caller const ann{kTenant, Guid(1), {}};
  Caller const bob{kTenant, Guid(2), {}};
  Caller const eve{kTenant, Guid(3), {}};

  KustoScene();

  static std::string Guid(std::uint64_t number) { return StableGuid("scene", number); }

  KustoReply Send(Caller const& caller, std::string const& cluster, std::string const& path,
                  nlohmann::json const& body);
  /// A control command on the follower; Settle is called before, as the server does.
  KustoReply Command(Caller const& caller, std::string const& text,
                     std::string const& database = "Sales");
  KustoReply LeaderCommand(std::string const& text);
  KustoReply Query(Caller const& caller, std::string const& text);

  /// The rows of a command sent by Ann, each a map from column to value.
  std::vector<nlohmann::json> Rows(std::string const& text,
                                   std::string const& cluster = "reporting");
  nlohmann::json FollowerRow() { return Rows(".show follower database Sales").at(0); }
  std::string TableCaching(std::string const& table);

  void Pass(std::chrono::milliseconds time);
  FollowedDatabase& Followed() { return estate.clusters.at("reporting").followed.at("Sales"); }
  Database& Leader() { return estate.clusters.at("corp").databases.at("Sales"); }
};

std::vector<nlohmann::json> RowsOf(std::string const& body);
nlohmann::json ErrorOf(KustoReply const& reply);

}  // namespace adxf::emulator
