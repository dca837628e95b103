#pragma once

#include <string>

namespace adxf::data_share {

/// The CustomResourceDefinition of DataShare as YAML: the text of
/// crds/adxfollower.io_datashares.yaml.
std::string CrdYaml();

}  // namespace adxf::data_share
