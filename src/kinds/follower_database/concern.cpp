#include "kinds/follower_database/concern.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"

#include <algorithm>
#include <set>

namespace adxf::follower_database {

Concern ConcernOf(FollowerDatabase const& want, std::string const& attachment, Plan const& plan,
                  bool waits_for_turn) {
  auto const& leader = want.spec.source.leader;
  bool const is_ready = plan.is_settled && model::IsTrue(plan.status.conditions, kReady);
  bool const has_own_names = leader && !leader->FollowsAll() && !want.metadata.IsDeleting();
  if (!has_own_names || !(is_ready || waits_for_turn)) return {};
  std::set<SharedText> names{ToLower(attachment), ToLower(leader->database),
                             ToLower(FollowerName(want))};
  if (plan.status.attachment) {
    for (auto const& pair : plan.status.attachment->databases) names.insert(ToLower(pair.follower));
  }
  return {.is_any = false, .names = {names.begin(), names.end()}};
}

bool Concerns(azure::News const& news, Concern const& concern) {
  if (news.is_general || (concern.is_any && news.IsAny())) return true;
  return std::ranges::any_of(concern.names,
                             [&](SharedText const& name) { return news.names.contains(name); });
}

}  // namespace adxf::follower_database
