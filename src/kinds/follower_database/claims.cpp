#include "kinds/follower_database/claims.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace adxf::follower_database {
namespace {

using Claims = kinds::ClaimIndex::Claims;

/// One object has a share subscription: what names it, and what it comes of.
void AddShareClaims(Claims& claims, FollowerDatabase const& object, ShareSource const& share) {
  SharedText const account = ToLower(share.account_resource_id);
  auto const add = [&](std::string const& what) {
    claims.push_back({.scope = account, .name = ToLower(what)});
  };
  if (share.subscription_name) add("/shareSubscriptions/" + *share.subscription_name);
  if (object.status.share && !object.status.share->subscription.empty()) {
    auto const& told = object.status.share->subscription;
    add(told.substr(std::min(told.size(), account.size())));
  }
  if (share.invitation) add("invitation " + share.invitation->id);
  if (share.invitation_ref)
    add("object " + object.metadata.name_space + "/" + share.invitation_ref->name);
  if (share.match)
    add("match " + share.match->provider_email.value_or("") + " " + share.match->share_name);
}

Claims ClaimsOf(FollowerDatabase const& object) {
  auto const cluster = ToLower(object.spec.follower_cluster.resource_id);
  Claims claims;
  if (auto const& name = object.spec.attachment_name)
    claims.push_back({.scope = "attachment " + cluster, .name = ToLower(*name)});
  if (auto const& leader = object.spec.source.leader) {
    claims.push_back({.scope = "database " + cluster + " " + ToLower(leader->cluster_resource_id),
                      .name = ToLower(leader->database)});
  }
  if (auto const& share = object.spec.source.share) AddShareClaims(claims, object, *share);
  return claims;
}

}  // namespace

void ClaimIndex::Put(FollowerDatabase const& object) {
  index_.Put(object.metadata, kFinalizer, ClaimsOf(object));
}

void ClaimIndex::Remove(std::string const& name_space, std::string const& name) {
  index_.Remove(name_space, name);
}

std::optional<std::string> ClaimIndex::OlderClaim(FollowerDatabase const& object) const {
  return index_.OlderClaim(object.metadata, kFinalizer, ClaimsOf(object));
}

std::vector<std::string> ClaimIndex::Rivals(FollowerDatabase const& object) const {
  return index_.Rivals(object.metadata, ClaimsOf(object));
}

}  // namespace adxf::follower_database
