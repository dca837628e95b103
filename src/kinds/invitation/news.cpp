#include "kinds/invitation/news.hpp"

#include "base/text.hpp"
#include "kinds/common/plan.hpp"

#include <algorithm>

namespace adxf::invitation {

bool IsNewsFor(data_share::DataShare const& share, runtime::Change<Invitation> const& change) {
  auto const& told = change.after ? change.after : change.before;
  if (!told || !told->status.consumer) return false;
  auto const& consumer = *told->status.consumer;
  auto const& shown = share.status.consumers;
  auto const found = std::ranges::find_if(shown, [&](data_share::ConsumerStatus const& it) {
    return EqualsIgnoreCase(it.subscription_id, consumer.subscription_id);
  });
  // Nobody writes the end of the access into an Invitation that goes.
  if (!change.after) return found != shown.end() && kinds::HasAccess(found->state);
  return found == shown.end() || !EqualsIgnoreCase(found->state, consumer.state);
}

}  // namespace adxf::invitation
