#pragma once

#include "azure/news.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/types.hpp"

#include <set>
#include <string>

namespace adxf::follower_database {

/// Which news of its clusters concern an object. One that is as declared, or that is in a queue to
/// write, is not woken by what others do there.
struct Concern {
  bool is_any = true;             ///< All.
  std::set<std::string> names{};  ///< Else those of these attachments and databases, in lower case.
  bool operator==(Concern const&) const = default;
};

/// After a pass that ended with `plan`. `attachment`: the name of its own. `waits_for_turn`: with a
/// place in the queue to write.
Concern ConcernOf(FollowerDatabase const& want, std::string const& attachment, Plan const& plan,
                  bool waits_for_turn);

bool Concerns(azure::News const& news, Concern const& concern);

}  // namespace adxf::follower_database
