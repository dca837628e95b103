#pragma once

#include "azure/kusto_table.hpp"
#include "base/result.hpp"

namespace adxf::azure {

/// Reply of commands that change something: that they succeeded. What they changed shows at the
/// cluster's next schema refresh, so it is read back later and not taken from their answer.
struct Done {
  bool operator==(Done const&) const = default;
};

inline Result<Done> ParseDone(KustoTable const& /*table*/) { return Done{}; }

}  // namespace adxf::azure
