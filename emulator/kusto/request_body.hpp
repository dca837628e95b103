#pragma once

#include "emulator/kusto/failure.hpp"
#include "emulator/kusto_endpoint.hpp"

#include <string>

namespace adxf::emulator::kusto {

/// The parts of a request that matter here, from the body of a POST or the query of a GET.
struct Statement {
  std::string database{};
  std::string text{};
  std::string client_request_id{};  ///< Of the header, else of the properties; may be empty.
  bool is_read_only = false;        ///< `request_readonly`, or the header `x-ms-readonly`.
};

Outcome<Statement> ReadStatement(KustoRequest const& request);

}  // namespace adxf::emulator::kusto
