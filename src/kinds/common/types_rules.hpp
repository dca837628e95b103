#pragma once

#include "model/describe.hpp"

#include <string_view>

/// CEL rules that fields of several kinds share. The parsers in model/ accept exactly what passes
/// here.
namespace adxf::kinds::rules {

using model::Rule;
using model::Rules;

inline constexpr std::string_view kIsClusterId =
    R"(self.matches(r'(?i)^/subscriptions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/resourceGroups/[-\w.()]{1,90}/providers/Microsoft\.Kusto/clusters/[a-z][a-z0-9]{3,21}$'))";

inline constexpr std::string_view kIsAccountId =
    R"(self.matches(r'(?i)^/subscriptions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/resourceGroups/[-\w.()]{1,90}/providers/Microsoft\.DataShare/accounts/[-\w]{3,90}$'))";

inline constexpr std::string_view kHasNameCharacters = R"(self.matches(r'^[\p{L}\p{N}_ .\-]+$'))";
inline constexpr std::string_view kHasNameEdges = R"(!self.matches(r'^( |__)|( |__)$'))";

inline constexpr std::string_view kIsSecretName =
    R"(self.matches(r'^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$'))";

inline constexpr Rules kSelectionItem{
    {R"(self.matches(r'^[^*]*\*?$'))",
     "the wildcard * may stand only at the end of an entry: write Logs* for all that begin with "
     "Logs, or * for all"},
    {R"(self.matches(r'^[\p{L}\p{N}_ .\-*]+$'))",
     "an entry may hold only letters, digits, _, space, . and -, and a * at its end: take out "
     "quotes, brackets, control "
     "characters and other signs"},
    {kHasNameEdges,
     "an entry may not begin or end with a space or two underscores: Kusto reserves such names"}};

inline constexpr Rules kSecretName{
    {kIsSecretName,
     "name must be the name of a Secret in this namespace: lower-case letters, digits, - and ."}};

}  // namespace adxf::kinds::rules
