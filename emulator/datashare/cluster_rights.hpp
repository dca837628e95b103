#pragma once

#include "emulator/datashare/place.hpp"

#include <optional>
#include <string>

namespace adxf::emulator::datashare {

/// A Kusto cluster that a body names, for sharing from it or receiving on it.
struct ClusterUse {
  Account const& account;    ///< the Data Share account that will reach for it
  std::string cluster_id{};  ///< as sent
  std::string member{};      ///< of the body, for messages
};

/// Why the cluster cannot be used: it must exist, be registered for Data Share, and both the caller
/// and the account's own identity need Contributor on it (Data Share's documentation for the first,
/// what users of its API do for the second). The last refusal is ARM's own, passed on: it names the
/// identity that lacks the role.
std::optional<WireReply> RefuseCluster(Context const& context, ClusterUse const& use);

}  // namespace adxf::emulator::datashare
