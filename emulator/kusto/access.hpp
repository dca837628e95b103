#pragma once

#include "emulator/kusto/failure.hpp"
#include "emulator/kusto/session.hpp"

#include <string_view>

namespace adxf::emulator::kusto {

/// What a command needs on a database. ARM roles give none of these.
enum class Right {
  kAny,       ///< Any role at all.
  kMetadata,  ///< User, Viewer or Monitor.
  kRead,      ///< User, Viewer, UnrestrictedViewer.
  kIngest,    ///< Ingestor.
  kCreate,    ///< User.
  kAdmin,
};

/// By roles on the cluster and by the grants in force on the database.
bool HasRight(Session const& session, std::string_view database, Right right);
/// On every database, present and future.
bool HasClusterRight(Session const& session, Right right);

/// Refuses with 403 unless the caller has the right. `what` completes "is not authorized to".
Outcome<bool> Require(Session const& session, std::string_view database, Right right,
                      std::string_view what);

/// FQN of the caller, for messages.
std::string CallerName(Caller const& caller);

}  // namespace adxf::emulator::kusto
