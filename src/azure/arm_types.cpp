#include "azure/arm_types.hpp"

#include "model/text.hpp"

namespace adxf::azure {

std::string_view ToString(ModificationKind kind) {
  switch (kind) {
    case ModificationKind::kUnion: return "Union";
    case ModificationKind::kReplace: return "Replace";
    case ModificationKind::kNone: return "None";
  }
  return "Union";
}

std::optional<ModificationKind> ParseModificationKind(std::string_view text) {
  for (auto const kind :
       {ModificationKind::kUnion, ModificationKind::kReplace, ModificationKind::kNone}) {
    if (EqualsIgnoreCase(text, ToString(kind))) return kind;
  }
  return std::nullopt;
}

bool TableSharing::IsEmpty() const { return Count() == 0; }

std::size_t TableSharing::Count() const {
  return tables_to_include.size() + tables_to_exclude.size() + external_tables_to_include.size() +
         external_tables_to_exclude.size() + materialized_views_to_include.size() +
         materialized_views_to_exclude.size() + functions_to_include.size() +
         functions_to_exclude.size();
}

bool Attachment::IsBusy() const {
  return provisioning_state != "Succeeded" && provisioning_state != "Failed" &&
         provisioning_state != "Canceled";
}

}  // namespace adxf::azure
