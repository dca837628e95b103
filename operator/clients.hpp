#pragma once

#include "azure/cloud.hpp"
#include "base/random.hpp"
#include "http/client_options.hpp"
#include "kube/kube_config.hpp"
#include "operator/flags.hpp"

#include <string>

/// Whom the operator talks to, whom it trusts there, and as whom it appears.
namespace adxf::app {

/// Unique to this process, and names the pod that it runs in: "adx-operator-5d9c_<guid>".
std::string ProcessIdentity(Random& random);

azure::Cloud CloudOf(Config const& config);

/// For everything of Azure that may go through the proxy.
http::ClientOptions AzureClient(Config const& config, std::string const& identity);
/// For what must not.
http::ClientOptions DirectAzureClient(Config const& config, std::string const& identity);
http::ClientOptions KubeClient(kube::ClusterAccess const& access, std::string const& identity);

}  // namespace adxf::app
