// Texts of users and of Azure that become values: what is taken reads back as itself.
#include "azure/csl.hpp"
#include "fuzz/fuzz.hpp"
#include "model/principal.hpp"
#include "model/resource_id.hpp"
#include "model/timespan.hpp"

namespace adxf {
namespace {

using model::Principal;
using model::ResourceId;
using model::Timespan;

void CheckSpan(Result<Timespan> const& span) {
  if (!span) return;
  fuzz::Require(span->Ticks() >= 0, "no span is negative");
  fuzz::Require(Timespan::Parse(span->ToKusto()) == *span, "Kusto's form reads back");
  auto const iso = Timespan::ParseIso8601(span->ToIso8601());
  fuzz::Require(iso == *span, "ISO 8601 reads back");
  fuzz::Require(span->ToDuration() >= Duration::zero(), "no duration is negative");
}

void CheckId(std::string_view text) {
  auto const id = ResourceId::Parse(text);
  if (!id) return;
  fuzz::Require(id->Text() == text, "an id keeps its text");
  fuzz::Require(text.find_first_of("?#%\\\t\r\n") == std::string_view::npos,
                "an id changes no path");
  auto const child = id->Child("databases", "a/b?c");
  fuzz::Require(child.Parent() == *id || id->Provider().empty(), "a child lies below its parent");
  fuzz::Require(text.ends_with(id->Name()), "an id ends in its name");
  static_cast<void>(id->Type());
}

void CheckPrincipal(std::string_view text) {
  auto const principal = Principal::Parse(text);
  if (!principal) return;
  auto const again = Principal::Parse(principal->ToFqn());
  fuzz::Require(again && *again == *principal, "a principal reads back");
  fuzz::Require(principal->ToFqn().find_first_of("\"\\\n\r") == std::string::npos,
                "a principal ends no literal");
  // No object of the API server holds bytes that are no UTF-8, but a text that is not sent is
  // refused.
  auto const sent = azure::PrincipalLiteral::Of(*principal);
  fuzz::Require(sent || sent.error().code == Code::kInvalid,
                "a principal can be sent, or is refused for good");
}

void Check(std::string_view input) {
  CheckSpan(Timespan::Parse(input));
  CheckSpan(Timespan::ParseIso8601(input));
  CheckId(input);
  CheckPrincipal(input);
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
