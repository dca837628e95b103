#include "kinds/azure_access/identities.hpp"

#include "azure/client_certificate.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <variant>

namespace adxf::azure_access {
namespace {

Resolution Deny(Denial denial, std::string message) {
  return {.denial = denial, .message = std::move(message)};
}

/// True when `id` is `prefix` or lies under it: a prefix never ends in the middle of a name.
bool IsUnder(std::string const& id, std::string const& prefix) {
  auto const lower_id = ToLower(id);
  auto lower_prefix = ToLower(prefix);
  while (lower_prefix.ends_with('/')) lower_prefix.pop_back();
  return lower_id == lower_prefix || lower_id.starts_with(lower_prefix + "/");
}

bool Allows(AllowedNamespace const& allowed, std::vector<std::string> const& ids) {
  if (allowed.resource_prefixes.empty()) return true;
  return std::ranges::all_of(ids, [&](std::string const& id) {
    return std::ranges::any_of(allowed.resource_prefixes,
                               [&](std::string const& prefix) { return IsUnder(id, prefix); });
  });
}

/// Removes the value from the Secret; "" when it is not there. Values end without the newline that
/// editors add.
std::string TakeText(runtime::SecretContent& content, std::string const& key) {
  auto const found = content.data.find(key);
  if (found == content.data.end()) return "";
  std::string text(found->second.Reveal());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.pop_back();
  return text;
}

}  // namespace

Identities::Identities(runtime::SecretReader& secrets, azure::SessionFactory& sessions,
                       IdentityOptions options, Clock const& clock)
    : secrets_(secrets), factory_(sessions), options_(std::move(options)), clock_(clock) {}

Resolution Identities::Resolve(IdentityRequest const& request, http::CallContext const& call) {
  {
    std::lock_guard const lock(mutex_);
    ForgetUnused();
  }
  return request.secret_name ? ResolveSecret(request, call) : ResolveOwn(request);
}

void Identities::ForgetUnused() {
  auto const now = clock_.Steady();
  if (now - swept_at_ < options_.refresh) return;
  swept_at_ = now;
  std::map<azure::Session const*, long> held_here;
  for (auto const& [key, known] : known_) ++held_here[known.session.get()];
  if (own_) ++held_here[own_.get()];
  std::erase_if(known_, [&](auto const& it) {
    auto const& known = it.second;
    bool const is_held = known.session.use_count() > held_here[known.session.get()];
    return !is_held && now - known.asked_at >= 2 * options_.refresh;
  });
  std::erase_if(shared_, [](Shared const& it) { return it.session.expired(); });
}

void Identities::Refused(std::string const& ns, std::optional<std::string> const& secret_name) {
  if (!secret_name) return;
  std::lock_guard const lock(mutex_);
  auto const found = known_.find({ns, *secret_name});
  if (found != known_.end()) found->second.must_read = true;
}

std::optional<Resolution> Identities::DenyOperator(IdentityRequest const& request) const {
  auto const allowed = std::ranges::find(options_.allowed, request.ns, &AllowedNamespace::name);
  if (allowed == options_.allowed.end()) {
    return Deny(Denial::kNotAllowed,
                "Namespace " + request.ns +
                    " may not use the operator's own identity or token. Name a Secret with a "
                    "clientSecret or clientCertificate in spec.credentialsSecretRef, or have the "
                    "operator's "
                    "configuration list the namespace under operatorIdentity.namespaces.");
  }
  if (!Allows(*allowed, request.resource_ids)) {
    return Deny(Denial::kNotAllowed,
                "Namespace " + request.ns +
                    " may use the operator's own identity or token only on resources that its "
                    "configuration lists, and these are not among them. Name a Secret with a "
                    "clientSecret or clientCertificate in spec.credentialsSecretRef.");
  }
  return std::nullopt;
}

Resolution Identities::Permit(IdentityRequest const& request, Known const& known) const {
  if (known.borrows_operator) {
    if (auto denied = DenyOperator(request)) return *denied;
  }
  return {.session = known.session};
}

Resolution Identities::ResolveOwn(IdentityRequest const& request) {
  if (auto denied = DenyOperator(request)) return *denied;
  if (!options_.own) {
    return Deny(Denial::kMissing,
                "The operator has no identity of its own. Configure one, or name a Secret in "
                "spec.credentialsSecretRef.");
  }
  std::lock_guard const lock(mutex_);
  if (!own_) own_ = Share(options_.own->Clone());
  return {.session = own_};
}

Identities::Known const* Identities::FindRecent(SecretKey const& key) {
  auto const found = known_.find(key);
  if (found == known_.end()) return nullptr;
  auto& known = found->second;
  auto const now = clock_.Steady();
  known.asked_at = now;
  bool const is_recent = !known.must_read && now - known.read_at < options_.refresh;
  return is_recent ? &known : nullptr;
}

Resolution Identities::ResolveSecret(IdentityRequest const& request,
                                     http::CallContext const& call) {
  SecretKey const key{request.ns, *request.secret_name};
  auto const where = "Secret " + request.ns + "/" + *request.secret_name;
  {
    std::lock_guard const lock(mutex_);
    if (auto const* recent = FindRecent(key)) return Permit(request, *recent);
  }
  auto content = secrets_.Read({.ns = request.ns, .name = *request.secret_name}, call);
  auto credential = content ? Parse(where, std::move(*content))
                            : Result<azure::Credential>(std::unexpected(content.error()));

  std::lock_guard const lock(mutex_);
  auto const found = known_.find(key);
  if (!credential) {
    auto const& error = credential.error();
    bool const is_passing = error.IsTransient() || error.code == Code::kCancelled;
    // What was used last goes on while the API server has a bad moment, and while a finalizer needs
    // it.
    if (found != known_.end() && (is_passing || request.is_deleting))
      return Permit(request, found->second);
    if (is_passing)
      return Deny(Denial::kUnavailable, "Reading " + where + " failed: " + error.message);
    if (found != known_.end()) found->second.must_read = true;
    if (error.code == Code::kInvalid) return Deny(Denial::kMissing, error.message);
    return Deny(Denial::kMissing, where + " cannot be read (" + std::string(ToString(error.code)) +
                                      "). Create it with type " + std::string(kSecretType) +
                                      " and the keys tenantId, clientId, and clientSecret or "
                                      "clientCertificate.");
  }
  bool const borrows = std::holds_alternative<azure::FederatedTokenCredential>(credential->proof);
  auto& known = known_[key];
  known = {.session = Share(std::move(*credential)),
           .read_at = clock_.Steady(),
           .asked_at = clock_.Steady(),
           .must_read = false,
           .borrows_operator = borrows};
  return Permit(request, known);
}

Result<azure::Credential> Identities::Parse(std::string const& where,
                                            runtime::SecretContent content) const {
  if (content.type != kSecretType) {
    return Fail(Code::kInvalid, where + " has type " + content.type + ". Only Secrets of type " +
                                    std::string(kSecretType) +
                                    " are read: make it anew with that type.");
  }
  azure::Credential credential{.tenant_id = TakeText(content, "tenantId"),
                               .client_id = TakeText(content, "clientId")};
  if (credential.tenant_id.empty() || credential.client_id.empty()) {
    return Fail(Code::kInvalid, where + " lacks the key " +
                                    (credential.tenant_id.empty() ? "tenantId" : "clientId") + ".");
  }
  auto secret = TakeText(content, "clientSecret");
  auto pem = TakeText(content, "clientCertificate");
  if (!secret.empty() && !pem.empty()) {
    return Fail(Code::kInvalid,
                where + " holds both clientSecret and clientCertificate: remove one of them.");
  }
  if (!secret.empty()) {
    credential.proof = azure::ClientSecretCredential{.secret = Secret(std::move(secret))};
    return credential;
  }
  if (!pem.empty()) {
    azure::ClientCertificateCredential proof{.pem = Secret(std::move(pem))};
    auto const certificate = azure::ClientCertificate::Parse(proof.pem);
    if (!certificate) {
      return Fail(Code::kInvalid, "The key clientCertificate of " + where +
                                      " is of no use: " + certificate.error().message + ".");
    }
    credential.proof = std::move(proof);
    return credential;
  }
  if (options_.federated_token_file.empty()) {
    return Fail(
        Code::kInvalid,
        where +
            " lacks the key clientSecret or clientCertificate, and the operator has no federated "
            "token to use instead.");
  }
  credential.proof = azure::FederatedTokenCredential{.token_file = options_.federated_token_file};
  return credential;
}

std::shared_ptr<azure::Session> Identities::Share(azure::Credential credential) {
  std::erase_if(shared_, [](Shared const& it) { return it.session.expired(); });
  for (auto const& known : shared_) {
    if (!known.credential.Matches(credential)) continue;
    if (auto session = known.session.lock()) return session;
  }
  auto session = factory_.Open(credential.Clone());
  shared_.push_back({.credential = std::move(credential), .session = session});
  return session;
}

}  // namespace adxf::azure_access
