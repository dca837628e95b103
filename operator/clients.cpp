#include "operator/clients.hpp"

#include <unistd.h>

#include <array>

namespace adxf::app {
namespace {

/// Logs of Azure and the audit log of the API server tell by it which replica wrote.
std::string UserAgentOf(std::string const& identity) {
  return "adx-follower-operator/" ADXF_VERSION " (" + identity + ")";
}

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

std::string ProcessIdentity(Random& random) { return HostName() + "_" + random.Guid(); }

azure::Cloud CloudOf(Config const& config) {
  azure::Cloud cloud;
  cloud.authority_host = config.azure.authority_host;
  cloud.arm_endpoint = config.azure.arm_endpoint;
  cloud.arm_audience = config.azure.arm_audience;
  cloud.kusto_suffixes = config.azure.kusto_suffixes;
  cloud.kusto_api_version = config.azure.kusto_api_version;
  cloud.datashare_api_version = config.azure.datashare_api_version;
  cloud.allow_loopback = config.allow_loopback_endpoints;
  return cloud;
}

http::ClientOptions DirectAzureClient(Config const& config, std::string const& identity) {
  http::ClientOptions options;
  options.user_agent = UserAgentOf(identity);
  options.tls.ca_file = config.azure.ca_file;
  options.tls.system_roots = config.azure.ca_file.empty();
  return options;
}

http::ClientOptions AzureClient(Config const& config, std::string const& identity) {
  auto options = DirectAzureClient(config, identity);
  options.proxy = config.azure.proxy.Clone();
  return options;
}

http::ClientOptions KubeClient(kube::ClusterAccess const& access, std::string const& identity) {
  http::ClientOptions options;
  options.user_agent = UserAgentOf(identity);
  options.tls.ca_pem = access.ca_pem;
  options.tls.ca_file = access.ca_file;
  options.tls.system_roots = access.ca_pem.empty() && access.ca_file.empty();
  options.tls.client_certificate_pem = access.client_certificate_pem;
  options.tls.client_certificate_file = access.client_certificate_file;
  options.tls.client_key_pem = access.client_key_pem.Clone();
  options.tls.client_key_file = access.client_key_file;
  return options;
}

}  // namespace adxf::app
