#pragma once

#include "unit/kinds/provider_scene.hpp"

#include <string>
#include <vector>

namespace adxf::provider {

using invitation::State;

inline constexpr auto kFuture = "2030-01-01T00:00:00Z";

/// A share that is Ready, and people to invite to it.
class Invitations : public ProviderScene {
 protected:
  Invitations() {
    ApplyShare();
    RunFor(5s);
  }
  static json Ana() { return {{"email", "ana@contoso.com"}}; }
  static json App(int number = 1) {
    return {{"tenantId", "bbbbbbbb-0000-4000-8000-00000000000b"},
            {"objectId", "cccccccc-0000-4000-8000-00000000000" + std::to_string(number)}};
  }
  State StateOf(std::string const& name) const { return Invited(name).status.state.value(); }
  std::string Accept(std::string const& name) { return cloud_.Accept(Ref(), NameInAzure(name)); }
  void SetAccess(std::string const& name, std::string const& access) {
    EditInvitation(name, [&](json& object) { object["spec"]["access"] = access; });
  }
  /// Azure's list lags behind: what was sent does not show.
  std::vector<azure::ShareInvitation> Hide() {
    std::vector<azure::ShareInvitation> hidden;
    cloud_.EditShare(Ref(), [&](test::SharedThings& it) { hidden.swap(it.invitations); });
    return hidden;
  }
  void Show(std::vector<azure::ShareInvitation> const& hidden) {
    cloud_.EditShare(Ref(), [&](test::SharedThings& it) { it.invitations = hidden; });
  }
  std::string StatusOfConsumer(std::size_t index = 0) {
    std::string status;
    cloud_.EditShare(Ref(),
                     [&](test::SharedThings& it) { status = it.consumers.at(index).status; });
    return status;
  }
};

}  // namespace adxf::provider
