#include "base/error.hpp"

namespace adxf {

std::string_view ToString(Code code) {
  switch (code) {
    case Code::kInvalid: return "invalid";
    case Code::kNotFound: return "not_found";
    case Code::kConflict: return "conflict";
    case Code::kThrottled: return "throttled";
    case Code::kUnavailable: return "unavailable";
    case Code::kUnauthorized: return "unauthorized";
    case Code::kForbidden: return "forbidden";
    case Code::kCancelled: return "cancelled";
    case Code::kDeadline: return "deadline";
    case Code::kInternal: return "internal";
  }
  return "internal";
}

Error Error::Because(std::string_view context) const {
  Error result = *this;
  result.message = std::string(context) + ": " + message;
  return result;
}

bool Error::IsTransient() const {
  return code == Code::kConflict || code == Code::kThrottled || code == Code::kUnavailable ||
         code == Code::kDeadline;
}

}  // namespace adxf
