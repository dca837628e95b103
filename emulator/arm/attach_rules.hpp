#pragma once

#include "emulator/state.hpp"

#include <optional>

/// What may follow what: the rules of an attachment, however it is asked for.
namespace adxf::emulator::arm {

/// What Azure knows at once, before it starts an operation: clusters, regions, limits.
std::optional<ServiceError> RefuseAtOnce(Estate const& estate, Cluster const& follower,
                                         Attachment const& wanted);

/// What comes to light while the operation runs, as things stood before it: another leader or
/// database under the name, a leader that is stopped or lacks the database, keys, names.
std::optional<ServiceError> RefuseLater(Estate const& estate, Cluster const& follower,
                                        Attachment const& wanted);

/// The 409 for a cluster that is not running.
std::optional<ServiceError> RefuseStopped(Cluster const& cluster);

}  // namespace adxf::emulator::arm
