#pragma once

#include "kinds/invitation/plan.hpp"
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

/// The subscriptions that came of an invitation; `mine` is null where Azure does not list it any
/// more.
///
/// By e-mail: all with that consumer address; of use to give access only those made since it was
/// sent. Otherwise: the one that the status has bound; else the one made within five minutes of the
/// answer, or, where it is not listed any more (it was deleted as it was accepted), since it was
/// sent and still with access, that no other invitation of the share explains.
/// spec.consumerSubscriptionId settles what that leaves open, and nothing else. Where access is to
/// be taken, and five minutes after the answer nobody is there who could have it, the consumer has
/// left: nobody is bound.
Consumers FindConsumers(Invitation const& want, Observed const& seen, SeenInvitation const* mine,
                        TimePoint now);

/// True for a consumer who came of one of the invitations that are listed.
bool IsExplained(Observed const& seen, SeenConsumer const& consumer);

/// What ends an access: the invitation is taken back before anybody else accepts, and who has
/// access is revoked. Nothing left to do and nothing under way: it is over.
struct Taking {
  std::vector<Action> actions{};
  bool is_over = false;
};
Taking TakeAccess(std::vector<SeenConsumer> const& consumers, SeenInvitation const* mine);

}  // namespace adxf::invitation
