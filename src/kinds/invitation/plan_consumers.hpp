#pragma once

#include "kinds/invitation/plan_input.hpp"
#include "kinds/invitation/types.hpp"

#include <optional>
#include <string>
#include <vector>

namespace adxf::invitation {

/// Whose access an invitation gave. `problem` where Azure does not tell: nobody is named then.
struct Consumers {
  std::vector<SeenConsumer> bound{};
  std::optional<Problem> problem{};
};

/// The subscriptions that came of an accepted invitation. One that is bound (status or spec) stays
/// bound. By e-mail: all with that consumer address. Otherwise the one that was made within five
/// minutes of the answer and that no other invitation of the share explains.
Consumers FindConsumers(Invitation const& want, Observed const& seen, SeenInvitation const& mine);

}  // namespace adxf::invitation
