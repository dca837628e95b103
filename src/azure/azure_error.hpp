#pragma once

#include "base/error.hpp"
#include "http/request.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace adxf::azure {

/// What helps against an error of Azure.
enum class ErrorClass {
  kRetry,        ///< Soon, with ordinary back-off.
  kRetrySlowly,  ///< In minutes: another operation, maintenance, throttling, a grant that takes
                 ///< time.
  kWaitForDependency,  ///< When something else is there: a cluster that starts, a database, a role.
  kFatal,              ///< Not before somebody changes the input or Azure.
};

/// One row of the tables: what a code of the service means.
struct KnownError {
  std::string_view service_code;
  ErrorClass error_class;
  Code code;
  std::string_view why;
};

/// Sorted by service code, without duplicates.
std::span<KnownError const> ArmErrorTable();
std::span<KnownError const> KustoErrorTable();

/// By the service's code, else by HTTP status, else by our own code.
ErrorClass Classify(Error const& error);

/// An ARM or Data Share error answer as an Error; accepts the wrapped and the unwrapped body, and
/// bodies that are neither.
Error ArmErrorFrom(http::Response const& response);
/// A code and a text of ARM found inside an answer that is itself a success (operation status).
Error ArmErrorFrom(std::string_view service_code, std::string_view text);
/// A Kusto error answer (OneApiErrors) as an Error.
Error KustoErrorFrom(http::Response const& response);
/// One OneApiError (wrapped or not) found inside `response`, which may itself be a success.
Error KustoErrorFrom(nlohmann::json const& api_error, http::Response const& response);

/// Forbidden, but no role would help: a policy, or a lock.
bool IsForbiddenToAll(Error const& error);

/// A 404 that says that the thing itself is gone, and not, say, that the subscription cannot be
/// seen.
bool SaysGone(Error const& error);

/// Text of a service made fit for a status: control characters become spaces, at most 1 KiB, cut
/// between characters.
std::string CleanText(std::string_view text);
/// How long the service asks to wait; nothing for zero and for what cannot be read.
std::optional<std::chrono::seconds> RetryAfterOf(http::Response const& response);
/// The id to quote to Azure's support, from the answer's headers; "" if none.
std::string RequestIdOf(http::Response const& response);

}  // namespace adxf::azure
