#include "kinds/follower_database/plan_subscription.hpp"

#include "base/text.hpp"
#include "base/time_format.hpp"
#include "kinds/follower_database/conditions.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace adxf::follower_database {
namespace {

constexpr std::size_t kMaxName = 90;  // of a share subscription

ShareSource const& Share(FollowerDatabase const& want) { return *want.spec.source.share; }

/// FNV-1a, 32 bit, as eight digits.
std::string Digest(std::string_view text) {
  std::uint32_t hash = 2'166'136'261U;
  for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) digits += kDigits[(hash >> shift) & 0xF];
  return digits;
}

/// The id of the invitation that the source names; empty where it names none, or none yet.
std::string InvitationId(FollowerDatabase const& want, Observed const& seen) {
  auto const& share = Share(want);
  if (share.invitation) return share.invitation->id;
  if (share.invitation_ref && seen.share.invitation_object) return seen.share.invitation_object->id;
  return "";
}

bool IsMatched(InvitationMatch const& match, std::string const& share_name,
               std::string const& provider_email) {
  return EqualsIgnoreCase(match.share_name, share_name) &&
         (!match.provider_email || EqualsIgnoreCase(*match.provider_email, provider_email));
}

bool CameOfSource(FollowerDatabase const& want, Observed const& seen,
                  SeenSubscription const& subscription) {
  if (auto const& match = Share(want).match)
    return IsMatched(*match, subscription.share_name, subscription.provider_email);
  auto const id = InvitationId(want, seen);
  return !id.empty() && EqualsIgnoreCase(id, subscription.invitation_id);
}

SeenSubscription const* Named(Observed const& seen, std::string const& name) {
  auto const& all = seen.share.subscriptions;
  auto const found = std::ranges::find_if(
      all, [&](SeenSubscription const& it) { return EqualsIgnoreCase(it.name, name); });
  return found == all.end() ? nullptr : &*found;
}

/// Those of the same source under other names; of those with access alone, if there are any.
std::vector<SeenSubscription const*> OfSource(FollowerDatabase const& want, Observed const& seen) {
  std::vector<SeenSubscription const*> found;
  if (Share(want).subscription_name) return found;
  // A share of that name may be offered anew, after the access to an earlier one has ended.
  bool const is_by_name = Share(want).match.has_value();
  for (auto const& it : seen.share.subscriptions) {
    bool const is_over = is_by_name && !kinds::HasAccess(it.status);
    if (!is_over && CameOfSource(want, seen, it)) found.push_back(&it);
  }
  auto const has_access = [](auto const* it) { return kinds::HasAccess(it->status); };
  if (std::ranges::any_of(found, has_access))
    std::erase_if(found, [&](auto const* it) { return !has_access(it); });
  return found;
}

SeenSubscription const* Told(FollowerDatabase const& want, Observed const& seen) {
  auto const& all = seen.share.subscriptions;
  auto const found =
      std::ranges::find_if(all, [&](SeenSubscription const& it) { return IsTold(want, it.name); });
  return found == all.end() ? nullptr : &*found;
}

std::string Quoted(FollowerDatabase const& want) {
  auto const& share = Share(want);
  if (share.match) return "an invitation to share " + share.match->share_name;
  if (share.invitation) return "the invitation " + share.invitation->id;
  return "the invitation of Invitation " + share.invitation_ref->name;
}

OfferChoice Without(Problem problem) { return {.problem = std::move(problem)}; }

Problem NotSeen(FollowerDatabase const& want) {
  return Untakable(
      kReasonInvitationNotFound,
      "Azure shows " + Quoted(want) +
          " to this identity nowhere: the recipient is another, it was withdrawn, or "
          "Microsoft.DataShare is registered in no subscription of this tenant (az provider "
          "register --namespace Microsoft.DataShare).");
}

/// What the Invitation of the namespace lacks.
std::optional<Problem> ObjectProblem(FollowerDatabase const& want, Observed const& seen) {
  auto const& ref = Share(want).invitation_ref;
  if (!ref) return std::nullopt;
  auto const& object = seen.share.invitation_object;
  if (!object) {
    return Untakable(kReasonInvitationNotFound,
                     "There is no Invitation " + ref->name +
                         " in this namespace: make it, or give the invitation's id and location in "
                         "spec.source.share.invitation of a new object.");
  }
  if (!object->id.empty()) return std::nullopt;
  return Problem{.condition = std::string(kAttached),
                 .reason = std::string(kReasonInvitationNotFound),
                 .message = "Invitation " + ref->name + " has not been sent yet."};
}

/// Why an invitation that is there cannot be accepted; none when it can.
std::optional<Problem> AnsweredProblem(SeenOffer const& offer) {
  if (offer.status == "Pending") return std::nullopt;
  if (offer.status == "Accepted") {
    return Untakable(
        kReasonInvitationUsed,
        "Invitation " + offer.id +
            " was accepted already, into a share subscription that is not in this account "
            "or was deleted: name that account, or ask the provider for a new "
            "invitation.");
  }
  bool const is_rejected = offer.status == "Rejected";
  return Untakable(is_rejected ? kReasonInvitationRejected : kReasonInvitationGone,
                   "Invitation " + offer.id + (is_rejected ? " was rejected" : " was withdrawn") +
                       ": ask the provider for a new one.");
}

