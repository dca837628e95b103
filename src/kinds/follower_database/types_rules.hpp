#pragma once

#include "kinds/common/types_rules.hpp"
#include "model/describe.hpp"

#include <string_view>

/// CEL rules that several fields of the spec share. The parsers in model/ accept exactly what
/// passes here.
namespace adxf::follower_database::rules {

using kinds::rules::kHasNameCharacters;
using kinds::rules::kHasNameEdges;
using kinds::rules::kIsAccountId;
using kinds::rules::kIsClusterId;
using model::Rule;
using model::Rules;

inline constexpr std::string_view kIsTimespan =
    R"(self.matches(r'^(\d{1,7}(\.\d{1,7})?d|\d{1,8}(\.\d{1,7})?h|\d{1,10}(\.\d{1,7})?m|\d{1,11}(\.\d{1,7})?s|\d{1,14}(\.\d{1,7})?ms|(\d{1,7}\.)?([01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(\.\d{1,7})?)$'))";

/// Judges only what looks like a timespan; kIsTimespan judges the rest.
inline constexpr std::string_view kIsTenSecondsOrMore =
    R"(!self.matches(r'^\d+(\.\d+)?(d|h|m|s|ms)$|^[\d.]*\d:\d+:\d+(\.\d+)?$') || (self.contains(':') ? !self.matches(r'^(0+\.)?0?0:0?0:0?\d(\.\d+)?$') : self.endsWith('ms') ? double(self.substring(0, size(self) - 2)) >= 10000.0 : self.endsWith('s') ? double(self.substring(0, size(self) - 1)) >= 10.0 : self.endsWith('m') ? double(self.substring(0, size(self) - 1)) * 60.0 >= 10.0 : self.endsWith('h') ? double(self.substring(0, size(self) - 1)) * 3600.0 >= 10.0 : double(self.substring(0, size(self) - 1)) * 86400.0 >= 10.0))";

inline constexpr std::string_view kIsMoreThanZero = R"(!self.matches(r'^[0.:]+(d|h|m|s|ms)?$'))";

/// Letters, digits, _, space, . and -: what Kusto allows in the name of an entity.
inline constexpr std::string_view kHasNameOrAsterisk =
    R"(self == '*' || self.matches(r'^[\p{L}\p{N}_ .\-]+$'))";

inline constexpr Rules kHot{
    {kIsTimespan,
     "hot must be a Kusto timespan such as 7d, 12h, 30m or 1.06:00:00 (there are no weeks)"}};

inline constexpr Rules kEntityName{
    {kHasNameCharacters,
     "name may hold only letters, digits, _, space, . and -: take out quotes, control characters "
     "and other signs"},
    {kHasNameEdges,
     "name may not begin or end with a space or two underscores: Kusto reserves such names"}};

inline constexpr Rules kPrincipal{
    {R"(self.matches(r'(?i)^(aaduser|aadgroup|aadapp|msauser)=[^;"\\\x00-\x1f\x7f]+(;[a-z0-9.\-]+)?$'))",
     "principal must be aaduser=<mail or object id>, aadgroup=<mail>, aadgroup=<object id>;<tenant "
     "id>, "
     "aadapp=<application id>;<tenant id> or msauser=<mail>, without quotes, backslashes and "
     "control characters"},
    {R"(!self.matches(r'^\w+= | (;|$)'))",
     "principal may not have spaces around the name: write aaduser=ana@contoso.com"},
    {R"(!self.matches(r'(?i)^aadapp=[^;]*$'))",
     "principal names an application without its tenant: write aadapp=<application id>;<tenant "
     "id>"},
    {R"(!self.matches(r'(?i)^aadgroup=[^;@]*$'))",
     "principal names a group without its tenant: write aadgroup=<mail> or aadgroup=<object "
     "id>;<tenant id>"},
    {R"(!self.matches(r'(?i)^msauser=([^@]*$|.*;)'))",
     "principal is no Microsoft account: write msauser=<mail>"}};

}  // namespace adxf::follower_database::rules
