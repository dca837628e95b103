// Answers of ARM, of Data Share, of Azure Monitor and of Entra: what is read of a resource is what
// its own body says when it is written again.
#include "azure/arm_json.hpp"
#include "azure/entra.hpp"
#include "azure/metrics_json.hpp"
#include "azure/share_json.hpp"
#include "fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace adxf {
namespace {

using nlohmann::json;

TimePoint const kNow(std::chrono::seconds(1'767'225'600));

template <class T>
Result<T> Explained(Result<T> result) {
  fuzz::Require(result || (!result.error().message.empty() && result.error().message.size() < 4096),
                "what cannot be read is explained, and shortly");
  return result;
}

/// The resource that Azure would show for a body that was put.
json Shown(json body, std::string_view name) {
  body["name"] = name;
  return body;
}

void CheckArm(json const& resource) {
  if (auto const cluster = Explained(azure::ReadCluster(resource)))
    fuzz::Require(!cluster->id.Text().empty(), "a cluster has an id");
  if (auto const database = Explained(azure::ReadDatabase(resource)))
    fuzz::Require(
        !database->name.empty() && database->is_following != database->leader_id_key.empty(),
        "who follows has a leader, and who has a leader follows");
  static_cast<void>(Explained(azure::ReadFollower(resource)));
  if (auto const attachment = Explained(azure::ReadAttachment(resource))) {
    auto const again =
        azure::ReadAttachment(Shown(azure::AttachmentBody(attachment->spec), attachment->name));
    fuzz::Require(again && again->spec == attachment->spec, "an attachment reads back");
  }
}

void CheckProvider(json const& resource) {
  static_cast<void>(Explained(azure::ReadAccount(resource)));
  static_cast<void>(Explained(azure::ReadProviderSubscription(resource)));
  if (auto const share = Explained(azure::ReadShare(resource))) {
    auto const again = azure::ReadShare(Shown(azure::ShareBody(share->spec), share->name));
    fuzz::Require(again && again->spec == share->spec, "a share reads back");
  }
  auto const set = Explained(azure::ReadDataSet(resource));
  if (set && set->spec.kind != azure::DataSetKind::kOther) {
    auto const again = azure::ReadDataSet(Shown(azure::DataSetBody(set->spec), set->name));
    fuzz::Require(again && again->spec == set->spec, "a data set reads back");
  }
  if (auto invitation = Explained(azure::ReadInvitation(resource))) {
    // Sent in whole seconds; one before 1970 could have none that a TimePoint holds.
    auto& end = invitation->spec.expires_at;
    if (end) end = std::chrono::floor<std::chrono::seconds>(std::max(*end, TimePoint()));
    auto const again =
        azure::ReadInvitation(Shown(azure::InvitationBody(invitation->spec), invitation->name));
    fuzz::Require(again && again->spec == invitation->spec, "an invitation reads back");
  }
}

void CheckConsumer(json const& resource) {
  static_cast<void>(Explained(azure::ReadConsumerInvitation(resource)));
  static_cast<void>(Explained(azure::ReadShareSubscription(resource)));
  static_cast<void>(Explained(azure::ReadSourceDataSet(resource)));
  auto const mapping = Explained(azure::ReadMapping(resource));
  if (!mapping || mapping->kind == azure::DataSetKind::kOther) return;
  auto const again = azure::ReadMapping(Shown(azure::MappingBody(*mapping), mapping->name));
  fuzz::Require(again && again->cluster == mapping->cluster, "a mapping reads back");
}

void CheckLatency(json const& answer) {
  auto const latency = Explained(azure::ReadLatency(answer));
  if (latency && *latency)
    fuzz::Require((*latency)->latency >= Duration::zero(), "no cluster is ahead of its leaders");
}

void CheckToken(std::string_view body) {
  http::Response response{.status = 200, .body = std::string(body)};
  azure::TokenRequest const request{.tenant_id = "t", .client_id = "c", .scope = "s"};
  if (auto const token = azure::ReadTokenAnswer(response, request, kNow)) {
    fuzz::Require(!token->value.Reveal().empty(), "a token is not empty");
    fuzz::Require(token->expires_at > kNow && token->expires_at <= kNow + std::chrono::days(7),
                  "a token has a life, and not a long one");
  }
  response.status = 400;
  auto const refused = Explained(azure::ReadTokenAnswer(response, request, kNow));
  fuzz::Require(!refused, "a refusal is no token");
}

void Check(std::string_view input) {
  CheckToken(input);
  auto const resource = azure::ReadObject(input, "fuzzing");
  if (!resource) return;
  CheckArm(*resource);
  CheckProvider(*resource);
  CheckConsumer(*resource);
  CheckLatency(*resource);
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
