#pragma once

#include "kinds/azure_access/identities.hpp"
#include "kinds/data_share/kind.hpp"
#include "kinds/invitation/kind.hpp"
#include "operator/kind_rig.hpp"

#include <functional>
#include <string>

namespace adxf::app {

/// The provider's side of Data Share: DataShare and Invitation, which wait for each other.
class ProviderRig {
 public:
  using InvitationListener = std::function<void(runtime::Change<invitation::Invitation> const&)>;

  /// `heard` is told of each change of an Invitation.
  ProviderRig(RigParts const& parts, azure_access::Identities& identities,
              std::string const& instance, InvitationListener heard);

  [[nodiscard]] bool IsReady() const;
  void Start();
  void BeginStop();
  void Stop();

  [[nodiscard]] runtime::Store<data_share::DataShare> const& Shares() { return shares_.Store(); }
  [[nodiscard]] runtime::Store<invitation::Invitation> const& Invitations() {
    return invitations_.Store();
  }

 private:
  [[nodiscard]] std::vector<std::string> LeavingOf(data_share::DataShare const& share);
  void WakeInvitations(runtime::Change<data_share::DataShare> const& change);
  void WakeShare(runtime::Change<invitation::Invitation> const& change);

  KindRig<data_share::DataShareKind> shares_;
  KindRig<invitation::InvitationKind> invitations_;
};

}  // namespace adxf::app
