#include "kinds/follower_database/takers.hpp"

namespace adxf::follower_database {
namespace {

std::optional<kube::ObjectKey> InvitationOf(FollowerDatabase const& object) {
  auto const& share = object.spec.source.share;
  if (!share || !share->invitation_ref) return std::nullopt;
  return kube::ObjectKey{.ns = object.metadata.name_space, .name = share->invitation_ref->name};
}

}  // namespace

void Takers::Note(runtime::Change<FollowerDatabase> const& change) {
  auto const before = change.before ? InvitationOf(*change.before) : std::nullopt;
  auto const after = change.after ? InvitationOf(*change.after) : std::nullopt;
  if (!before && !after) return;
  std::lock_guard const lock(mutex_);
  if (before) {
    auto const found = by_invitation_.find(*before);
    if (found != by_invitation_.end() && found->second.erase(change.key) > 0 &&
        found->second.empty())
      by_invitation_.erase(found);
  }
  if (after) by_invitation_[*after].insert(change.key);
}

std::vector<kube::ObjectKey> Takers::Of(kube::ObjectKey const& invitation) const {
  std::lock_guard const lock(mutex_);
  auto const found = by_invitation_.find(invitation);
  if (found == by_invitation_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace adxf::follower_database
