#pragma once

#include <string>
#include <string_view>

namespace adxf::kube {

/// The JSON text without what the operator never reads and what is most of an object's text:
/// `managedFields`, and kubectl's annotation with a copy of the whole object; wherever they stand.
/// Reads bytes, not tokens, which is many times faster than parsing them. Text that is not JSON
/// stays text that is not JSON, or nearly so: the parser that reads the rest has the last word.
std::string SlimText(std::string_view text);

}  // namespace adxf::kube
