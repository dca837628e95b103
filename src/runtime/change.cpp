#include "runtime/change.hpp"

namespace adxf::runtime {

bool IsDeclaredChange(model::ObjectMeta const& before, model::ObjectMeta const& after) {
  return before.uid != after.uid || before.generation != after.generation ||
         before.deletion_timestamp != after.deletion_timestamp ||
         before.finalizers != after.finalizers || before.annotations != after.annotations;
}

}  // namespace adxf::runtime
