#include "kinds/invitation/plan_live.hpp"

#include "base/text.hpp"
#include "kinds/invitation/conditions.hpp"
#include "kinds/invitation/plan_consumers.hpp"
#include "kinds/invitation/plan_status.hpp"

#include <algorithm>
#include <utility>

namespace adxf::invitation {
namespace {

using kinds::kReady;
using kinds::Stalled;
using model::ConditionStatus;

std::optional<TimePoint> ExpiryOf(Invitation const& want) {
  if (!want.spec.expires_at) return std::nullopt;
  return TimePoint(*want.spec.expires_at);
}

/// Azure tells times with fractions of a second; the spec has none.
bool IsSameEnd(std::optional<TimePoint> const& a, std::optional<TimePoint> const& b) {
  using std::chrono::floor;
  using std::chrono::seconds;
  if (a.has_value() != b.has_value()) return false;
  return !a || floor<seconds>(*a) == floor<seconds>(*b);
}

/// Sent by this object, as far as its status remembers, or named by this installation.
bool IsOurs(Invitation const& want) {
  return !want.spec.invitation_name || !want.status.resource_id.empty();
}

Problem Lost() {
  return Stalled(kAcceptedCondition, kReasonSourceDeleted,
                 "What was shared was deleted, or the consumer gave it up, and the access is gone "
                 "with it: delete this object and make it anew to send a new invitation.");
}

struct Deciding {
  Invitation const& want;
  Observed const& seen;
  TimePoint now;
  SeenInvitation const* mine = nullptr;
  Status status{};

  [[nodiscard]] Plan Block(Problem const& problem) {
    return Blocked(want, std::move(status), problem, now);
  }
  void TellSent(ConditionStatus value, std::string_view reason, std::string const& message) {
    Tell(status, want, kSentCondition, value, reason, message, now);
  }
  void TellAccepted(ConditionStatus value, std::string_view reason, std::string const& message) {
    Tell(status, want, kAcceptedCondition, value, reason, message, now);
  }

  Plan Sending() {
    if (!seen.data_share->is_shared) {
      return Await(want, std::move(status), kSentCondition, kReasonWaitingForShare,
                   "The invitation is sent when the DataShare has its data sets in the share.",
                   now);
    }
    if (auto const expiry = ExpiryOf(want); expiry && *expiry <= now) {
      return Block(Stalled(kSentCondition, kReasonInvitationExpired,
                           "spec.expiresAt is over, so nothing is sent: set a later one."));
    }
    if (seen.may_still_show) {
      return Await(
          want, std::move(status), kSentCondition, kReasonSending,
          "The invitation may have been sent, and Azure does not show it yet. It is looked "
          "for, and sent again only after a while, since each time is a mail.",
          now);
    }
    // Of the one before nothing is left: should this one be refused, it was not sent either.
    status.invitation_id.clear();
    status.consumer.reset();
    status.state.reset();
    status.sent_at.reset();
    status.responded_at.reset();
    status.revoked_at.reset();
    auto plan = Await(want, std::move(status), kSentCondition, kReasonSending,
                      "The invitation is being sent.", now);
    plan.actions = {Send{.name = InvitationName(want, seen.instance),
                         .recipient = want.spec.recipient,
                         .expires_at = ExpiryOf(want)}};
    return plan;
  }

  /// We began to end it; stored before, so that its end is never taken for the work of others.
  [[nodiscard]] bool IsEndingByUs() const { return want.status.state == State::kRevoking; }

  /// Not there although it was sent: only we may send it again, and only after we took it back.
  Plan Missing() {
    bool const was_sent = !want.status.invitation_id.empty();
    bool const was_withdrawn_by_us =
        IsEndingByUs() || (want.status.state == State::kWithdrawn && want.status.revoked_at);
    if (!was_sent || was_withdrawn_by_us) return Sending();
    status.state = State::kWithdrawn;
    status.revoked_at.reset();
    return Block(Stalled(kSentCondition, kReasonInvitationGone,
                         "The invitation was deleted in Azure by others and is not sent again by "
                         "itself: to send it again, set access: Revoked and then Active, or delete "
                         "this object and make it anew."));
  }

