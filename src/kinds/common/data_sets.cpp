#include "kinds/common/data_sets.hpp"

namespace adxf::kinds {

DataSetKind FromAzure(azure::DataSetKind kind) {
  switch (kind) {
    case azure::DataSetKind::kKustoCluster: return DataSetKind::kCluster;
    case azure::DataSetKind::kKustoDatabase: return DataSetKind::kDatabase;
    case azure::DataSetKind::kKustoTable: return DataSetKind::kTable;
    case azure::DataSetKind::kOther: break;
  }
  return DataSetKind::kOther;
}

azure::DataSetKind ToAzure(DataSetKind kind) {
  switch (kind) {
    case DataSetKind::kCluster: return azure::DataSetKind::kKustoCluster;
    case DataSetKind::kDatabase: return azure::DataSetKind::kKustoDatabase;
    case DataSetKind::kTable: return azure::DataSetKind::kKustoTable;
    case DataSetKind::kOther: break;
  }
  return azure::DataSetKind::kOther;
}

}  // namespace adxf::kinds
