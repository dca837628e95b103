#pragma once

#include "base/clock.hpp"
#include "base/sample_sink.hpp"
#include "kinds/data_share/types.hpp"
#include "kinds/follower_database/lag_book.hpp"
#include "kinds/follower_database/types.hpp"
#include "kinds/invitation/types.hpp"
#include "runtime/store.hpp"

namespace adxf::app {

/// The per-object gauges (conditions, attached databases, grants, drift, lag), built from what is
/// known at scrape time, so that they go with their object. In order of namespace and name.
void ObjectSamples(runtime::Store<follower_database::FollowerDatabase> const& store,
                   follower_database::LagBook const& lag, TimePoint now, SampleSink& out);

/// Conditions of DataShares and Invitations, and how many invitations and consumers there are by
/// state.
void ProviderSamples(runtime::Store<data_share::DataShare> const& shares,
                     runtime::Store<invitation::Invitation> const& invitations, SampleSink& out);

}  // namespace adxf::app
