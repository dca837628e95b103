#include "azure/commands/add_follower_principals.hpp"

namespace adxf::azure {

Csl AddFollowerPrincipals::Render() const {
  auto text = Csl::Of(".add follower database {} {} ({})", database, KeywordOf(role),
                      CommaList(principals));
  return notes ? Csl::Of("{} {}", text, *notes) : text;
}

}  // namespace adxf::azure
