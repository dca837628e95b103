#include "operator/provider_rig.hpp"

#include "kinds/invitation/news.hpp"

#include <memory>
#include <utility>

namespace adxf::app {
namespace {

using data_share::DataShare;
using invitation::Invitation;

bool IsOf(Invitation const& invitation, kube::ObjectKey const& share) {
  return invitation.metadata.name_space == share.ns &&
         invitation.spec.data_share_ref.name == share.name;
}

}  // namespace

ProviderRig::ProviderRig(RigParts const& parts, azure_access::Identities& identities,
                         std::string const& instance, InvitationListener heard)
    : shares_(parts, "datashare", data_share::kFinalizer),
      invitations_(parts, "invitation", invitation::kFinalizer) {
  shares_.Build(
      std::make_unique<data_share::DataShareKind>(
          identities, shares_.Queue(), [this](DataShare const& share) { return LeavingOf(share); }),
      [this](auto const& change) { WakeInvitations(change); }, {&invitations_.Store().Ready()});
  invitations_.Build(std::make_unique<invitation::InvitationKind>(
                         invitation::InvitationKind::Parts{.identities = identities,
                                                           .shares = shares_.Store(),
                                                           .queue = invitations_.Queue(),
                                                           .metrics = parts.metrics,
                                                           .clock = parts.clock,
                                                           .instance = instance,
                                                           .patience = parts.pace.patience}),
                     [this, heard = std::move(heard)](auto const& change) {
                       WakeShare(change);
                       heard(change);
                     },
                     {&shares_.Store().Ready()});
}

bool ProviderRig::IsReady() const { return shares_.IsReady() && invitations_.IsReady(); }

void ProviderRig::Start() {
  shares_.Start();
  invitations_.Start();
}

void ProviderRig::BeginStop() {
  shares_.BeginStop();
  invitations_.BeginStop();
}

void ProviderRig::Stop() {
  shares_.Stop();
  invitations_.Stop();
}

/// Only those that have something to take back: with a finalizer.
std::vector<std::string> ProviderRig::LeavingOf(DataShare const& share) {
  std::vector<std::string> names;
  for (auto const& it : invitations_.Store().List()) {
    bool const is_leaving =
        it->metadata.IsDeleting() && it->metadata.HasFinalizer(invitation::kFinalizer);
    if (is_leaving && IsOf(*it, runtime::KeyOf(share))) names.push_back(it->metadata.name);
  }
  return names;
}

/// What is declared on the share, and whether it is shared by now, concerns its invitations.
void ProviderRig::WakeInvitations(runtime::Change<DataShare> const& change) {
  for (auto const& it : invitations_.Store().List()) {
    if (IsOf(*it, change.key)) invitations_.Queue().Add(runtime::KeyOf(*it), runtime::kUserChange);
  }
}

/// A share that is being deleted waits for invitations that go; every share tells its consumers.
void ProviderRig::WakeShare(runtime::Change<Invitation> const& change) {
  auto const& known = change.after ? change.after : change.before;
  if (!known) return;
  kube::ObjectKey const key{.ns = change.key.ns, .name = known->spec.data_share_ref.name};
  auto const share = shares_.Store().Get(key);
  if (!share) return;
  if (share->metadata.IsDeleting()) shares_.Queue().Add(key, runtime::kUserChange);
  if (invitation::IsNewsFor(*share, change)) shares_.Queue().Add(key, runtime::kResync);
}

}  // namespace adxf::app
