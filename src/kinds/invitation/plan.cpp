#include "kinds/invitation/plan.hpp"

#include "base/text.hpp"
#include "base/time_format.hpp"
#include "kinds/invitation/conditions.hpp"
#include "kinds/invitation/plan_consumers.hpp"
#include "kinds/invitation/plan_status.hpp"

#include <algorithm>
#include <utility>

namespace adxf::invitation {
namespace {

using kinds::kReady;
using model::ConditionStatus;

Problem Stalled(std::string_view condition, std::string_view reason, std::string message) {
  return {.condition = std::string(condition),
          .reason = std::string(reason),
          .message = std::move(message),
          .needs_person = true};
}

std::optional<TimePoint> ExpiryOf(Invitation const& want) {
  if (!want.spec.expires_at) return std::nullopt;
  return TimePoint(*want.spec.expires_at);
}

/// Azure tells times with fractions of a second; the spec has none.
bool IsSameEnd(TimePoint want, std::optional<TimePoint> const& have) {
  using std::chrono::floor;
  using std::chrono::seconds;
  return have && floor<seconds>(want) == floor<seconds>(*have);
}

bool IsSameRecipient(Recipient const& want, SeenInvitation const& have) {
  return EqualsIgnoreCase(want.email.value_or(""), have.email) &&
         EqualsIgnoreCase(want.tenant_id.value_or(""), have.tenant_id) &&
         EqualsIgnoreCase(want.object_id.value_or(""), have.object_id);
}

/// Sent by this object, as far as its status remembers, or named by this installation.
bool IsOurs(Invitation const& want) {
  return !want.spec.invitation_name || !want.status.resource_id.empty();
}

/// Looks at one object whose DataShare, identity and Azure are all in reach.
struct Deciding {
  Invitation const& want;
  Observed const& seen;
  TimePoint now;
  SeenInvitation const* mine = nullptr;
  Status status{};

  [[nodiscard]] Plan Block(Problem const& problem) {
    return Blocked(want, std::move(status), problem, now);
  }

  void TellSent(ConditionStatus value, std::string_view reason, std::string message) {
    Tell(status, want, kSentCondition, value, reason, std::move(message), now);
  }
  void TellAccepted(ConditionStatus value, std::string_view reason, std::string message) {
    Tell(status, want, kAcceptedCondition, value, reason, std::move(message), now);
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
    status.consumer.reset();
    status.revoked_at.reset();
    status.responded_at.reset();
    auto plan = Await(want, std::move(status), kSentCondition, kReasonSending,
                      "The invitation is being sent.", now);
    plan.actions = {Send{.name = InvitationName(want, seen.instance),
                         .recipient = want.spec.recipient,
                         .expires_at = ExpiryOf(want)}};
    return plan;
  }

  /// Not there although it was sent: only we may send it again, and only after we took it back.
  Plan Missing() {
    bool const was_sent = !want.status.invitation_id.empty();
    bool const was_withdrawn_by_us =
        want.status.state == State::kWithdrawn && want.status.revoked_at;
    if (!was_sent || was_withdrawn_by_us) return Sending();
    status.state = State::kWithdrawn;
    return Block(Stalled(kSentCondition, kReasonInvitationGone,
                         "The invitation was deleted in Azure by others and is not sent again by "
                         "itself: to send it again, set access: Revoked and then Active, or delete "
                         "this object and make it anew."));
  }

