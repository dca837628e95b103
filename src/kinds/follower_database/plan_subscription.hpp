#pragma once

#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <optional>
#include <string>
#include <string_view>

/// How a share comes to the account of its consumer: which subscription is the object's, and else
/// which invitation it accepts.
namespace adxf::follower_database {

/// Why a share cannot be taken, or no more of it; only a person, or its provider, changes that.
Problem Untakable(std::string_view reason, std::string message);

/// The name that the user chose, or `<namespace>_<name>_<instance>`; cut to 90 characters and told
/// apart by a digest where that is longer.
std::string SubscriptionName(FollowerDatabase const& want, std::string const& instance);

/// The ARM id of a share subscription of the object's account.
std::string SubscriptionId(FollowerDatabase const& want, std::string const& name);

/// True when the status tells that the object has that subscription.
bool IsTold(FollowerDatabase const& want, std::string const& subscription);

/// The subscription of the object; null when there is none, or several could be meant.
///
/// In this order: the one that the status tells; the one of its name; where the user chose no name,
/// the only one that came of the same invitation or has the share that is matched.
SeenSubscription const* FindSubscription(FollowerDatabase const& want, Observed const& seen);

/// Why the subscription found is not what is declared, or why none is chosen of several.
std::optional<Problem> SubscriptionProblem(FollowerDatabase const& want, Observed const& seen);

/// The invitation to accept, or why there is none that can be.
struct OfferChoice {
  SeenOffer const* offer = nullptr;
  std::optional<Problem> problem{};
};
OfferChoice ChooseOffer(FollowerDatabase const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::follower_database
