#include "kinds/common/credentials.hpp"

#include "azure/azure_error.hpp"
#include "base/text.hpp"
#include "kinds/common/conditions.hpp"

#include <utility>

namespace adxf::kinds {
namespace {

std::string AssignmentLine(ShareCall const& call) {
  return "az role assignment create --assignee-object-id " + call.principal_id +
         " --assignee-principal-type ServicePrincipal --role Contributor --scope " +
         call.cluster_id;
}

/// Azure names whom it refused: the account, which acts on the cluster for us.
bool IsAboutAccount(Error const& error, ShareCall const& call) {
  if (call.principal_id.empty() || call.cluster_id.empty()) return false;
  return ToLower(error.message).find(ToLower(call.principal_id)) != std::string::npos;
}

Problem Stall(ShareCall const& call, std::string_view reason, std::string message,
              Error const& error) {
  return {.condition = call.condition,
          .reason = std::string(reason),
          .message = std::move(message) + " Azure says: " + error.message,
          .needs_person = true};
}

bool IsFinal(Error const& error) {
  if (azure::IsForbiddenToAll(error) || error.code == Code::kInvalid) return true;
  return azure::Classify(error) == azure::ErrorClass::kFatal;
}

}  // namespace

Problem ProblemOf(azure_access::Resolution const& denied, std::string_view condition) {
  using azure_access::Denial;
  auto const reason =
      denied.denial == Denial::kNotAllowed ? kReasonIdentityNotAllowed : kReasonCredentialsMissing;
  return {.condition = std::string(condition),
          .reason = std::string(reason),
          .message = denied.message,
          .needs_person = denied.denial != Denial::kUnavailable};
}

std::optional<Problem> ResolveIdentity(WorkLedger& ledger, azure_access::Identities& identities,
                                       azure_access::IdentityRequest const& request,
                                       std::string_view condition, http::CallContext const& call) {
  ledger.uses_secret = request.secret_name.has_value();
  auto const resolution = identities.Resolve(request, call);
  ledger.session = resolution.session;
  if (resolution.session) {
    ledger.last_session = resolution.session;
    return std::nullopt;
  }
  return ProblemOf(resolution, condition);
}

bool IsRefused(std::optional<Problem> const& problem) {
  return problem && problem->reason == kReasonCredentialsRefused;
}

bool TakesNewCredential(WorkLedger& ledger, azure_access::Identities& identities,
                        azure_access::IdentityRequest const& request,
                        http::CallContext const& call) {
  identities.Refused(request.ns, request.secret_name);
  auto session = identities.Resolve(request, call).session;
  if (!session || session == ledger.session) return false;
  ledger.session = session;
  ledger.last_session = std::move(session);
  return true;
}

std::string IdentityWords(std::optional<SecretRef> const& secret) {
  if (!secret) return "The operator's own identity";
  return "The identity of Secret " + secret->name + " (spec.credentialsSecretRef)";
}

Problem ExplainShareCall(Error const& error, ShareCall const& call) {
  if (error.service_code == "InvalidAuthenticationTokenTenant") {
    return Stall(call, kReasonCredentialsRefused,
                 call.identity + " is of another tenant than " + call.account_id +
                     ": put an identity of that tenant into the Secret.",
                 error);
  }
  if (error.code == Code::kUnauthorized) {
    return Stall(call, kReasonCredentialsRefused,
                 call.identity +
                     " was refused: correct tenantId, clientId and its secret or certificate, "
                     "or give it a new one in Entra.",
                 error);
  }
  if (IsAboutAccount(error, call)) {
    return Stall(call, kReasonAccountRoleMissing,
                 "The identity of the Data Share account lacks Contributor on the cluster (a role "
                 "that was just given takes minutes to work): " +
                     AssignmentLine(call) + ".",
                 error);
  }
  if (error.code == Code::kForbidden && !azure::IsForbiddenToAll(error)) {
    return Stall(call, kReasonMissingRole,
                 call.identity + " lacks rights: assign it the role Contributor on " +
                     call.account_id +
                     (call.cluster_id.empty() ? "." : " and on " + call.cluster_id + "."),
                 error);
  }
  if (IsFinal(error)) {
    return Stall(call, kReasonRefusedByAzure,
                 "Azure refuses, and goes on refusing until something is changed: correct the "
                 "object or what Azure names, then set the annotation adxfollower.io/reconcile-at.",
                 error);
  }
  return {.condition = call.condition,
          .reason = std::string(kReasonAzureUnavailable),
          .message = "Azure cannot do it now; the operator tries again: " + error.message};
}

}  // namespace adxf::kinds
