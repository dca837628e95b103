#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>

namespace adxf::emulator {

struct Estate;
struct Call;
struct Fault;

/// Everything that the side door shows of the estate; no secrets.
nlohmann::json StateJson(Estate& estate);
nlohmann::json CallJson(Call const& call);
nlohmann::json FaultJson(Fault const& fault);
nlohmann::json SettingsJson(Estate const& estate);

}  // namespace adxf::emulator
