#include "kinds/invitation/plan_consumers.hpp"

#include "base/text.hpp"
#include "kinds/invitation/conditions.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace adxf::invitation {
namespace {

// Azure tells when an invitation was answered and when a subscription was made, not which belongs
// to which.
constexpr auto kAnswerSpan = std::chrono::minutes(5);

bool IsAccepted(SeenInvitation const* it) { return it != nullptr && it->status == "Accepted"; }

/// Whether the subscription may have come of that invitation.
bool Explains(SeenInvitation const& invitation, SeenConsumer const& consumer) {
  if (!IsAccepted(&invitation)) return false;
  if (!invitation.email.empty()) return EqualsIgnoreCase(invitation.email, consumer.email);
  if (!invitation.responded_at || !consumer.created_at) return false;
  auto const apart = *consumer.created_at - *invitation.responded_at;
  return apart <= kAnswerSpan && apart >= -kAnswerSpan;
}

Problem Ambiguous(std::size_t count, std::string const& settled) {
  auto const who = count == 0 ? std::string("No consumer of the share")
                              : std::to_string(count) + " consumers of the share";
  return {
      .condition = std::string(kAcceptedCondition),
      .reason = std::string(kReasonAmbiguousConsumer),
      .message = who +
                 " can be told to have come of this invitation, so nobody's access is touched. " +
                 (settled.empty() ? "Find" : "There is no subscription " + settled + ": find") +
                 " the right one in status.consumers of the DataShare, and set "
                 "spec.consumerSubscriptionId.",
      .needs_person = true};
}

struct Finder {
  Invitation const& want;
  Observed const& seen;
  SeenInvitation const* mine;
  TimePoint now;

  [[nodiscard]] bool Takes() const {
    return want.spec.access == Access::kRevoked || want.metadata.IsDeleting();
  }

  [[nodiscard]] std::optional<TimePoint> SentAt() const {
    if (mine != nullptr && mine->sent_at) return mine->sent_at;
    return want.status.sent_at ? std::optional(TimePoint(*want.status.sent_at)) : std::nullopt;
  }

  [[nodiscard]] bool IsSinceSent(SeenConsumer const& it) const {
    auto const sent = SentAt();
    return sent && it.created_at &&
           *it.created_at >= std::chrono::floor<std::chrono::seconds>(*sent);
  }

  [[nodiscard]] std::vector<SeenConsumer> WithId(std::string const& id) const {
    std::vector<SeenConsumer> found;
    std::ranges::copy_if(seen.consumers, std::back_inserter(found),
                         [&](SeenConsumer const& it) { return EqualsIgnoreCase(it.id, id); });
    return found;
  }

  [[nodiscard]] bool IsAnothers(SeenConsumer const& consumer) const {
    return std::ranges::any_of(seen.invitations, [&](SeenInvitation const& it) {
      return (mine == nullptr || it.name != mine->name) && Explains(it, consumer);
    });
  }

  [[nodiscard]] bool Matches(SeenConsumer const& it) const {
    if (auto const& email = want.spec.recipient.email)
      return EqualsIgnoreCase(*email, it.email) && (Takes() || IsSinceSent(it));
    // As long as it is listed and unanswered, whoever came meanwhile came by another.
    bool const is_unanswered = mine != nullptr && !IsAccepted(mine);
    if (is_unanswered || IsAnothers(it)) return false;
    return IsAccepted(mine) ? Explains(*mine, it) : IsSinceSent(it) && kinds::HasAccess(it.state);
  }

  [[nodiscard]] bool IsClear(std::size_t count) const {
    bool const must_be_one = !want.spec.recipient.email && count > 1;
    return !must_be_one && (count > 0 || !IsAccepted(mine) || HasLeft());
  }

  /// Who accepted gave the share back by themselves: their subscription is gone. One that no
  /// invitation explains may be theirs, under another address.
  [[nodiscard]] bool HasLeft() const {
    bool const is_late = mine->responded_at && now - *mine->responded_at > kAnswerSpan;
    return Takes() && is_late && std::ranges::none_of(seen.consumers, [&](SeenConsumer const& it) {
             bool const is_unexplained = IsSinceSent(it) && !IsAnothers(it);
             return kinds::HasAccess(it.state) && (Explains(*mine, it) || is_unexplained);
           });
  }
};

}  // namespace

Consumers FindConsumers(Invitation const& want, Observed const& seen, SeenInvitation const* mine,
                        TimePoint now) {
  Finder const finder{.want = want, .seen = seen, .mine = mine, .now = now};
  Consumers found;
  bool const is_bound = want.status.consumer.has_value();
  if (is_bound) found.bound = finder.WithId(want.status.consumer->subscription_id);
  if (is_bound && !want.spec.recipient.email) return found;
  for (auto const& it : seen.consumers) {
    bool const is_new =
        std::ranges::find(found.bound, it.id, &SeenConsumer::id) == found.bound.end();
    if (is_new && finder.Matches(it)) found.bound.push_back(it);
  }
  if (is_bound || finder.IsClear(found.bound.size())) return found;
  auto const settled = want.spec.consumer_subscription_id.value_or("");
  auto const count = found.bound.size();
  found.bound = settled.empty() ? std::vector<SeenConsumer>() : finder.WithId(settled);
  if (found.bound.empty()) found.problem = Ambiguous(count, settled);
  return found;
}

bool IsExplained(Observed const& seen, SeenConsumer const& consumer) {
  return std::ranges::any_of(seen.invitations,
                             [&](SeenInvitation const& it) { return Explains(it, consumer); });
}

Taking TakeAccess(std::vector<SeenConsumer> const& consumers, SeenInvitation const* mine) {
  Taking taking{.is_over = true};
  if (mine != nullptr && !IsAccepted(mine))
    taking.actions.emplace_back(Withdraw{.name = mine->name});
  for (auto const& it : consumers) {
    if (!kinds::HasAccess(it.state)) continue;
    taking.is_over = false;
    if (!EqualsIgnoreCase(it.state, "Revoking"))
      taking.actions.emplace_back(Revoke{.consumer_id = it.id});
  }
  taking.is_over = taking.is_over && taking.actions.empty();
  return taking;
}

}  // namespace adxf::invitation
