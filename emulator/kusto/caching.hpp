#pragma once

#include "emulator/kusto/parser/command.hpp"
#include "emulator/kusto/session.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace adxf::emulator::kusto {

/// What holds where no policy is set at all: everything is hot.
CachingPolicy EverythingHot();

/// The policy set at that very level, after union, replace or none; nullopt where nothing is.
/// `name` is of a table or materialized view and ignored for the database.
std::optional<CachingPolicy> PolicyAt(DatabaseView const& view, TimePoint now, Scope scope,
                                      std::string_view name);

/// The policy in force: of the entity, else of the database, else everything is hot.
CachingPolicy EffectiveCaching(DatabaseView const& view, TimePoint now, Scope scope,
                               std::string_view name);

/// `{"DataHotSpan":{"Value":"7.00:00:00"},…}`; `null` for nullopt.
std::string CachingText(std::optional<CachingPolicy> const& policy);

}  // namespace adxf::emulator::kusto
