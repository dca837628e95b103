#pragma once

#include "base/result.hpp"
#include "kinds/azure_access/identities.hpp"
#include "operator/flags.hpp"

namespace adxf::app {

/// The operator's own identity, if the configuration gives one, and who may use it. Errors: a file
/// that cannot be read, or whose content is of no use, with what to do; later changes of such a
/// file are found at the next token.
Result<azure_access::IdentityOptions> IdentitiesOf(Config const& config);

}  // namespace adxf::app
