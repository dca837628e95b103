#include "base/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace adxf {

std::chrono::milliseconds Backoff::Delay(int attempt, double fraction) const {
  auto const limit = static_cast<double>(maximum.count());
  // Past 60 doublings every sane step is over the limit, and pow would only lose precision.
  double const step = std::min(
      limit, static_cast<double>(initial.count()) * std::pow(factor, std::min(attempt, 60)));
  double const spread = step * (1.0 - jitter * fraction);
  return std::chrono::milliseconds(static_cast<long long>(spread));
}

}  // namespace adxf
