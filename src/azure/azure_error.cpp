#include "azure/azure_error.hpp"

#include "azure/json_fields.hpp"
#include "base/time_format.hpp"
#include "http/retry_after.hpp"
#include "model/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace adxf::azure {
namespace {

constexpr std::size_t kLongestText = 1024;
constexpr std::size_t kLongestCode = 128;

KnownError const* Find(std::span<KnownError const> table, std::string_view service_code) {
  auto const found = std::ranges::lower_bound(table, service_code, {}, &KnownError::service_code);
  return found != table.end() && found->service_code == service_code ? &*found : nullptr;
}

Code CodeOfStatus(int status) {
  switch (status) {
    case 401: return Code::kUnauthorized;
    case 403: return Code::kForbidden;
    case 404: return Code::kNotFound;
    case 409: return Code::kConflict;
    case 429: return Code::kThrottled;
    case 408:
    case 412:
    case 425: return Code::kUnavailable;
    default: break;
  }
  if (status >= 500) return Code::kUnavailable;
  if (status >= 400) return Code::kInvalid;
  return Code::kUnavailable;  // 3xx is never followed, 1xx and a wrong 2xx are no answer.
}

/// Microsoft.Kusto puts the class of a refusal in front of its text, "[Conflict] Cluster …".
std::optional<Code> CodeOfBracket(std::string_view text) {
  if (text.starts_with("[Conflict]")) return Code::kConflict;
  if (text.starts_with("[BadRequest]")) return Code::kInvalid;
  if (text.starts_with("[Forbidden]")) return Code::kForbidden;
  if (text.starts_with("[NotFound]")) return Code::kNotFound;
  if (text.starts_with("[InternalServerError]") || text.starts_with("[ServiceUnavailable]"))
    return Code::kUnavailable;
  return std::nullopt;
}

std::string Sentence(std::string_view service_code, std::string_view text) {
  if (text.empty()) return std::string(service_code);
  if (service_code.empty()) return std::string(text);
  return std::string(service_code) + ": " + std::string(text);
}

std::string CleanCode(std::string_view service_code) {
  return CleanText(service_code).substr(0, kLongestCode);
}

std::string StatusText(int status) {
  return "HTTP " + std::to_string(status) + " without a readable error";
}

ErrorClass ClassOf(Code code) {
  switch (code) {
    case Code::kConflict:
    case Code::kUnavailable:
    case Code::kCancelled:
    case Code::kDeadline: return ErrorClass::kRetry;
    case Code::kThrottled:
    case Code::kUnauthorized:
    case Code::kForbidden: return ErrorClass::kRetrySlowly;
    case Code::kNotFound: return ErrorClass::kWaitForDependency;
    case Code::kInvalid:
    case Code::kInternal: break;
  }
  return ErrorClass::kFatal;
}

/// "KustoRequestDeniedException" of "Kusto.DataNode.Exceptions.KustoRequestDeniedException".
std::string LastPart(std::string const& dotted) { return dotted.substr(dotted.rfind('.') + 1); }

}  // namespace

ErrorClass Classify(Error const& error) {
  auto const* known = Find(ArmErrorTable(), error.service_code);
  if (known == nullptr) known = Find(KustoErrorTable(), error.service_code);
  // A status or @permanent that says "may pass" outweighs the table.
  if (known == nullptr || (known->error_class == ErrorClass::kFatal && error.IsTransient()))
    return ClassOf(error.code);
  return known->error_class;
}

Error ArmErrorFrom(std::string_view service_code, std::string_view text) {
  Error error{.code = Code::kInvalid, .service_code = CleanCode(service_code)};
  if (auto const* known = Find(ArmErrorTable(), error.service_code)) {
    error.code = known->code;
  } else if (auto const bracket = CodeOfBracket(text)) {
    error.code = *bracket;
  }
  error.message = CleanText(Sentence(error.service_code, text));
  return error;
}

