#pragma once

#include "emulator/kusto/failure.hpp"
#include "emulator/kusto/result_table.hpp"

#include <string>
#include <string_view>

/// The wire formats of the data plane.
namespace adxf::emulator::kusto {

/// What identifies one request in its answer.
struct RequestIds {
  std::string client_request_id{};
  std::string activity_id{};
  std::string timestamp{};
  std::string cluster{};
  std::string database{};
};

std::string EncodeCommandV1(ResultTable const& table);  ///< One table.
std::string EncodeQueryV1(
    ResultTable const& table,
    RequestIds const& ids);  ///< Result, properties, status, table of contents.
std::string EncodeQueryV2(ResultTable const& table, RequestIds const& ids);  ///< Frames.
std::string EncodeFailure(KustoFailure const& failure, RequestIds const& ids);

// Failures inside HTTP 200, for queries that hit a limit and for injected faults: the last row is
// an object with OneApiErrors, and a query's status says so too.

std::string EncodePartialFailureV1(ResultTable const& table, KustoFailure const& failure,
                                   RequestIds const& ids);
std::string EncodePartialCommandV1(ResultTable const& table, KustoFailure const& failure,
                                   RequestIds const& ids);
std::string EncodePartialFailureV2(ResultTable const& table, KustoFailure const& failure,
                                   RequestIds const& ids);
/// A body that was cut: never JSON.
std::string EncodeMalformed(std::string_view body);

/// The failure of a query whose result is larger than the service hands out.
KustoFailure LimitsExceeded();

}  // namespace adxf::emulator::kusto
