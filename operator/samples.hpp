#pragma once

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "kinds/data_share/types.hpp"
#include "kinds/follower_database/lag_book.hpp"
#include "kinds/follower_database/types.hpp"
#include "kinds/invitation/types.hpp"
#include "runtime/store.hpp"

#include <vector>

namespace adxf::app {

/// The per-object gauges (conditions, attached databases, grants, lag), built from what is known at
/// scrape time, so that they go with their object.
std::vector<Sample> ObjectSamples(runtime::Store<follower_database::FollowerDatabase> const& store,
                                  follower_database::LagBook const& lag, TimePoint now);

/// Conditions of DataShares and Invitations, and how many invitations and consumers there are by
/// state.
std::vector<Sample> ProviderSamples(runtime::Store<data_share::DataShare> const& shares,
                                    runtime::Store<invitation::Invitation> const& invitations);

}  // namespace adxf::app
