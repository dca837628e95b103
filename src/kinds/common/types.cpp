#include "kinds/common/types.hpp"

#include "kinds/common/types_table.hpp"

namespace adxf::kinds {

std::string_view ToString(Adoption value) { return model::EnumName(value); }
std::string_view ToString(Mode value) { return model::EnumName(value); }

std::string RequestOf(model::ObjectMeta const& metadata) {
  auto const found = metadata.annotations.find(std::string(kReconcileAtAnnotation));
  return found == metadata.annotations.end() ? "" : found->second;
}

bool IsForced(model::ObjectMeta const& metadata) {
  auto const found = metadata.annotations.find(std::string(kForceDeleteAnnotation));
  return found != metadata.annotations.end() && found->second == "true";
}

}  // namespace adxf::kinds
