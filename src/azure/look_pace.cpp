#include "azure/look_pace.hpp"

#include <algorithm>
#include <utility>

namespace adxf::azure {

LookPace::LookPace(ObserverTicks ticks, SteadyPoint now)
    : ticks_(ticks), due_(now), step_(ticks.quick_min) {}

void LookPace::LookAt(SteadyPoint when) {
  asked_at_ = when;
  if (when > due_) return;
  due_ = when;
  is_quick_ = false;
}

void LookPace::Expect() { LookQuickly(last_); }

void LookPace::Wrote(SteadyPoint at) {
  step_ = ticks_.quick_min;
  LookQuickly(at);
}

void LookPace::Made(SteadyPoint at) {
  step_ = ticks_.quick_min;
  made_at_ = at;
}

void LookPace::Hurry(SteadyPoint now) {
  if (!made_at_ || due_ <= now) return;
  due_ = now;
  is_quick_ = true;
}

void LookPace::Looked(Seen const& seen, SteadyPoint now, Random& random) {
  last_ = now;
  auto const asked_at = std::exchange(asked_at_, std::nullopt);
  if (made_at_ && *made_at_ < seen.began) made_at_.reset();
  step_ = seen.is_changed ? ticks_.quick_min : std::min(2 * step_, ticks_.quick_max);
  is_quick_ = seen.error.has_value();
  if (seen.error) {
    auto const asked = seen.error->retry_after.value_or(std::chrono::seconds(0));
    due_ = After(last_, std::max<Duration>(step_, asked));
    return;
  }
  auto const tick = static_cast<double>(ticks_.tick.count());
  due_ = After(last_, Duration(static_cast<Duration::rep>(tick * (0.9 + 0.2 * random.Fraction()))));
  if (!seen.is_fresh) {  // what was read is stale already
    step_ = ticks_.quick_min;
    LookQuickly(last_);
  }
  // Who asked while the look ran wants to know what is there after that.
  if (asked_at && *asked_at > seen.began) LookAt(now);
}

void LookPace::LookQuickly(SteadyPoint from) {
  auto const when = After(from, step_);
  if (when >= due_) return;
  due_ = when;
  is_quick_ = true;
}

SteadyPoint LookPace::After(SteadyPoint from, Duration span) {
  return from + std::chrono::duration_cast<SteadyPoint::duration>(span);
}

}  // namespace adxf::azure
