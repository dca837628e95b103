#pragma once

#include "azure/arm_types.hpp"
#include "azure/csl.hpp"

namespace adxf::azure {

/// Commands spell the kinds in lower case, answers with a capital.
constexpr Keyword KeywordOf(ModificationKind kind) {
  switch (kind) {
    case ModificationKind::kReplace: return Keyword("replace");
    case ModificationKind::kNone: return Keyword("none");
    case ModificationKind::kUnion: break;
  }
  return Keyword("union");
}

}  // namespace adxf::azure
