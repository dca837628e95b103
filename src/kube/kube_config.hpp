#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "kube/token_provider.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace adxf::kube {

/// Where the API server is and how to prove who we are.
struct ClusterAccess {
  std::string server_url{};  ///< Without a trailing slash.
  std::string ca_pem{};      ///< Neither this nor the file: the system's own authorities.
  std::string ca_file{};     ///< Others may replace it: read for every connection.
  std::string client_certificate_pem{};
  std::string client_certificate_file{};
  Secret client_key_pem{};
  std::string client_key_file{};
  std::unique_ptr<TokenProvider> tokens{};  ///< Never null in a successful result.
  std::string default_namespace{};  ///< Of the pod, or of the context; "default" when not said.
};

/// Reads an environment variable; nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(std::string const& name)>;
std::optional<std::string> ReadEnvironment(std::string const& name);

/// What loading needs from outside, so that tests own it. `clock` outlives the ClusterAccess.
struct AccessSources {
  Environment environment = ReadEnvironment;
  FileReader read = ReadFile;
  Clock& clock;
};

struct AccessChoice {
  std::string kubeconfig_path{};  ///< Empty: $KUBECONFIG when set, else in-cluster.
  std::string context{};          ///< Empty: current-context.
};

/// Access as chosen, else $KUBECONFIG, else the pod's service account. Errors say what to set.
Result<ClusterAccess> LoadAccess(AccessChoice const& choice, AccessSources const& sources);

/// The pod's service account (KUBERNETES_SERVICE_HOST and _PORT, mounted token and CA).
Result<ClusterAccess> InClusterAccess(AccessSources const& sources);

/// One context of a kubeconfig file. Relative file names in it are relative to `directory`.
/// Supports token, tokenFile and client certificates; kInvalid with advice for
/// insecure-skip-tls-verify, exec and auth-provider.
Result<ClusterAccess> ParseKubeconfig(std::string_view yaml, std::string const& directory,
                                      std::string const& context, AccessSources const& sources);

}  // namespace adxf::kube
