#pragma once

#include <string>

namespace adxf::invitation {

/// The CustomResourceDefinition of Invitation as YAML: the text of
/// crds/adxfollower.io_invitations.yaml.
std::string CrdYaml();

}  // namespace adxf::invitation
