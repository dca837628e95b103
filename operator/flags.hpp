#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "http/proxy.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::app {

/// One namespace that may use the operator's own Azure identity.
struct IdentityGrant {
  std::string name_space{};
  std::vector<std::string> resource_prefixes{};  ///< ARM id prefixes; empty: any resource.
  bool operator==(IdentityGrant const&) const = default;
};

enum class Cloud { kPublic, kUsGovernment, kChina };

struct AzureConfig {
  Cloud cloud = Cloud::kPublic;
  std::string authority_host{};  ///< Origin without trailing slash, from the cloud unless given.
  std::string arm_endpoint{};    ///< The same.
  std::string arm_audience{};    ///< Scope without "/.default".
  std::vector<std::string> kusto_suffixes{};  ///< ".kusto.windows.net", …
  std::string ca_file{};                      ///< Given: the only CA trusted for Azure endpoints.
  std::string kusto_api_version{};
  std::string datashare_api_version{};
  std::string tenant_id{};
  std::string client_id{};
  std::string client_secret_file{};
  Secret client_secret{};  ///< From AZURE_CLIENT_SECRET; the file wins.
  std::string client_certificate_file{};
  std::string federated_token_file{};
  bool managed_identity = false;  ///< The operator's own identity is that of the machine.
  std::string managed_identity_host{};
  http::Proxy proxy{};  ///< For Azure only.
  Duration tick{};
  Duration operation_tick_min{};
  Duration operation_tick_max{};
  Duration follower_latency_interval{};
  bool follower_latency_always = false;  ///< Read Azure's figure of the lag of every follower.
  Duration patience{};                   ///< How long a change may take to show when read back.
};

struct ElectionConfig {
  bool is_enabled = false;
  std::string name_space{};  ///< Empty: where the operator runs.
  std::string name{};
  std::chrono::seconds lease_duration{};
  Duration renew_deadline{};
  Duration retry_period{};
};

/// Everything that can be configured. Parsed once, then passed down; never changed.
struct Config {
  std::string kubeconfig{};  ///< Empty: in-cluster.
  std::string context{};
  std::vector<std::string> namespaces{};  ///< Empty: all.
  std::string instance{};                 ///< Empty: from kube-system's UID.
  ElectionConfig election{};
  std::vector<IdentityGrant> identity_namespaces{};
  AzureConfig azure{};
  bool allow_loopback_endpoints = false;
  std::string metrics_address{};
  int metrics_port = 0;
  int metrics_max_series = 0;
  int workers = 0;
  Duration probe_interval{};
  Duration secret_refresh{};
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kJson;
};

/// Looks a variable of the environment up; nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
Environment ProcessEnvironment();

/// What the command line asks for: run with `config`, or print `text` and end with `exit_code`.
struct Invocation {
  std::optional<Config> config{};
  std::string text{};
  int exit_code = 0;
};

/// Flag > environment > YAML file (--config) > default. Reads files, prints nothing. All problems
/// are reported together in `text`, one line each, with exit code 2.
Invocation ParseCommandLine(std::vector<std::string> const& arguments,
                            Environment const& environment);

/// docs/configuration.md, from the same table.
std::string ConfigurationDocs();

/// docs/metrics.md, from the table of metrics.
std::string MetricsDocs();

/// "15m", "2s", "500ms", "1h30m"; nullopt for anything else, negative values included.
std::optional<Duration> ParseDuration(std::string_view text);
std::string FormatDuration(Duration duration);

}  // namespace adxf::app
