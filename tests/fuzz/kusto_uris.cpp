// Cluster URIs, which a token is sent to: what is taken is a host of the cloud, by a reader that
// shares nothing with ours.
#include "azure/cloud.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>

namespace adxf {
namespace {

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

/// "https://<host>[:443][/]", the host below a suffix of Kusto's.
bool IsKusto(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  constexpr std::string_view kScheme = "https://";
  if (!text.starts_with(kScheme)) return false;
  auto host = text.substr(kScheme.size());
  if (host.ends_with('/')) host.pop_back();
  if (host.ends_with(":443")) host.resize(host.size() - 4);
  if (!std::ranges::all_of(host, IsHostCharacter)) return false;
  auto const suffixes = azure::PublicCloud().kusto_suffixes;
  return std::ranges::any_of(suffixes, [&](std::string const& suffix) {
    return host.size() > suffix.size() && host.ends_with(suffix);
  });
}

void Check(std::string_view input) {
  if (azure::PublicCloud().CheckKustoUri(input))
    fuzz::Require(IsKusto(std::string(input)), "only a host of Kusto's is taken");
  static_cast<void>(azure::PublicCloud().CheckArmUrl(input));
  fuzz::Require(
      !azure::PublicCloud().CheckMetadataHost(input) || input.starts_with("http://169.254.169.254"),
      "the machine's identity is asked for at one address");
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
