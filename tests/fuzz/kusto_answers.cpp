// Answers of Kusto, good and bad, in both versions.
#include "azure/azure_error.hpp"
#include "azure/kusto_answer.hpp"
#include "fuzz/fuzz.hpp"

namespace adxf {
namespace {

void Check(std::string_view input) {
  http::Response response{.status = 200, .body = std::string(input)};
  auto const table = azure::ReadKustoAnswer(response);
  fuzz::Require(table || table.error().message.size() < 4096, "messages stay short");
  for (auto const status : {400, 401, 403, 404, 429, 500, 503}) {
    response.status = status;
    fuzz::Require(azure::KustoErrorFrom(response).message.size() < 4096, "messages stay short");
    fuzz::Require(azure::ArmErrorFrom(response).message.size() < 4096, "messages stay short");
  }
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
