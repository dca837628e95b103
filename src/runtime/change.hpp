#pragma once

#include "model/object_meta.hpp"
#include "runtime/store.hpp"
#include "runtime/work_queue.hpp"

#include <optional>

namespace adxf::runtime {

/// True when something that a user (or another controller) declares differs: generation, deletion,
/// finalizers, annotations, or the object was made anew. A change of status alone is not.
[[nodiscard]] bool IsDeclaredChange(model::ObjectMeta const& before,
                                    model::ObjectMeta const& after);

/// With which priority a change is to be worked on; nullopt when it needs no pass (only the status
/// moved, and nothing is known to be lost). A new object from a full state, and one unchanged
/// there, count as resync; one that is being deleted never does.
template <StoredObject K>
[[nodiscard]] std::optional<int> PriorityOf(Change<K> const& change) {
  if (!change.after) return kUserChange;
  if (!change.before)
    return change.from_full_state && !change.after->metadata.IsDeleting() ? kResync : kUserChange;
  if (IsDeclaredChange(change.before->metadata, change.after->metadata)) return kUserChange;
  if (change.from_full_state) return kResync;
  return std::nullopt;
}

}  // namespace adxf::runtime