  Plan Pending() {
    bool const is_over = mine->expires_at && *mine->expires_at <= now;
    status.state = is_over ? State::kExpired : State::kPending;
    TellSent(ConditionStatus::kTrue, kReasonSent, "The invitation was sent.");
    if (is_over) {
      return Block(Stalled(kAcceptedCondition, kReasonInvitationExpired,
                           "Nobody accepted before the invitation expired: set access: Revoked, a "
                           "later expiresAt, and access: Active to send a new one."));
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
    return Block(
        Stalled(kAcceptedCondition, is_rejected ? kReasonInvitationRejected : kReasonInvitationGone,
                std::string(is_rejected ? "The recipient rejected the invitation"
                                        : "The invitation was withdrawn in Azure by others") +
                    "; it is not sent again by itself: ask, then set access: Revoked and Active."));
  }

  static Problem Lost() {
    return Stalled(
        kAcceptedCondition, kReasonSourceDeleted,
        "What was shared was deleted, and the consumer's access with it: share it again, "
        "delete this object and make it anew to send a new invitation.");
  }

  /// The access of one consumer, as declared: what is to be done about it, or a problem.
  std::optional<Problem> GiveAccess(SeenConsumer const& consumer, std::vector<Action>& actions) {
    auto const expiry = ExpiryOf(want);
    if (consumer.state == "Active") {
      if (expiry && !IsSameEnd(*expiry, consumer.expires_at))
        actions.emplace_back(Adjust{.consumer_id = consumer.id, .expires_at = *expiry});
      return std::nullopt;
    }
    if (consumer.state == "SourceDeleted") return Lost();
    if (consumer.state != "Revoked") return std::nullopt;  // Revoking: first let that end
    auto const end = expiry ? expiry : consumer.expires_at;
    if (!end || *end <= now) {
      return Stalled(kAcceptedCondition, kReasonReinstateNeedsExpiry,
                     "The access was revoked, and Azure gives it back only with an end in the "
                     "future: set spec.expiresAt.");
    }
    actions.emplace_back(Reinstate{.consumer_id = consumer.id, .expires_at = *end});
    return std::nullopt;
  }

  Plan AcceptedActive(std::vector<SeenConsumer> const& consumers) {
    std::vector<Action> actions;
    std::optional<Problem> problem;
    if (consumers.empty()) problem = Lost();
    bool is_revoking = false;
    for (auto const& consumer : consumers) {
      is_revoking = is_revoking || consumer.state == "Revoking";
      if (auto trouble = GiveAccess(consumer, actions)) problem = std::move(trouble);
    }
    status.state = State::kAccepted;
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

  Plan AcceptedRevoked(std::vector<SeenConsumer> const& consumers) {
    std::vector<Action> actions;
    bool is_over = true;
    for (auto const& consumer : consumers) {
      bool const has_access = consumer.state == "Active" || consumer.state == "Revoking";
      is_over = is_over && !has_access;
      if (consumer.state == "Active") actions.emplace_back(Revoke{.consumer_id = consumer.id});
    }
    if (is_over) return Over(State::kRevoked, "The consumer's access is over.");
    status.state = State::kRevoking;
    auto plan = Await(want, std::move(status), kRevokedCondition, kReasonRevoking,
                      "The consumer's access is being ended.", now);
    plan.actions = std::move(actions);
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

  /// Access is to be taken, and nobody has accepted.
  Plan TakeBack() {
    if (mine == nullptr) return Over(State::kWithdrawn, "The invitation is not open to anybody.");
    auto plan = Await(want, std::move(status), kRevokedCondition, kReasonRevoking,
                      "The invitation is being taken back.", now);
    plan.actions = {Withdraw{.name = mine->name}};
    return plan;
  }

  std::optional<Problem> Trespass() const {
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
    bool const is_revoked = want.spec.access == Access::kRevoked;
    // Also when the invitation itself is gone from Azure: what is bound stays bound.
    bool const has_consumer = want.status.consumer.has_value();
    if ((mine == nullptr && !has_consumer) || (mine != nullptr && mine->status != "Accepted")) {
      if (is_revoked) return TakeBack();
      if (mine == nullptr) return Missing();
      return mine->status == "Pending" ? Pending() : Rejected();
    }
    SeenInvitation const gone{.email = want.spec.recipient.email.value_or(""),
                              .status = "Accepted"};
    auto const consumers = FindConsumers(want, seen, mine == nullptr ? gone : *mine);
    if (consumers.problem) {
      status.state = State::kAccepted;
      return Block(*consumers.problem);
    }
    if (!consumers.bound.empty()) Bind(status, consumers.bound.front());
    return is_revoked ? AcceptedRevoked(consumers.bound) : AcceptedActive(consumers.bound);
  }
};

Plan DecideLive(Invitation const& want, Observed const& seen, TimePoint now) {
  Status const facts = Facts(want, seen, nullptr);
  if (seen.reading_problem) return Blocked(want, facts, *seen.reading_problem, now);
  if (seen.is_operation_running) {
    return Await(want, facts, kReady, kReasonRevoking, "Azure is working on the consumer's access.",
                 now);
  }
  if (seen.hold && seen.hold->IsOn(now)) {
    auto plan = Blocked(want, facts, seen.hold->problem, now);
    plan.requeue = {.when = kinds::Requeue::When::kAfter, .delay = seen.hold->until - now};
    return plan;
  }
  if (!seen.is_share_there) {
    return Await(want, facts, kSentCondition, kReasonWaitingForShare,
                 "The share of the DataShare does not exist in Azure yet.", now);
  }
  return Deciding{.want = want, .seen = seen, .now = now}.Run();
}

struct Words {
  PlannedAction operator()(Send const& it) const {
    auto const who = it.recipient.email ? *it.recipient.email
                                        : "object " + it.recipient.object_id.value_or("") +
                                              " of tenant " + it.recipient.tenant_id.value_or("");
    return {.action = "SendInvitation",
            .detail = "invitation " + it.name + " to " + who +
                      (it.expires_at ? ", until " + FormatRfc3339(*it.expires_at) : "")};
  }
  PlannedAction operator()(Withdraw const& it) const {
    return {.action = "WithdrawInvitation", .detail = "invitation " + it.name};
  }
  PlannedAction operator()(Revoke const& it) const {
    return {.action = "RevokeAccess", .detail = "of subscription " + it.consumer_id};
  }
  PlannedAction operator()(Reinstate const& it) const {
    return {
        .action = "ReinstateAccess",
        .detail = "of subscription " + it.consumer_id + ", until " + FormatRfc3339(it.expires_at)};
  }
  PlannedAction operator()(Adjust const& it) const {
    return {
        .action = "AdjustAccess",
        .detail = "of subscription " + it.consumer_id + " ends at " + FormatRfc3339(it.expires_at)};
  }
};

Plan Manage(Plan plan, Invitation const& want, Observed const& seen) {
  plan.status.plan.clear();
  model::RemoveCondition(plan.status.conditions, kinds::kDrifted);
  bool const is_adopted = plan.is_settled && model::IsTrue(plan.status.conditions, kReady);
  if (!plan.Writes() && !is_adopted) return plan;
  plan.adds_finalizer = !want.metadata.HasFinalizer(kFinalizer);
  plan.records_claim = want.status.resource_id.empty() && plan.Writes();
  plan.status.resource_id =
      seen.data_share->share_id + "/invitations/" + InvitationName(want, seen.instance);
  return plan;
}

}  // namespace

std::string InvitationName(Invitation const& want, std::string const& instance) {
  if (want.spec.invitation_name) return *want.spec.invitation_name;
  return want.metadata.name_space + "." + want.metadata.name + "." + instance;
}

PlannedAction Describe(Action const& action) { return std::visit(Words{}, action); }

Plan Decide(Invitation const& want, Observed const& seen, TimePoint now) {
  if (want.metadata.IsDeleting()) return PlanWithdraw(want, seen, now);
  Status const facts = Facts(want, seen, nullptr);
  if (!seen.data_share) {
    return Blocked(
        want, facts,
        Stalled(kSentCondition, kReasonDataShareNotFound,
                "DataShare " + want.spec.data_share_ref.name +
                    " does not exist in this namespace: make it, or delete this object."),
        now);
  }
  if (seen.data_share->is_suspended) return SuspendedPlan(want, now);
  if (seen.identity_problem) return Blocked(want, facts, *seen.identity_problem, now);
  if (seen.older_claim) {
    return Blocked(want, facts,
                   Stalled(kSentCondition, kinds::kReasonDuplicateClaim,
                           "Invitation " + *seen.older_claim +
                               " is older and has the same name in Azure: delete one of the two, "
                               "or give this one another spec.invitationName."),
                   now);
  }
  auto plan = DecideLive(want, seen, now);
  if (seen.data_share->mode == kinds::Mode::kObserve) return OnlyTell(std::move(plan), want, now);
  return Manage(std::move(plan), want, seen);
}

}  // namespace adxf::invitation
