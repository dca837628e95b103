// What the settings are worth together.
#include "azure/cloud.hpp"
#include "http/request.hpp"
#include "http/tls.hpp"
#include "http/url.hpp"
#include "operator/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace adxf::app {
namespace {

struct CloudEndpoints {
  std::string_view authority;
  std::string_view arm;
  std::vector<std::string> kusto_suffixes;
};

/// Microsoft's published endpoints of each cloud.
CloudEndpoints EndpointsOf(Cloud cloud) {
  switch (cloud) {
    case Cloud::kPublic:
      return {"https://login.microsoftonline.com",
              "https://management.azure.com",
              {".kusto.windows.net", ".kusto.azuresynapse.net", ".kusto.fabric.microsoft.com"}};
    case Cloud::kUsGovernment:
      return {"https://login.microsoftonline.us",
              "https://management.usgovcloudapi.net",
              {".kusto.usgovcloudapi.net"}};
    case Cloud::kChina:
      return {"https://login.chinacloudapi.cn",
              "https://management.chinacloudapi.cn",
              {".kusto.chinacloudapi.cn", ".kusto.azuresynapse.azure.cn"}};
  }
  return {};
}

/// Tokens and secrets go to these.
std::string CheckEndpoint(Config const& config, std::string_view name,
                          std::string const& endpoint) {
  bool const is_loopback = http::IsLoopbackHost(http::HostOf(endpoint));
  if (is_loopback && config.allow_loopback_endpoints) return {};
  if (is_loopback)
    return fmt::format(
        "{}: {} is on this machine; for the emulator set allowLoopbackEndpoints, else give an "
        "Azure endpoint",
        name, endpoint);
  if (!http::OriginOf(endpoint).starts_with("https:"))
    return fmt::format("{}: {} is not https; tokens go there, so give an https endpoint", name,
                       endpoint);
  return {};
}

/// Between the two a call that was begun in time can end before others take over.
std::vector<std::string> CheckElection(ElectionConfig const& election) {
  std::vector<std::string> problems;
  if (election.name.empty())
    problems.emplace_back("leaderElection.name: it is empty; name the Lease");
  if (election.renew_deadline >= election.lease_duration) {
    problems.emplace_back(
        "leaderElection.renewDeadline: it must be shorter than leaderElection.leaseDuration");
  }
  if (election.retry_period * 2 > election.renew_deadline) {
    problems.emplace_back(
        "leaderElection.retryPeriod: it must be at most half of leaderElection.renewDeadline");
  }
  return problems;
}

/// Whoever answers there gives the operator its identity, and is asked in plain http: so it is the
/// machine itself, as Azure made it, or nobody.
std::string CheckMachine(Config const& config) {
  auto const& azure = config.azure;
  if (!azure.managed_identity) return {};
  auto const checked =
      azure::Cloud{.allow_loopback = config.allow_loopback_endpoints}.CheckMetadataHost(
          azure.managed_identity_host);
  return checked ? "" : "azure.managedIdentityHost: " + checked.error().message;
}

/// One way to prove who we are; which one is never guessed.
std::string CheckOwnIdentity(AzureConfig const& azure) {
  bool const has_secret = !azure.client_secret_file.empty() || !azure.client_secret.IsEmpty();
  if (azure.managed_identity && (has_secret || !azure.client_certificate_file.empty()))
    return "azure.managedIdentity: a client secret or certificate is given as well; give one";
  if (azure.client_certificate_file.empty()) return {};
  if (has_secret)
    return "azure.clientCertificateFile: a client secret is given as well; give one of the two";
  if (azure.tenant_id.empty() || azure.client_id.empty())
    return "azure.clientCertificateFile: give azure.tenantId and azure.clientId as well";
  return {};
}

}  // namespace

std::vector<std::string> Complete(Config& config) {
  auto& azure = config.azure;
  auto const cloud = EndpointsOf(azure.cloud);
  if (azure.authority_host.empty()) azure.authority_host = cloud.authority;
  if (azure.arm_endpoint.empty()) azure.arm_endpoint = cloud.arm;
  if (azure.arm_audience.empty()) azure.arm_audience = cloud.arm;
  if (azure.kusto_suffixes.empty()) azure.kusto_suffixes = cloud.kusto_suffixes;
  std::vector<std::string> problems = {
      CheckEndpoint(config, "azure.authorityHost", azure.authority_host),
      CheckEndpoint(config, "azure.armEndpoint", azure.arm_endpoint), CheckOwnIdentity(azure),
      CheckMachine(config)};
  if (config.election.is_enabled)
    std::ranges::move(CheckElection(config.election), std::back_inserter(problems));
  if (azure.operation_tick_min > azure.operation_tick_max) {
    problems.emplace_back(
        "azure.operationTickMin: it is longer than azure.operationTickMax; make it shorter");
  }
  if (!azure.ca_file.empty()) {
    if (auto const tls = http::TlsContextFor({.ca_file = azure.ca_file, .system_roots = false});
        !tls)
      problems.push_back("azure.caFile: " + tls.error().message);
  }
  std::erase(problems, std::string());
  return problems;
}

}  // namespace adxf::app
