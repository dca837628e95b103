#pragma once

#include "azure/share_types.hpp"
#include "kinds/common/types.hpp"

namespace adxf::kinds {

DataSetKind FromAzure(azure::DataSetKind kind);
azure::DataSetKind ToAzure(DataSetKind kind);

}  // namespace adxf::kinds
