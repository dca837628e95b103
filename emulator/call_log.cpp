#include "emulator/call_log.hpp"

#include <utility>

namespace adxf::emulator {

std::uint64_t CallLog::Add(Call call) {
  call.number = ++last_;
  calls_.push_back(std::move(call));
  if (calls_.size() > kLimit) calls_.pop_front();
  return last_;
}

}  // namespace adxf::emulator
