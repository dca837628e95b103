#include "azure/managed_identity.hpp"

#include "azure/azure_error.hpp"
#include "azure/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;

// Microsoft's guidance for this endpoint, as its own clients follow it.
constexpr std::array<std::chrono::seconds, 3> kPauses{1s, 2s, 4s};
constexpr auto kRenewalPause = 10s;
constexpr auto kLongestTry = 10s;
constexpr auto kLongLife = 2h;
constexpr std::string_view kPath = "/metadata/identity/oauth2/token";

http::Request BuildRequest(ManagedIdentityTokens::Client const& client, std::string_view scope) {
  constexpr std::string_view kDefault = "/.default";
  if (scope.ends_with(kDefault)) scope.remove_suffix(kDefault.size());
  std::vector<std::pair<std::string, std::string>> query{{"api-version", "2018-02-01"},
                                                         {"resource", std::string(scope)}};
  if (!client.client_id.empty()) query.emplace_back("client_id", client.client_id);
  std::string_view host = client.host;
  while (host.ends_with('/')) host.remove_suffix(1);
  return {.method = http::Method::kGet,
          .url = std::string(host) + std::string(kPath) + http::QueryString(query),
          .headers = {{"Accept", "application/json"}, {"Metadata", "true"}},
          .operation = "Token",
          .service = "imds"};
}

bool PassesSoon(Result<http::Response> const& outcome) {
  if (!outcome) {
    return outcome.error().code == Code::kUnavailable || outcome.error().code == Code::kDeadline;
  }
  auto const status = outcome->status;
  return status == 404 || status == 408 || status == 429 || status >= 500;
}

/// The endpoint's own text is left out: it can quote what was sent.
Error RefusalFrom(http::Response const& response, ManagedIdentityTokens::Client const& client) {
  auto const who = client.client_id.empty() ? std::string("the machine's managed identity")
                                            : "managed identity " + client.client_id;
  Error error{
      .code = Code::kUnauthorized,
      .message = "no token for " + who + " (HTTP " + std::to_string(response.status) + "): ",
      .retry_after = RetryAfterOf(response),
      .http_status = response.status};
  if (response.status == 429) {
    error.code = Code::kThrottled;
    error.message += "it will be tried again";
  } else if (response.status >= 500 || response.status == 404 || response.status == 408) {
    error.code = Code::kUnavailable;
    error.message += "it will be tried again";
  } else if (response.status == 403) {
    error.message +=
        "something between this pod and the metadata endpoint refuses it; let the pod reach " +
        client.host;
  } else if (client.client_id.empty()) {
    error.message +=
        "assign an identity to the machine, or name one of several with azure.clientId";
  } else {
    error.message += "assign the identity to the machine, or correct azure.clientId";
  }
  return error;
}

/// Figures beyond a week, or before now, are cut: they come from outside, and are added to.
TimePoint EndOf(nlohmann::json const& body, TimePoint now) {
  constexpr auto kLongest = std::chrono::seconds(std::chrono::days(7)).count();
  auto life = NumberAt(body, "expires_in").value_or(0);
  if (auto const epoch = NumberAt(body, "expires_on")) {
    auto const today =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    life = std::clamp<std::int64_t>(*epoch, today, today + kLongest) - today;
  }
  return now + std::chrono::seconds(std::clamp<std::int64_t>(life, 0, kLongest));
}

}  // namespace

ManagedIdentityTokens::ManagedIdentityTokens(http::Transport& transport, Cloud const& cloud,
                                             Clock& clock, Client client)
    : transport_(transport),
      cloud_(cloud),
      clock_(clock),
      client_(std::move(client)),
      known_client_id_(client_.client_id) {}

Result<AccessToken> ManagedIdentityTokens::Get(std::string const& scope,
                                               http::CallContext const& call) {
  if (auto checked = cloud_.CheckMetadataHost(client_.host); !checked)
    return std::unexpected(std::move(checked).error());
  if (auto renewal = Renewal()) return Failure(*renewal);
  auto const reply = Ask(BuildRequest(client_, scope), call);
  if (!reply) {
    return std::unexpected(reply.error().Because(
        "asking the metadata endpoint for a token of the managed identity (is this a machine in "
        "Azure, and may the pod reach " +
        client_.host + "?)"));
  }
  if (reply->status == 410) return Failure(NoteRenewal());
  if (!reply->IsSuccess()) return Failure(RefusalFrom(*reply, client_));
  return Read(*reply);
}

std::string ManagedIdentityTokens::ClientId() const {
  std::lock_guard const lock(mutex_);
  return known_client_id_;
}

Result<http::Response> ManagedIdentityTokens::Ask(http::Request const& request,
                                                  http::CallContext const& call) {
  for (std::size_t attempt = 0;; ++attempt) {
    // Where there is no such endpoint, packets to it may vanish.
    auto once = call;
    once.deadline = std::min<SteadyPoint>(call.deadline, clock_.Steady() + kLongestTry);
    auto outcome = transport_.Send(request, once);
    if (!PassesSoon(outcome) || attempt == kPauses.size()) return outcome;
    auto const again = clock_.Steady() + kPauses.at(attempt);
    if (again >= call.deadline) return outcome;
    if (!clock_.WaitUntil(again, call.stop))
      return Fail(Code::kCancelled, "asked to stop while waiting to try again");
  }
}

std::optional<Error> ManagedIdentityTokens::Renewal() const {
  std::lock_guard const lock(mutex_);
  auto const left = renewed_at_ - clock_.Steady();
  if (left <= SteadyPoint::duration::zero()) return std::nullopt;
  return Error{.code = Code::kUnavailable,
               .message =
                   "the metadata endpoint is being renewed, which takes up to 70 s; it will "
                   "be tried again",
               .retry_after = std::chrono::ceil<std::chrono::seconds>(left),
               .http_status = 410};
}

Error ManagedIdentityTokens::NoteRenewal() {
  {
    std::lock_guard const lock(mutex_);
    renewed_at_ = clock_.Steady() + kRenewalPause;
  }
  return Renewal().value_or(Error{.code = Code::kUnavailable});
}

Result<AccessToken> ManagedIdentityTokens::Read(http::Response const& response) {
  auto const body = nlohmann::json::parse(response.body, nullptr, false);
  auto token = TextAt(body, "access_token");
  auto const now = clock_.Now();
  auto const ends = EndOf(body, now);
  if (token.empty() || ends <= now) {
    return Fail(Code::kUnavailable,
                "the metadata endpoint answered without a usable token; it will be tried again");
  }
  if (client_.client_id.empty()) {
    std::lock_guard const lock(mutex_);
    known_client_id_ = TextAt(body, "client_id");
  }
  AccessToken result{.value = Secret(std::move(token)), .expires_at = ends};
  // These live for a day; what is new about the identity should show before the next.
  if (ends - now > kLongLife) result.refresh_at = now + (ends - now) / 2;
  return result;
}

}  // namespace adxf::azure
