#include "kinds/common/types.hpp"

#include "kinds/common/types_table.hpp"

#include <algorithm>

namespace adxf::kinds {

std::string_view ToString(Adoption value) { return model::EnumName(value); }
std::string_view ToString(Mode value) { return model::EnumName(value); }

std::size_t TotalOf(std::vector<TruncatedList> const& cuts, std::string_view list,
                    std::size_t shown) {
  auto const found = std::ranges::find(cuts, list, &TruncatedList::list);
  return found == cuts.end() ? shown : static_cast<std::size_t>(found->total);
}

void ForgetCut(std::vector<TruncatedList>& cuts, std::string_view list) {
  std::erase_if(cuts, [&](TruncatedList const& it) { return it.list == list; });
}

void NoteCut(std::vector<TruncatedList>& cuts, std::string_view list, std::size_t total) {
  ForgetCut(cuts, list);
  cuts.push_back({.list = std::string(list), .total = static_cast<std::int64_t>(total)});
}

std::string RequestOf(model::ObjectMeta const& metadata) {
  auto const found = metadata.annotations.find(std::string(kReconcileAtAnnotation));
  return found == metadata.annotations.end() ? "" : found->second;
}

bool IsForced(model::ObjectMeta const& metadata) {
  auto const found = metadata.annotations.find(std::string(kForceDeleteAnnotation));
  return found != metadata.annotations.end() && found->second == "true";
}

}  // namespace adxf::kinds
