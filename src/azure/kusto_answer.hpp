#pragma once

#include "azure/kusto_table.hpp"
#include "base/result.hpp"
#include "http/request.hpp"

namespace adxf::azure {

/// The result table of a successful v1 or v2 answer, or the failure that it carries in spite of its
/// status: OneApiErrors in a row, HasErrors in v2, Severity <= 2 in a status table. kUnavailable
/// when it cannot be read.
Result<KustoTable> ReadKustoAnswer(http::Response const& response);

}  // namespace adxf::azure
