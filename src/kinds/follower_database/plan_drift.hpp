#pragma once

#include "base/clock.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/types.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Drift: what was as declared, and others changed. It is put right, told, and counted; one field
/// that has to be put right again and again is left to a person.
namespace adxf::follower_database {

/// How often one field is put right within kContentionSpan before the operator stops.
inline constexpr std::size_t kMostCorrections = 5;
inline constexpr auto kContentionSpan = std::chrono::hours(1);

/// True when a difference can only come from others: the object was Ready with this very spec, and
/// the database was there then. What the status tells of drift goes on being drift.
bool IsDrift(FollowerDatabase const& want, PolicyKey const& key);

/// True when the field was put right too often of late, or was given up on and still differs.
bool IsContended(FollowerDatabase const& want, Observed const& seen, PolicyKey const& key,
                 TimePoint now);
Problem Contended(CoveredChange const& difference);

/// The differences as `status.drift` tells them; those that were there before keep their time.
std::vector<Drift> DescribeDrift(FollowerDatabase const& want,
                                 std::vector<CoveredChange> const& differences, TimePoint now);

/// Events about changes that were made and that nobody asked for just then. A vanished attachment
/// has an event of its own.
std::vector<EventNote> EventsAbout(std::vector<CoveredChange> const& changes);

/// "Sales/caching.database", or "sharing.tables" for what concerns the whole attachment.
std::string PathOf(PolicyKey const& key);

/// The same changes as the log tells them.
std::vector<kinds::FieldChange> ChangesOf(std::vector<CoveredChange> const& covers);

/// The field without what it is about: "caching.tables" for "caching.tables/events". Few values, as
/// a label of a metric needs.
std::string_view FamilyOf(PolicyKey const& key);

}  // namespace adxf::follower_database
