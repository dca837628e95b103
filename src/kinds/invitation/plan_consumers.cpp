#include "kinds/invitation/plan_consumers.hpp"

#include "base/text.hpp"
#include "kinds/invitation/conditions.hpp"

#include <algorithm>
#include <chrono>

namespace adxf::invitation {
namespace {

// Azure tells when an invitation was answered and when a subscription was made, not which belongs
// to which.
constexpr auto kAnswerSpan = std::chrono::minutes(5);

/// Whether the subscription may have come of that invitation.
bool Explains(SeenInvitation const& invitation, SeenConsumer const& consumer) {
  if (invitation.status != "Accepted") return false;
  if (!invitation.email.empty()) return EqualsIgnoreCase(invitation.email, consumer.email);
  if (!invitation.responded_at || !consumer.created_at) return false;
  auto const apart = *consumer.created_at - *invitation.responded_at;
  return apart <= kAnswerSpan && apart >= -kAnswerSpan;
}

std::string BoundId(Invitation const& want) {
  if (want.status.consumer) return want.status.consumer->subscription_id;
  return want.spec.consumer_subscription_id.value_or("");
}

Problem Ambiguous(std::size_t count) {
  return {.condition = std::string(kAcceptedCondition),
          .reason = std::string(kReasonAmbiguousConsumer),
          .message =
              (count == 0 ? std::string("No consumer of the share")
                          : std::to_string(count) + " consumers of the share") +
              " can be told to have come of this invitation, so nobody's access is touched: find "
              "the subscription in status.consumers of the DataShare or in Azure, and set "
              "spec.consumerSubscriptionId.",
          .needs_person = true};
}

}  // namespace

Consumers FindConsumers(Invitation const& want, Observed const& seen, SeenInvitation const& mine) {
  Consumers found;
  if (auto const id = BoundId(want); !id.empty() && !want.spec.recipient.email) {
    std::ranges::copy_if(seen.consumers, std::back_inserter(found.bound),
                         [&](SeenConsumer const& it) { return EqualsIgnoreCase(it.id, id); });
    return found;
  }
  for (auto const& consumer : seen.consumers) {
    if (!Explains(mine, consumer)) continue;
    bool const is_anothers =
        mine.email.empty() && std::ranges::any_of(seen.invitations, [&](SeenInvitation const& it) {
          return it.name != mine.name && Explains(it, consumer);
        });
    if (!is_anothers) found.bound.push_back(consumer);
  }
  bool const is_clear = mine.email.empty() ? found.bound.size() == 1 : !found.bound.empty();
  if (is_clear) return found;
  found.problem = Ambiguous(found.bound.size());
  found.bound.clear();
  return found;
}

}  // namespace adxf::invitation
