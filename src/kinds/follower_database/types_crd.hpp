#pragma once

#include <string>

namespace adxf::follower_database {

/// The CustomResourceDefinition of FollowerDatabase as YAML: the text of
/// crds/adxfollower.io_followerdatabases.yaml.
std::string CrdYaml();

}  // namespace adxf::follower_database
