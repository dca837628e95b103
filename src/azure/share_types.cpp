#include "azure/share_types.hpp"

#include "model/text.hpp"

namespace adxf::azure {

std::string_view ToString(DataSetKind kind) {
  switch (kind) {
    case DataSetKind::kKustoCluster: return "KustoCluster";
    case DataSetKind::kKustoDatabase: return "KustoDatabase";
    case DataSetKind::kKustoTable: return "KustoTable";
    case DataSetKind::kOther: return "Other";
  }
  return "Other";
}

DataSetKind ParseDataSetKind(std::string_view text) {
  for (auto const kind :
       {DataSetKind::kKustoCluster, DataSetKind::kKustoDatabase, DataSetKind::kKustoTable}) {
    if (EqualsIgnoreCase(text, ToString(kind))) return kind;
  }
  return DataSetKind::kOther;
}

}  // namespace adxf::azure
