#pragma once

#include "azure/arm_types.hpp"
#include "base/clock.hpp"

#include <memory>
#include <vector>

namespace adxf::azure {

/// Attachments that were put by us since a cluster's were listed, and whose operation is over:
/// newer than what the list has under the same name. Not thread-safe.
class MadeAttachments {
 public:
  using List = std::vector<std::shared_ptr<Attachment const>>;

  void Note(Attachment attachment, SteadyPoint over_at);
  /// A list that was begun at that moment has all that was over before.
  void ForgetThoseBefore(SteadyPoint listed_at);
  /// Never null; does not change any more.
  [[nodiscard]] std::shared_ptr<List const> const& View() const { return list_; }

 private:
  std::shared_ptr<List const> list_ = std::make_shared<List const>();
  std::vector<SteadyPoint> over_at_{};  // of each of list_, ascending
};

}  // namespace adxf::azure
