#pragma once

#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <optional>
#include <string>
#include <vector>

/// What of a share is mapped onto the follower cluster, and which databases there came of it.
namespace adxf::follower_database {

/// The data sets of the share that the object wants.
std::vector<SeenSource const*> WantedSources(FollowerDatabase const& want, Observed const& seen);

/// Why not all that is wanted can be had; none where it can.
std::optional<Problem> SourceProblem(FollowerDatabase const& want, Observed const& seen);

/// The mapping of a data set, on whatever cluster; null without.
SeenMapping const* MappingOf(Observed const& seen, SeenSource const& source);

/// True where the mapping shows the data set's databases, or is about to.
bool IsMapped(SeenMapping const& mapping);

/// Why a data set cannot be mapped onto the follower cluster; none where it can, or is.
std::optional<Problem> MappingProblem(FollowerDatabase const& want, Observed const& seen,
                                      SeenSource const& source);

/// Mappings onto the follower cluster that the object made or took over: to be removed when it
/// goes.
std::vector<SeenMapping const*> OurMappings(FollowerDatabase const& want, Observed const& seen);

/// Mappings onto the follower cluster that are the object's own and not wanted any more.
std::vector<SeenMapping const*> UnwantedMappings(FollowerDatabase const& want,
                                                 Observed const& seen);

/// The databases of the follower that came of one data set.
struct Resolved {
  SeenSource const* source = nullptr;
  std::vector<SeenDatabase const*> databases{};
  /// Attachments of several providers fit by name, or only those of another than the path names.
  bool is_ambiguous = false;
};

/// One for each wanted data set that is mapped. Data Share does not tell which attachment a mapping
/// made: it is found by origin, original name, and the provider's cluster by name.
std::vector<Resolved> ResolveMappings(FollowerDatabase const& want, Observed const& seen);

/// Fills `share` and `attachment` of the status.
void DescribeShare(Status& status, FollowerDatabase const& want, Observed const& seen);

}  // namespace adxf::follower_database
