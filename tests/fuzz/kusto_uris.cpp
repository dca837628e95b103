// Cluster URIs, which a token is sent to: what is taken is a host of the cloud, by a reader that
// shares nothing with ours.
#include "azure/cloud.hpp"
#include "fuzz/fuzz.hpp"
#include "http/request.hpp"
#include "http/url.hpp"

#include <algorithm>

namespace adxf {
namespace {

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

/// "https://<host>[:443][/]", the host below a suffix of Kusto's.
bool IsKusto(std::string text) {
  text = Lower(std::move(text));
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

/// The URL without what is behind its host.
std::string AsAddress(std::string_view url) {
  auto const scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return std::string(url.substr(0, url.find_first_of("/?#", scheme + 3)));
}

bool IsArm(std::string text) {
  text = Lower(std::move(text));
  return text == "https://management.azure.com" || text == "https://management.azure.com:443";
}

bool IsMachine(std::string text) {
  text = Lower(std::move(text));
  return text == "http://169.254.169.254" || text == "http://169.254.169.254:80";
}

/// What both checks stand on.
void CheckOrigin(std::string_view url) {
  auto const origin = http::OriginOf(url);
  fuzz::Require(origin.empty() == http::HostOf(url).empty(), "an origin has a host");
  if (origin.empty()) return;
  fuzz::Require(http::OriginOf(origin) == origin, "an origin is its own");
  fuzz::Require(origin.find_first_of("@/?#\\% \t\r\n", origin.find("://") + 3) == std::string::npos,
                "an origin holds a host and a port");
  auto const path = http::PathAndQueryOf(url);
  if (!path) return;
  fuzz::Require(path->starts_with('/') && !path->starts_with("//"), "a path names no host");
  fuzz::Require(http::OriginOf(origin + *path) == origin, "a path leads nowhere else");
}

void Check(std::string_view input) {
  auto const cloud = azure::PublicCloud();
  auto const taken = cloud.CheckKustoUri(input);
  fuzz::Require(!taken || IsKusto(std::string(input)), "only a host of Kusto's is taken");
  fuzz::Require(!taken || cloud.CheckKustoUrl(std::string(input) + "v1/rest/mgmt") ||
                    cloud.CheckKustoUrl(std::string(input) + "/v1/rest/mgmt"),
                "a command can be sent to a cluster that is taken");
  fuzz::Require(taken || (!taken.error().message.empty() && taken.error().message.size() < 1024),
                "what is refused is explained, and shortly");
  if (cloud.CheckKustoUrl(input))
    fuzz::Require(IsKusto(AsAddress(input)), "no path makes another host of Kusto's");
  if (cloud.CheckArmUrl(input))
    fuzz::Require(IsArm(AsAddress(input)), "only ARM's own host is taken for ARM");
  fuzz::Require(!cloud.CheckMetadataHost(input) || IsMachine(AsAddress(input)),
                "the machine's identity is asked for at one address");
  CheckOrigin(input);
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