Error ArmErrorFrom(http::Response const& response) {
  auto const body = nlohmann::json::parse(response.body, nullptr, false);
  auto const& wrapped = At(body, "error");
  auto const& inner = wrapped.is_object() ? wrapped : body;
  Error error{.code = CodeOfStatus(response.status),
              .service_code = CleanCode(TextAt(inner, "code")),
              .request_id = RequestIdOf(response),
              .retry_after = RetryAfterOf(response),
              .http_status = response.status};
  auto const text = TextAt(inner, "message");
  if (auto const* known = Find(ArmErrorTable(), error.service_code)) {
    // A throttled or broken answer stays what its status says, whatever code it carries.
    if (response.status != 429 && response.status < 500) error.code = known->code;
  } else if (auto const bracket = CodeOfBracket(text); bracket && response.status == 400) {
    error.code = *bracket;
  }
  error.message = CleanText(Sentence(error.service_code, text));
  if (error.message.empty()) error.message = StatusText(response.status);
  return error;
}

Error KustoErrorFrom(http::Response const& response) {
  auto const body = nlohmann::json::parse(response.body, nullptr, false);
  return KustoErrorFrom(At(body, "error"), response);
}

Error KustoErrorFrom(nlohmann::json const& api_error, http::Response const& response) {
  auto const& wrapped = At(api_error, "error");
  auto const& inner = wrapped.is_object() ? wrapped : api_error;
  Error error{.code = response.IsSuccess() ? Code::kInvalid : CodeOfStatus(response.status),
              .service_code = CleanCode(TextAt(inner, "code")),
              .request_id = RequestIdOf(response),
              .retry_after = RetryAfterOf(response),
              .http_status = response.status};
  auto const type = LastPart(TextAt(inner, "@type"));
  auto const* known = Find(KustoErrorTable(), error.service_code);
  if (known == nullptr || known->service_code == "General_BadRequest") {
    if (auto const* by_type = Find(KustoErrorTable(), type)) known = by_type;
  }
  auto const& permanent = At(inner, "@permanent");
  bool const may_pass = permanent.is_boolean() && !permanent.get<bool>();
  if (known != nullptr) {
    error.code = known->code;
    error.service_code = known->service_code;
  }
  if (error.code == Code::kInvalid && may_pass) error.code = Code::kUnavailable;
  auto text = TextAt(inner, "@message");
  if (text.empty()) text = TextAt(inner, "message");
  error.message = CleanText(Sentence(error.service_code, text));
  if (error.message.empty()) error.message = StatusText(response.status);
  return error;
}

std::string CleanText(std::string_view text) {
  std::string clean;
  clean.reserve(std::min(text.size(), kLongestText));
  for (char const c : text) {
    bool const is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (!is_control)
      clean += c;
    else if (!clean.empty() && clean.back() != ' ')
      clean += ' ';
  }
  return model::Shorten(clean, kLongestText);
}

std::optional<std::chrono::seconds> RetryAfterOf(http::Response const& response) {
  // A date is taken against the answer's own clock; without one it says nothing to us. Reading that
  // clock costs, and what is no date has no colon.
  bool const may_be_date = response.Header("Retry-After").contains(':');
  auto const sent_at = may_be_date ? ParseHttpDate(response.Header("Date")) : std::nullopt;
  auto const wait = http::RetryAfterSeconds(response, sent_at.value_or(TimePoint::max()));
  return wait && wait->count() > 0 ? wait : std::nullopt;
}

std::string RequestIdOf(http::Response const& response) {
  for (auto const* name : {"x-ms-correlation-request-id", "x-ms-request-id", "x-ms-activity-id",
                           "x-ms-client-request-id"}) {
    if (auto const id = response.Header(name); !id.empty()) return CleanText(id);
  }
  return {};
}

bool IsForbiddenToAll(Error const& error) {
  return error.service_code == "RequestDisallowedByPolicy" || error.service_code == "ScopeLocked";
}

bool SaysGone(Error const& error) {
  static std::set<std::string, std::less<>> const kCodes{
      "ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"};
  // Data Share has numbers: "3000" for a share, "7001" for an invitation (seen in recordings).
  bool const is_number = !error.service_code.empty() &&
                         error.service_code.find_first_not_of("0123456789") == std::string::npos;
  return error.code == Code::kNotFound && (is_number || kCodes.contains(error.service_code));
}

}  // namespace adxf::azure
