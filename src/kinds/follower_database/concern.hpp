#pragma once

#include "azure/news.hpp"
#include "base/shared_text.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/types.hpp"

#include <string>
#include <vector>

namespace adxf::follower_database {

/// Which news of its clusters concern an object. One that is as declared, or that is in a queue to
/// write, is not woken by what others do there.
struct Concern {
  bool is_any = true;  ///< All.
  /// Else those of these attachments and databases: in lower case, each once, in a fixed order.
  std::vector<SharedText> names{};
  bool operator==(Concern const&) const = default;
};

/// After a pass that ended with `plan`. `attachment`: the name of its own. `waits_for_turn`: with a
/// place in the queue to write.
Concern ConcernOf(FollowerDatabase const& want, std::string const& attachment, Plan const& plan,
                  bool waits_for_turn);

bool Concerns(azure::News const& news, Concern const& concern);

}  // namespace adxf::follower_database
