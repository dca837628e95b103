#include "kinds/follower_database/concern.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"

#include <algorithm>

namespace adxf::follower_database {

Concern ConcernOf(FollowerDatabase const& want, Plan const& plan, bool waits_for_turn) {
  auto const& leader = want.spec.source.leader;
  auto const& attachment = plan.status.attachment;
  bool const is_ready = plan.is_settled && model::IsTrue(plan.status.conditions, kReady);
  bool const has_own_names =
      leader && !leader->FollowsAll() && !want.metadata.IsDeleting() && attachment;
  if (!has_own_names || !(is_ready || waits_for_turn)) return {};
  Concern concern{.is_any = false};
  auto const& id = attachment->resource_id;
  concern.names.insert(ToLower(id.substr(id.rfind('/') + 1)));
  concern.names.insert(ToLower(leader->database));
  for (auto const& pair : attachment->databases) concern.names.insert(ToLower(pair.follower));
  return concern;
}

bool Concerns(azure::News const& news, Concern const& concern) {
  if (news.is_general || (concern.is_any && news.IsAny())) return true;
  return std::ranges::any_of(concern.names,
                             [&](std::string const& name) { return news.names.contains(name); });
}

}  // namespace adxf::follower_database
