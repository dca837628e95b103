#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace adxf::http {

/// Whether a host as HostOf() gives it is this machine: localhost, 127.0.0.0/8 or [::1].
bool IsLoopbackHost(std::string_view host);

/// Path and query of an absolute URL as they stand in it, "/" when there is none. Nothing is
/// encoded here: whoever built the URL has done it. Errors: kInvalid for URLs that are not absolute
/// http or https, hold blanks, control or non-ASCII characters, or whose path starts with two
/// slashes.
Result<std::string> PathAndQueryOf(std::string_view url);

}  // namespace adxf::http
