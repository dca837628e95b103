#include "kinds/follower_database/credentials.hpp"

#include "kinds/common/credentials.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan.hpp"

#include <string>
#include <utility>
#include <vector>

namespace adxf::follower_database {
namespace {

/// What the object touches in Azure: the identity must be allowed all of it.
std::vector<std::string> ResourcesOf(FollowerDatabase const& want) {
  auto const& source = want.spec.source;
  return {want.spec.follower_cluster.resource_id, source.leader
                                                      ? source.leader->cluster_resource_id.Text()
                                                      : source.share->account_resource_id};
}

std::optional<std::string> NameOf(std::optional<SecretRef> const& secret) {
  return secret ? std::optional(secret->name) : std::nullopt;
}

bool IsRefused(std::optional<Error> const& error) {
  return error && error->code == Code::kUnauthorized;
}

bool IsRefused(std::shared_ptr<azure::ClusterObserver> const& observer) {
  if (!observer) return false;
  auto const view = observer->View();
  return IsRefused(view.inventory_error) || IsRefused(view.followers_error) ||
         IsRefused(view.overrides_error);
}

}  // namespace

std::optional<SecretRef> LeaderSecret(FollowerDatabase const& want) {
  auto const& leader = want.spec.source.leader;
  return leader ? leader->credentials_secret_ref : std::nullopt;
}

std::shared_ptr<azure::Session> Credentials::Resolve(FollowerDatabase const& want,
                                                     std::optional<SecretRef> const& secret,
                                                     std::optional<Problem>& problem,
                                                     http::CallContext const& call) {
  auto const resolution = identities_.Resolve({.ns = want.metadata.name_space,
                                               .secret_name = NameOf(secret),
                                               .resource_ids = ResourcesOf(want),
                                               .is_deleting = want.metadata.IsDeleting()},
                                              call);
  if (resolution.session) return resolution.session;
  problem = kinds::ProblemOf(resolution, kPreflight);
  return nullptr;
}

void Credentials::Keep(FollowerDatabase const& want, http::CallContext const& call) {
  if (!want.metadata.HasFinalizer(kFinalizer)) return;
  std::optional<Problem> ignored;
  Resolve(want, want.spec.credentials_secret_ref, ignored, call);
  if (auto const secret = LeaderSecret(want)) Resolve(want, secret, ignored, call);
}

void Credentials::NoteRefused(FollowerDatabase const& want, Ledger const& ledger) {
  auto const& ns = want.metadata.name_space;
  if (IsRefused(ledger.follower)) identities_.Refused(ns, NameOf(want.spec.credentials_secret_ref));
  if (IsRefused(ledger.leader)) identities_.Refused(ns, NameOf(LeaderSecret(want)));
}

std::shared_ptr<azure::Session> Credentials::ResolveRefused(FollowerDatabase const& want,
                                                            std::optional<SecretRef> const& secret,
                                                            http::CallContext const& call) {
  identities_.Refused(want.metadata.name_space, NameOf(secret));
  std::optional<Problem> ignored;
  return Resolve(want, secret, ignored, call);
}

bool Credentials::TakesNew(FollowerDatabase const& want, Ledger& ledger,
                           http::CallContext const& call) {
  auto session = ResolveRefused(want, want.spec.credentials_secret_ref, call);
  if (!session || session == ledger.session) return false;
  ledger.session = std::move(session);
  ledger.own_rights.reset();
  return true;
}

bool Credentials::TakesNewOfLeader(FollowerDatabase const& want, Ledger& ledger,
                                   http::CallContext const& call) {
  auto const own = LeaderSecret(want);
  auto session = ResolveRefused(want, own ? own : want.spec.credentials_secret_ref, call);
  if (!session || session == ledger.leader_session) return false;
  ledger.leader_session = std::move(session);
  return true;
}

}  // namespace adxf::follower_database
