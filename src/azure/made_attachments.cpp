#include "azure/made_attachments.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace adxf::azure {

void MadeAttachments::Note(Attachment attachment, SteadyPoint over_at) {
  auto list = *list_;
  auto const same = std::ranges::find_if(
      list, [&](auto const& it) { return EqualsIgnoreCase(it->name, attachment.name); });
  if (same != list.end()) {
    over_at_.erase(over_at_.begin() + (same - list.begin()));
    list.erase(same);
  }
  list.push_back(std::make_shared<Attachment const>(std::move(attachment)));
  over_at_.push_back(over_at);
  list_ = std::make_shared<List const>(std::move(list));
}

void MadeAttachments::ForgetThoseBefore(SteadyPoint listed_at) {
  auto const old = std::ranges::lower_bound(over_at_, listed_at) - over_at_.begin();
  if (old == 0) return;
  over_at_.erase(over_at_.begin(), over_at_.begin() + old);
  list_ = std::make_shared<List const>(list_->begin() + old, list_->end());
}

}  // namespace adxf::azure
