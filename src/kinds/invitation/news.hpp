#pragma once

#include "kinds/data_share/types.hpp"
#include "kinds/invitation/types.hpp"
#include "runtime/store.hpp"

namespace adxf::invitation {

/// Whether the DataShare shows the consumer of a changed Invitation otherwise than is known by now,
/// so that it has to look again. It is held against what the DataShare shows, and not against the
/// Invitation before the change: the store shows the operator's own writes before the watch brings
/// them.
[[nodiscard]] bool IsNewsFor(data_share::DataShare const& share,
                             runtime::Change<Invitation> const& change);

}  // namespace adxf::invitation
