#include "azure/cloud.hpp"

#include "http/request.hpp"
#include "model/text.hpp"

#include <algorithm>

namespace adxf::azure {
namespace {

bool IsLoopback(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host == "127.0.0.1" || host == "::1" || host == "localhost" ||
         host.ends_with(".localhost");
}

// RFC 1035, 2.3.4.
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;

/// As much of an address as a message needs.
std::string Told(std::string const& address) { return model::Shorten(address, 100); }

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && !label.starts_with('-') &&
         !label.ends_with('-') && std::ranges::all_of(label, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

/// Names go to the resolver and into a token scope: nothing but letters, digits, dots and hyphens,
/// as DNS has them.
bool IsPlainHostName(std::string_view host) {
  if (host.size() > kLongestHost) return false;
  while (true) {
    auto const dot = host.find('.');
    if (!IsLabel(host.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

bool HasSuffix(std::string_view host, std::vector<std::string> const& suffixes) {
  return std::ranges::any_of(suffixes, [&](std::string const& suffix) {
    return suffix.starts_with('.') && host.size() > suffix.size() && host.ends_with(suffix);
  });
}

}  // namespace

Result<void> Cloud::CheckKustoUri(std::string_view uri) const {
  if (auto const checked = CheckKustoUrl(uri); !checked) return checked;
  auto const behind = uri.find_first_of("/?#", uri.find("://") + 3);
  if (behind == std::string_view::npos || uri.substr(behind) == "/") return {};
  return Fail(Code::kInvalid,
              "the cluster's URI must end behind its host, without path, query and fragment: " +
                  Told(http::OriginOf(uri)));
}

Result<void> Cloud::CheckKustoUrl(std::string_view url) const {
  auto const origin = http::OriginOf(url);
  auto const host = http::HostOf(url);
  if (origin.empty() || host.empty()) {
    return Fail(Code::kInvalid,
                "the cluster's URI is not an absolute http(s) URL without user information");
  }
  if (allow_loopback && IsLoopback(host)) return {};
  if (origin != "https://" + host + ":443") {
    return Fail(Code::kInvalid,
                "the cluster's URI must be https on the default port: " + Told(origin));
  }
  if (!IsPlainHostName(host) || !HasSuffix(host, kusto_suffixes)) {
    return Fail(Code::kInvalid,
                "host " + Told(host) +
                    " is no Kusto host of the configured cloud; no token is sent there. "
                    "Set the cloud (or its Kusto suffixes) in the operator's configuration if it "
                    "should be");
  }
  return {};
}

Result<void> Cloud::CheckArmUrl(std::string_view url) const {
  auto const origin = http::OriginOf(url);
  auto const expected = http::OriginOf(arm_endpoint);
  if (origin.empty() || origin != expected) {
    return Fail(Code::kInvalid, "the URL's origin '" + Told(origin) +
                                    "' is not that of Azure Resource Manager (" + expected +
                                    "); no token is sent there");
  }
  if (origin.starts_with("https://") || (allow_loopback && IsLoopback(http::HostOf(url))))
    return {};
  return Fail(Code::kInvalid, "the ARM endpoint must be https: " + Told(origin));
}

Result<void> Cloud::CheckAuthority() const {
  auto const origin = http::OriginOf(authority_host);
  if (origin.starts_with("https://")) return {};
  if (!origin.empty() && allow_loopback && IsLoopback(http::HostOf(authority_host))) return {};
  return Fail(Code::kInvalid,
              "the authority host must be an https URL; set it in the operator's configuration");
}

Result<void> Cloud::CheckMetadataHost(std::string_view host) const {
  auto const origin = http::OriginOf(host);
  if (origin == "http://169.254.169.254:80") return {};
  if (!origin.empty() && allow_loopback && IsLoopback(http::HostOf(host))) return {};
  return Fail(Code::kInvalid,
              "the machine's identity is asked for at http://169.254.169.254 only, or at the "
              "emulator's endpoint on this machine if loopback endpoints are allowed");
}

Cloud PublicCloud() {
  return {.authority_host = "https://login.microsoftonline.com",
          .arm_endpoint = "https://management.azure.com",
          .arm_audience = "https://management.azure.com",
          .kusto_suffixes = {".kusto.windows.net", ".kusto.azuresynapse.net",
                             ".kusto.fabric.microsoft.com"}};
}

Cloud UsGovernmentCloud() {
  return {.authority_host = "https://login.microsoftonline.us",
          .arm_endpoint = "https://management.usgovcloudapi.net",
          .arm_audience = "https://management.usgovcloudapi.net",
          .kusto_suffixes = {".kusto.usgovcloudapi.net"}};
}

Cloud ChinaCloud() {
  return {.authority_host = "https://login.chinacloudapi.cn",
          .arm_endpoint = "https://management.chinacloudapi.cn",
          .arm_audience = "https://management.chinacloudapi.cn",
          .kusto_suffixes = {".kusto.chinacloudapi.cn", ".kusto.azuresynapse.azure.cn"}};
}

}  // namespace adxf::azure
