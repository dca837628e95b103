#pragma once

#include "emulator/datashare/place.hpp"

#include <nlohmann/json_fwd.hpp>

#include <expected>
#include <string_view>

namespace adxf::emulator::datashare {

/// Reads the body of a data set PUT. Refuses (400) other kinds than Kusto's, KustoTable before
/// 2021-08-01, members that are missing, and lists that Data Share does not have (functions).
std::expected<DataSet, ServiceError> ParseDataSet(nlohmann::json const& body,
                                                  std::string_view api_version);

/// The kind of a data set or of a mapping, or the 400.
std::expected<DataSetKind, ServiceError> KindOf(nlohmann::json const& body,
                                                std::string_view api_version);

}  // namespace adxf::emulator::datashare