  Plan Pending() {
    bool const is_over = mine->expires_at && *mine->expires_at <= now;
    status.state = is_over ? State::kExpired : State::kPending;
    status.revoked_at.reset();
    TellSent(ConditionStatus::kTrue, kReasonSent, "The invitation was sent.");
    if (is_over) {
      return Block(Stalled(kAcceptedCondition, kReasonInvitationExpired,
                           "Nobody accepted before the invitation expired: set access: Revoked, a "
                           "later expiresAt, and access: Active to send a new one."));
    }
    if (!IsSameEnd(ExpiryOf(want), mine->expires_at)) {
      return Block(Stalled(kSentCondition, kReasonInvitationExists,
                           "The invitation was sent with another end than spec.expiresAt: set "
                           "access: Revoked and then Active to send it with this one."));
    }
    TellAccepted(ConditionStatus::kFalse, kReasonPending, "Nobody has answered yet.");
    Tell(status, want, kRevokedCondition, ConditionStatus::kFalse, kReasonPending,
         "The invitation can be accepted.", now);
    auto plan =
        ReadyPlan(want, std::move(status), "The invitation was sent and can be accepted.", now);
    if (mine->expires_at)
      plan.requeue = {.when = kinds::Requeue::When::kAfter, .delay = *mine->expires_at - now};
    return plan;
  }

  Plan Rejected() {
    bool const is_rejected = mine->status == "Rejected";
    status.state = is_rejected ? State::kRejected : State::kWithdrawn;
    status.revoked_at.reset();
    return Block(
        Stalled(kAcceptedCondition, is_rejected ? kReasonInvitationRejected : kReasonInvitationGone,
                std::string(is_rejected ? "The recipient rejected the invitation"
                                        : "The invitation was withdrawn in Azure by others") +
                    "; it is not sent again by itself: ask, then set access: Revoked and Active."));
  }

  /// The access of one consumer, as declared: what is to be done about it, or a problem.
  std::optional<Problem> GiveAccess(SeenConsumer const& consumer, std::vector<Action>& actions) {
    auto const expiry = ExpiryOf(want);
    if (EqualsIgnoreCase(consumer.state, "Active")) {
      if (expiry && !IsSameEnd(expiry, consumer.expires_at))
        actions.emplace_back(Adjust{.consumer_id = consumer.id, .expires_at = *expiry});
      return std::nullopt;
    }
    if (EqualsIgnoreCase(consumer.state, "SourceDeleted")) return Lost();
    if (!EqualsIgnoreCase(consumer.state, "Revoked")) return std::nullopt;  // let that end first
    if (!status.revoked_at) {
      return Stalled(kAcceptedCondition, kReasonRevokedByOthers,
                     "The access was revoked in Azure by others, who may have had a reason, and is "
                     "not given back by itself: set access: Revoked and then Active to give it "
                     "back.");
    }
    auto const end = expiry ? expiry : consumer.expires_at;
    if (!end || *end <= now) {
      return Stalled(kAcceptedCondition, kReasonReinstateNeedsExpiry,
                     "The access was revoked, and Azure gives it back only with an end in the "
                     "future: set spec.expiresAt.");
    }
    actions.emplace_back(Reinstate{.consumer_id = consumer.id, .expires_at = *end});
    return std::nullopt;
  }