std::optional<Problem> OfferProblem(FollowerDatabase const& want, SeenOffer const& offer,
                                    TimePoint now) {
  if (auto answered = AnsweredProblem(offer)) return answered;
  if (offer.expires_at && *offer.expires_at <= now) {
    return Untakable(kReasonInvitationExpired, "Invitation " + offer.id + " expired at " +
                                                   FormatRfc3339(*offer.expires_at) +
                                                   ": ask the provider for a new one.");
  }
  if (offer.terms.empty() || Share(want).accept_terms_of_use) return std::nullopt;
  return Untakable(kReasonTermsNotAccepted,
                   "The provider has terms of use: read them, and set "
                   "spec.source.share.acceptTermsOfUse to true to accept them. They are: " +
                       offer.terms);
}

/// Those that the source means, and that can still be accepted if there are any such.
std::vector<SeenOffer const*> Meant(FollowerDatabase const& want, Observed const& seen,
                                    TimePoint now) {
  std::vector<SeenOffer const*> meant;
  auto const& match = Share(want).match;
  auto const id = InvitationId(want, seen);
  for (auto const& it : seen.share.offers) {
    bool const fits =
        match ? IsMatched(*match, it.share_name, it.provider_email) : EqualsIgnoreCase(it.id, id);
    if (fits) meant.push_back(&it);
  }
  auto const is_open = [&](SeenOffer const* it) {
    return it->status == "Pending" && (!it->expires_at || *it->expires_at > now);
  };
  if (std::ranges::any_of(meant, is_open))
    std::erase_if(meant, [&](auto const* it) { return !is_open(it); });
  return meant;
}

}  // namespace

Problem Untakable(std::string_view reason, std::string message) {
  return kinds::Stalled(kAttached, reason, std::move(message));
}

std::string SubscriptionName(FollowerDatabase const& want, std::string const& instance) {
  if (auto const& chosen = Share(want).subscription_name) return *chosen;
  // Kubernetes names hold no underscore, so these can be told apart.
  auto const name = want.metadata.name_space + "_" + want.metadata.name + "_" + instance;
  std::string kept;
  for (char const c : name) kept += c == '.' ? '-' : c;
  bool const is_itself = kept == name && kept.size() <= kMaxName;
  if (is_itself) return kept;
  auto const digest = Digest(name);
  return kept.substr(0, kMaxName - digest.size() - 1) + "_" + digest;
}

std::string SubscriptionId(FollowerDatabase const& want, std::string const& name) {
  return Share(want).account_resource_id + "/shareSubscriptions/" + name;
}

bool IsTold(FollowerDatabase const& want, std::string const& subscription) {
  return want.metadata.HasFinalizer(kFinalizer) && want.status.share &&
         EqualsIgnoreCase(want.status.share->subscription, SubscriptionId(want, subscription));
}

SeenSubscription const* FindSubscription(FollowerDatabase const& want, Observed const& seen) {
  if (auto const* told = Told(want, seen)) return told;
  if (auto const* named = Named(seen, SubscriptionName(want, seen.instance))) return named;
  auto const others = OfSource(want, seen);
  return others.size() == 1 ? others.front() : nullptr;
}

std::optional<Problem> SubscriptionProblem(FollowerDatabase const& want, Observed const& seen) {
  auto const* found = FindSubscription(want, seen);
  if (found == nullptr) {
    auto const others = OfSource(want, seen);
    if (others.size() < 2) return std::nullopt;
    std::vector<std::string> names;
    names.reserve(others.size());
    for (auto const* it : others) names.push_back(it->name);
    return Untakable(
        kReasonAmbiguousInvitation,
        "The share subscriptions " + Join(names, ", ") +
            " of the account all fit: name one with spec.source.share.subscriptionName "
            "in a new object.");
  }
  if (IsTold(want, found->name) || CameOfSource(want, seen, *found)) return std::nullopt;
  bool const can_tell = Share(want).match || !InvitationId(want, seen).empty();
  // A derived name holds this installation's: nobody else makes one of that name.
  if (!can_tell && !Share(want).subscription_name) return std::nullopt;
  if (!can_tell) return ObjectProblem(want, seen);
  return Untakable(
      kReasonSubscriptionConflict,
      "The account has a share subscription " + found->name + ", to share " + found->share_name +
          " of " + found->provider + ", which did not come of " + Quoted(want) +
          ": delete it there, or choose another spec.source.share.subscriptionName in a "
          "new object.");
}

OfferChoice ChooseOffer(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (auto problem = ObjectProblem(want, seen)) return Without(std::move(*problem));
  auto const meant = Meant(want, seen, now);
  if (meant.empty()) return Without(NotSeen(want));
  if (meant.size() > 1) {
    return Without(Untakable(kReasonAmbiguousInvitation,
                             std::to_string(meant.size()) + " invitations fit " + Quoted(want) +
                                 ": give providerEmail, or the id and location of one in "
                                 "spec.source.share.invitation of a new object."));
  }
  if (auto problem = OfferProblem(want, *meant.front(), now)) return Without(std::move(*problem));
  return {.offer = meant.front()};
}

}  // namespace adxf::follower_database
