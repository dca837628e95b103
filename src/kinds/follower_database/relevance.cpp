#include "kinds/follower_database/relevance.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/plan_attachment.hpp"

#include <algorithm>

namespace adxf::follower_database {

Relevance::Relevance(FollowerDatabase const& want, std::string const& instance)
    : want_(want), is_single_(want.spec.source.leader && !want.spec.source.leader->FollowsAll()) {
  if (!is_single_) return;
  attachment_ = AttachmentName(want, instance);
  leader_key_ = ToLower(want.spec.source.leader->cluster_resource_id);
  name_ = FollowerName(want);
  if (auto const& told = want.status.attachment)
    told_ = told->resource_id.substr(told->resource_id.rfind('/') + 1);
}

std::vector<Relevance::Found> Relevance::Attachments(azure::ClusterView const& view) const {
  std::vector<Found> relevant;
  for (auto const& it : *view.made) {
    if (Has(*it)) relevant.push_back({.attachment = it.get(), .is_just_made = true});
  }
  auto const is_remade = [&](azure::Attachment const& listed) {
    return std::ranges::any_of(relevant, [&](Found const& it) {
      return it.is_just_made && EqualsIgnoreCase(it.attachment->name, listed.name);
    });
  };
  for (auto const& it : *view.attachments) {
    if (Has(it) && !is_remade(it)) relevant.push_back({.attachment = &it});
  }
  return relevant;
}

bool Relevance::Has(azure::Attachment const& attachment) const {
  if (!is_single_) return true;
  if (EqualsIgnoreCase(attachment.name, attachment_) || EqualsIgnoreCase(attachment.name, told_))
    return true;
  bool const may_bring_it =
      attachment.spec.database == "*" ||
      EqualsIgnoreCase(attachment.spec.database, want_.spec.source.leader->database);
  return may_bring_it && attachment.spec.leader.Key() == leader_key_;
}

bool Relevance::Has(azure::ArmDatabase const& database) const {
  return HasName(database.name) || EqualsIgnoreCase(database.attachment_name, attachment_);
}

bool Relevance::HasName(std::string const& database) const {
  return !is_single_ || EqualsIgnoreCase(database, name_);
}

}  // namespace adxf::follower_database
