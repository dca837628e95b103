#include "kube/api_client.hpp"

#include "kube/slim_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::kube {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostMessage = 1024;

std::string TextAt(Json const& object, char const* key) {
  if (!object.is_object()) return {};
  auto const found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Code CodeFor(int http_status, std::string const& reason) {
  if (http_status == 410 || reason == "Expired" || reason == "Gone") return Code::kConflict;
  switch (http_status) {
    case 400:
    case 405:
    case 406:
    case 413:
    case 415:
    case 422: return Code::kInvalid;
    case 401: return Code::kUnauthorized;
    case 403: return Code::kForbidden;
    case 404: return Code::kNotFound;
    case 409: return Code::kConflict;
    case 429: return Code::kThrottled;
    default: return http_status >= 500 ? Code::kUnavailable : Code::kInvalid;
  }
}

/// Whole seconds only: the API server sends no dates. Anything else is ignored.
std::optional<std::chrono::seconds> ParseSeconds(std::string_view text) {
  if (text.empty() || text.size() > 6) return std::nullopt;
  long seconds = 0;
  for (char const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    seconds = seconds * 10 + (c - '0');
  }
  return std::chrono::seconds(seconds);
}

std::optional<std::chrono::seconds> RetryAfterIn(Json const& status) {
  auto const pointer = Json::json_pointer("/details/retryAfterSeconds");
  if (!status.is_object() || !status.contains(pointer)) return std::nullopt;
  auto const& value = status.at(pointer);
  if (!value.is_number_integer() || value.get<long long>() <= 0) return std::nullopt;
  return std::chrono::seconds(value.get<long long>());
}

std::string What(std::string_view verb, ResourceType const& type, ObjectKey const& key) {
  std::string what(verb);
  what += " " + type.plural;
  if (!key.name.empty()) return what + " " + ToString(key);
  if (!key.ns.empty()) what += " in " + key.ns;
  return what;
}

/// The API server reports a `test` that does not hold as 422 with its generic sentence and nothing
/// else; validation errors, also 422, name the object and the field (seen on 1.36).
bool IsFailedTest(Error const& error) {
  return error.http_status == 422 &&
         error.message.ends_with("the server rejected our request due to an error in our request");
}

}  // namespace

bool IsGone(Error const& error) { return error.http_status == 410; }

Error ErrorFromStatus(Json const& status, int http_status, std::string_view what) {
  int code = http_status;
  if (status.is_object() && status.contains("code") && status["code"].is_number_integer())
    code = status["code"].get<int>();
  Error error;
  error.service_code = TextAt(status, "reason");
  if (error.service_code == "Expired" || error.service_code == "Gone") code = 410;
  error.http_status = code;
  error.code = CodeFor(code, error.service_code);
  auto text = TextAt(status, "message");
  if (text.empty()) text = "the API server answered " + std::to_string(code);
  if (text.size() > kMostMessage) text.resize(kMostMessage);
  error.message = std::string(what) + ": " + text;
  error.retry_after = RetryAfterIn(status);
  return error;
}

Error ErrorFromResponse(http::Response const& response, std::string_view what) {
  auto body = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  // A proxy in between may answer with a page of HTML or with JSON of its own; only a Status is
  // quoted.
  if (!body.is_object() || TextAt(body, "kind") != "Status") body = Json::object();
  body.erase("code");  // the HTTP status is what the server meant
  auto error = ErrorFromStatus(body, response.status, what);
  if (!error.retry_after) error.retry_after = ParseSeconds(response.Header("Retry-After"));
  error.request_id = std::string(response.Header("Audit-Id"));
  return error;
}

Result<Json> ParseObject(std::string_view text) {
  auto object = Json::parse(SlimText(text), nullptr, /*allow_exceptions=*/false);
  if (!object.is_object())
    return Fail(Code::kUnavailable, "the API server's answer is not a JSON object");
  return object;
}

ApiClient::ApiClient(http::Transport& transport, std::string server_url)
    : transport_(transport), server_url_(std::move(server_url)) {}

Result<Json> ApiClient::Send(http::Request const& request, http::CallContext const& call,
                             std::string_view what) {
  TRY_ASSIGN(auto const response, transport_.Send(request, call));
  if (!response.IsSuccess()) return Failure(ErrorFromResponse(response, what));
  return ParseObject(response.body);
}

Result<Json> ApiClient::Get(ResourceType const& type, ObjectKey const& key,
                            http::CallContext const& call) {
  return Send(GetRequest(server_url_, type, key), call, What("get", type, key));
}

Result<Json> ApiClient::GetMetadata(ResourceType const& type, ObjectKey const& key,
                                    http::CallContext const& call) {
  return Send(GetMetadataRequest(server_url_, type, key), call, What("get", type, key));
}

Result<Json> ApiClient::List(ResourceType const& type, ListPage const& page,
                             http::CallContext const& call) {
  return Send(ListRequest(server_url_, type, page), call,
              What("list", type, {.ns = page.ns, .name = {}}));
}

Result<Json> ApiClient::Create(ResourceType const& type, std::string const& ns, Json const& object,
                               http::CallContext const& call) {
  return Send(CreateRequest(server_url_, type, ns, object), call,
              What("create", type, {.ns = ns, .name = {}}));
}

Result<Json> ApiClient::PutStatus(ResourceType const& type, ObjectKey const& key,
                                  std::string const& object, http::CallContext const& call) {
  return Send(StatusPut(server_url_, type, key, object), call,
              What("update the status of", type, key));
}

Result<Json> ApiClient::Patch(ResourceType const& type, ObjectKey const& key, Json const& patch,
                              http::CallContext const& call) {
  auto patched = Send(PatchRequest(server_url_, type, key, patch), call, What("patch", type, key));
  if (!patched && IsFailedTest(patched.error())) {
    auto error = std::move(patched).error();
    error.code = Code::kConflict;
    return Failure(std::move(error));
  }
  return patched;
}

}  // namespace adxf::kube