  Plan Accepted(std::vector<SeenConsumer> const& consumers) {
    std::vector<Action> actions;
    std::optional<Problem> problem;
    if (consumers.empty()) problem = Lost();
    bool const is_revoking = std::ranges::any_of(
        consumers, [](SeenConsumer const& it) { return EqualsIgnoreCase(it.state, "Revoking"); });
    // The wish changed before anybody saw the end of what we were ending.
    if (IsEndingByUs() && !is_revoking && !status.revoked_at)
      status.revoked_at = model::ToTimestamp(now);
    for (auto const& consumer : consumers) {
      if (auto trouble = GiveAccess(consumer, actions)) problem = std::move(trouble);
    }
    status.state = IsEndingByUs() && is_revoking ? State::kRevoking : State::kAccepted;
    TellAccepted(ConditionStatus::kTrue, kReasonAccepted, "The invitation was accepted.");
    bool const is_under_way = !actions.empty() || is_revoking;
    if (is_under_way) {
      auto plan = Await(want, std::move(status), kReady, kReasonReinstating,
                        "The consumer's access is being made as declared.", now);
      plan.actions = std::move(actions);
      return plan;
    }
    if (problem) return Block(*problem);
    status.revoked_at.reset();
    Tell(status, want, kRevokedCondition, ConditionStatus::kFalse, kReasonAccessGiven,
         "The consumer has access.", now);
    auto plan = ReadyPlan(want, std::move(status), "The invitation was accepted.", now);
    if (want.status.state != State::kAccepted)
      plan.events.push_back({.reason = "Accepted", .message = "The invitation was accepted."});
    return plan;
  }

  Plan Revoked(std::vector<SeenConsumer> const& consumers) {
    bool const had_consumer = !consumers.empty() || want.status.consumer;
    auto taking = TakeAccess(consumers, mine);
    if (taking.is_over && !seen.may_still_show) {
      return had_consumer ? Over(State::kRevoked, "The consumer's access is over.")
                          : Over(State::kWithdrawn, "The invitation is not open to anybody.");
    }
    status.state = State::kRevoking;
    auto plan = Await(want, std::move(status), kRevokedCondition, kReasonRevoking,
                      "The access is being ended.", now);
    plan.actions = std::move(taking.actions);
    return plan;
  }

  Plan Over(State state, std::string message) {
    status.state = state;
    bool const is_news = !want.status.revoked_at;
    if (is_news) status.revoked_at = model::ToTimestamp(now);
    Tell(status, want, kRevokedCondition, ConditionStatus::kTrue, kReasonRevoked, message, now);
    auto plan = ReadyPlan(want, std::move(status), message, now);
    if (is_news) plan.events.push_back({.reason = "AccessRevoked", .message = std::move(message)});
    return plan;
  }

  [[nodiscard]] std::optional<Problem> Trespass() const {
    if (mine == nullptr) return std::nullopt;
    bool const may_adopt = seen.data_share->adoption == kinds::Adoption::kIfIdentical;
    bool const is_same = IsSameRecipient(want.spec.recipient, *mine);
    if (is_same && (IsOurs(want) || may_adopt)) return std::nullopt;
    return Stalled(kSentCondition, kReasonInvitationExists,
                   "Invitation " + mine->name + " of the share is there and " +
                       (is_same ? "was not sent by this object: choose another "
                                  "spec.invitationName, or set adoption: IfIdentical on the "
                                  "DataShare to take it over."
                                : "goes to somebody else: choose another spec.invitationName."));
  }

  Plan Run() {
    mine = FindMine(want, seen);
    if (auto const problem = Trespass()) {
      status = want.status;
      return Block(*problem);
    }
    status = Facts(want, seen, mine);
    auto const consumers = FindConsumers(want, seen, mine, now);
    bool const is_accepted = mine != nullptr && mine->status == "Accepted";
    if (consumers.problem) {
      if (is_accepted) status.state = State::kAccepted;
      return Block(*consumers.problem);
    }
    Bind(status, consumers.bound);
    if (want.spec.access == Access::kRevoked) return Revoked(consumers.bound);
    if (is_accepted || status.consumer) return Accepted(consumers.bound);
    if (mine == nullptr) return Missing();
    return mine->status == "Pending" ? Pending() : Rejected();
  }
};

}  // namespace

Plan PlanLive(Invitation const& want, Observed const& seen, TimePoint now) {
  return Deciding{.want = want, .seen = seen, .now = now}.Run();
}

}  // namespace adxf::invitation
