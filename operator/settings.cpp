#include "operator/settings.hpp"

#include "http/request.hpp"
#include "http/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace adxf::app {
namespace {

using Kind = Setting::Kind;

bool IsOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    auto const end = std::min(text.find(separator), text.size());
    auto part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return parts;
}

bool IsDnsLabel(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

bool IsGuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !IsOneOf(text[i], "0123456789abcdefABCDEF")) return false;
  }
  return true;
}

std::string SetText(std::string& target, std::string_view value) {
  target = value;
  return {};
}

std::string SetNumber(int& target, std::string_view value, int lowest, int highest) {
  int number = 0;
  auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number < lowest ||
      number > highest) {
    return fmt::format("\"{}\" will not do; give a whole number from {} to {}", value, lowest,
                       highest);
  }
  target = number;
  return {};
}

std::string SetDuration(Duration& target, std::string_view value) {
  auto const duration = ParseDuration(value);
  if (!duration || *duration == Duration::zero())
    return fmt::format("\"{}\" is no duration; give one like 15m, 30s or 500ms", value);
  target = *duration;
  return {};
}

std::string SetGuid(std::string& target, std::string_view value) {
  if (!value.empty() && !IsGuid(value))
    return fmt::format("\"{}\" is no GUID; give one like 00000000-0000-0000-0000-000000000000",
                       value);
  return SetText(target, value);
}

std::string SetOrigin(std::string& target, std::string_view value) {
  while (value.ends_with('/')) value.remove_suffix(1);
  if (!value.empty() &&
      (http::OriginOf(value).empty() ||
       value.find_first_of("/?#", value.find("://") + 3) != std::string_view::npos)) {
    return fmt::format(
        "\"{}\" is no endpoint; give scheme and host, like https://management.azure.com", value);
  }
  return SetText(target, value);
}

template <class Value, std::size_t N>
std::string SetChoice(Value& target, std::string_view value,
                      std::array<std::pair<std::string_view, Value>, N> const& choices) {
  std::string names;
  for (auto const& [name, choice] : choices) {
    if (name == value) {
      target = choice;
      return {};
    }
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return fmt::format("\"{}\" is not known; choose one of {}", value, names);
}

std::string SetSwitch(bool& target, std::string_view value) {
  if (value != "true" && value != "false")
    return fmt::format("\"{}\" will not do; give true or false", value);
  target = value == "true";
  return {};
}

std::string SetNamespaces(Config& config, std::string_view value) {
  config.namespaces = Split(value, ',');
  for (auto const& name : config.namespaces) {
    if (!IsDnsLabel(name)) return fmt::format("\"{}\" is no name of a namespace", name);
  }
  std::ranges::sort(config.namespaces);
  auto const repeated = std::ranges::unique(config.namespaces);
  config.namespaces.erase(repeated.begin(), repeated.end());
  return {};
}

std::string SetInstance(Config& config, std::string_view value) {
  if (!value.empty() && (!IsDnsLabel(value) || value.size() > 32)) {
    return fmt::format(
        "\"{}\" will not do; give at most 32 lower-case letters, digits and inner dashes", value);
  }
  return SetText(config.instance, value);
}

std::string SetGrants(Config& config, std::string_view value) {
  config.identity_namespaces.clear();
  for (auto const& part : Split(value, ',')) {
    auto const equals = part.find('=');
    IdentityGrant grant{.name_space = part.substr(0, equals)};
    if (equals != std::string::npos)
      grant.resource_prefixes = Split(std::string_view(part).substr(equals + 1), ';');
    if (!IsDnsLabel(grant.name_space))
      return fmt::format("\"{}\" is no name of a namespace", grant.name_space);
    // "team=" must not come to mean "any resource".
    if (equals != std::string::npos && grant.resource_prefixes.empty())
      return fmt::format("the prefix of \"{}\" is empty; give one or leave the = out", part);
    for (auto const& prefix : grant.resource_prefixes) {
      if (!prefix.starts_with("/subscriptions/"))
        return fmt::format(
            "the prefix \"{}\" is no ARM resource id; it must start with /subscriptions/", prefix);
    }
    config.identity_namespaces.push_back(std::move(grant));
  }
  return {};
}

std::string SetSuffixes(Config& config, std::string_view value) {
  config.azure.kusto_suffixes = Split(value, ',');
  for (auto const& suffix : config.azure.kusto_suffixes) {
    if (!suffix.starts_with('.') || suffix.size() < 4 ||
        http::HostOf("https://a" + suffix).empty() || suffix.find(':') != std::string::npos) {
      return fmt::format("\"{}\" is no host suffix; it starts with a dot, like .kusto.windows.net",
                         suffix);
    }
  }
  return {};
}

std::string SetAudience(Config& config, std::string_view value) {
  if (value.ends_with("/.default")) value.remove_suffix(9);
  return SetText(config.azure.arm_audience, value);
}

std::string SetProxy(Config& config, std::string_view value) {
  auto parsed = http::ParseProxy(value);
  if (!parsed) return parsed.error().message;
  parsed->exceptions = std::move(config.azure.proxy.exceptions);
  config.azure.proxy = std::move(*parsed);
  return {};
}

std::string SetDnsLabel(std::string& target, std::string_view value) {
  if (!value.empty() && !IsDnsLabel(value))
    return fmt::format(
        "\"{}\" will not do; give at most 63 lower-case letters, digits and inner dashes", value);
  return SetText(target, value);
}

/// A Lease counts in whole seconds.
std::string SetLeaseDuration(std::chrono::seconds& target, std::string_view value) {
  Duration duration{};
  if (auto problem = SetDuration(duration, value); !problem.empty()) return problem;
  target = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return target == duration ? "" : fmt::format("\"{}\" are no whole seconds; give some", value);
}

constexpr std::array kClouds = {std::pair{std::string_view("public"), Cloud::kPublic},
                                std::pair{std::string_view("usgovernment"), Cloud::kUsGovernment},
                                std::pair{std::string_view("china"), Cloud::kChina}};
constexpr std::array kLevels = {std::pair{std::string_view("trace"), LogLevel::kTrace},
                                std::pair{std::string_view("debug"), LogLevel::kDebug},
                                std::pair{std::string_view("info"), LogLevel::kInfo},
                                std::pair{std::string_view("warn"), LogLevel::kWarn},
                                std::pair{std::string_view("error"), LogLevel::kError}};
constexpr std::array kFormats = {std::pair{std::string_view("json"), LogFormat::kJson},
                                 std::pair{std::string_view("text"), LogFormat::kText}};

// clang-format off
constexpr std::array kSettings = std::to_array<Setting>({
  {"kubeconfig", "KUBECONFIG", "kubeconfig", "", "Kubeconfig file. Empty: the pod's service account; outside of a pod it has to be given.",
   [](Config& c, std::string_view v) { return SetText(c.kubeconfig, v); }},
  {"context", "ADXF_CONTEXT", "context", "", "Context of the kubeconfig. Empty: its current one.",
   [](Config& c, std::string_view v) { return SetText(c.context, v); }},
  {"namespaces", "ADXF_NAMESPACES", "namespaces", "", "Namespaces to watch. Empty: all.", SetNamespaces, Kind::kList},
  {"instance", "ADXF_INSTANCE", "instance", "", "Names this installation in Azure. Empty: eight digits of the UID of the namespace kube-system.", SetInstance},
  {"leader-election", "ADXF_LEADER_ELECTION", "leaderElection.enabled", "true",
   "Work only while holding a Lease, so that of several replicas one works and the others stand by. Off only where nobody else can run.",
   [](Config& c, std::string_view v) { return SetSwitch(c.election.is_enabled, v); }, Kind::kSwitch},
  {"leader-election-namespace", "ADXF_LEADER_ELECTION_NAMESPACE", "leaderElection.namespace", "", "Namespace of the Lease. Empty: the pod's, outside of a pod the context's.",
   [](Config& c, std::string_view v) { return SetDnsLabel(c.election.name_space, v); }},
  {"leader-election-name", "ADXF_LEADER_ELECTION_NAME", "leaderElection.name", "adx-follower-operator", "Name of the Lease: the same for all replicas of an installation.",
   [](Config& c, std::string_view v) { return SetDnsLabel(c.election.name, v); }},
  {"leader-election-lease-duration", "ADXF_LEADER_ELECTION_LEASE_DURATION", "leaderElection.leaseDuration", "15s", "How long after its last renewal a Lease is respected by the others. Whole seconds.",
   [](Config& c, std::string_view v) { return SetLeaseDuration(c.election.lease_duration, v); }},
  {"leader-election-renew-deadline", "ADXF_LEADER_ELECTION_RENEW_DEADLINE", "leaderElection.renewDeadline", "10s", "A leader that could not renew its Lease for so long ends.",
   [](Config& c, std::string_view v) { return SetDuration(c.election.renew_deadline, v); }},
  {"leader-election-retry-period", "ADXF_LEADER_ELECTION_RETRY_PERIOD", "leaderElection.retryPeriod", "2s", "How often a Lease is renewed, and how long after a failure the next attempt is made.",
   [](Config& c, std::string_view v) { return SetDuration(c.election.retry_period, v); }},
  {"operator-identity-namespaces", "ADXF_OPERATOR_IDENTITY_NAMESPACES", "operatorIdentity.namespaces", "",
   "Namespaces whose objects may use the operator's own Azure identity, each optionally limited to ARM id prefixes: ns1,ns2=/subscriptions/…;/subscriptions/…. "
   "In YAML a list of {namespace, resourcePrefixes}. Empty: none.", SetGrants, Kind::kGrants},
  {"azure-cloud", "ADXF_AZURE_CLOUD", "azure.cloud", "public", "public, usgovernment or china: sets the endpoints that are not given.",
   [](Config& c, std::string_view v) { return SetChoice(c.azure.cloud, v, kClouds); }},
  {"azure-authority-host", "AZURE_AUTHORITY_HOST", "azure.authorityHost", "", "Microsoft Entra endpoint. Empty: the cloud's.",
   [](Config& c, std::string_view v) { return SetOrigin(c.azure.authority_host, v); }},
  {"azure-arm-endpoint", "ADXF_AZURE_ARM_ENDPOINT", "azure.armEndpoint", "", "Azure Resource Manager endpoint. Empty: the cloud's.",
   [](Config& c, std::string_view v) { return SetOrigin(c.azure.arm_endpoint, v); }},
  {"azure-arm-audience", "ADXF_AZURE_ARM_AUDIENCE", "azure.armAudience", "", "Audience of tokens for Azure Resource Manager. Empty: the cloud's.", SetAudience},
  {"azure-kusto-suffixes", "ADXF_AZURE_KUSTO_SUFFIXES", "azure.kustoSuffixes", "", "Host suffixes that tokens for Kusto may go to. Empty: the cloud's.", SetSuffixes, Kind::kList},
  {"azure-ca-file", "ADXF_AZURE_CA_FILE", "azure.caFile", "", "PEM file of the only authorities trusted for Azure endpoints. Empty: the system's.",
   [](Config& c, std::string_view v) { return SetText(c.azure.ca_file, v); }},
  {"azure-kusto-api-version", "ADXF_AZURE_KUSTO_API_VERSION", "azure.kustoApiVersion", "2025-02-14", "api-version for Microsoft.Kusto.",
   [](Config& c, std::string_view v) { return SetText(c.azure.kusto_api_version, v); }},
  {"azure-data-share-api-version", "ADXF_AZURE_DATA_SHARE_API_VERSION", "azure.dataShareApiVersion", "2021-08-01", "api-version for Microsoft.DataShare.",
   [](Config& c, std::string_view v) { return SetText(c.azure.datashare_api_version, v); }},
  {"azure-tenant-id", "AZURE_TENANT_ID", "azure.tenantId", "", "Tenant of the operator's own identity.",
   [](Config& c, std::string_view v) { return SetGuid(c.azure.tenant_id, v); }},
  {"azure-client-id", "AZURE_CLIENT_ID", "azure.clientId", "", "Client id of the operator's own identity.",
   [](Config& c, std::string_view v) { return SetGuid(c.azure.client_id, v); }},
  {"azure-client-secret-file", "ADXF_AZURE_CLIENT_SECRET_FILE", "azure.clientSecretFile", "", "File with the client secret of the operator's own identity. Read again for every token.",
   [](Config& c, std::string_view v) { return SetText(c.azure.client_secret_file, v); }},
  {"", "AZURE_CLIENT_SECRET", "", "", "Client secret of the operator's own identity; azure.clientSecretFile wins.",
   [](Config& c, std::string_view v) { c.azure.client_secret = Secret(std::string(v)); return std::string(); }, Kind::kText, true},
  {"azure-client-certificate-file", "AZURE_CLIENT_CERTIFICATE_PATH", "azure.clientCertificateFile", "",
   "File with the client certificate of the operator's own identity and its RSA key, as PEM. Read again for every token.",
   [](Config& c, std::string_view v) { return SetText(c.azure.client_certificate_file, v); }},
  {"azure-federated-token-file", "AZURE_FEDERATED_TOKEN_FILE", "azure.federatedTokenFile", "", "Workload identity: file with the service account's token.",
   [](Config& c, std::string_view v) { return SetText(c.azure.federated_token_file, v); }},
  {"azure-managed-identity", "ADXF_AZURE_MANAGED_IDENTITY", "azure.managedIdentity", "false",
   "The operator's own identity is the managed identity of the machine it runs on: the one that azure.clientId names, else the only one.",
   [](Config& c, std::string_view v) { return SetSwitch(c.azure.managed_identity, v); }, Kind::kSwitch},
  {"azure-managed-identity-host", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "azure.managedIdentityHost", "http://169.254.169.254",
   "Where the machine's metadata endpoint is, which gives tokens of managed identities.",
   [](Config& c, std::string_view v) { return SetOrigin(c.azure.managed_identity_host, v); }},
  {"", "HTTPS_PROXY", "", "", "Proxy for calls to Azure, http://user:password@host:port; also https_proxy. Never used for the API server, this machine and link-local addresses.",
   SetProxy, Kind::kText, true, "https_proxy"},
  {"azure-no-proxy", "NO_PROXY", "azure.noProxy", "", "What of Azure is reached without the proxy: names (with all below), .names (only what is below), addresses, ranges like 10.0.0.0/8, each but the last perhaps with a port; * for all. Also no_proxy.",
   [](Config& c, std::string_view v) { c.azure.proxy.exceptions = Split(v, ','); return std::string(); }, Kind::kList, false, "no_proxy"},
  {"azure-tick", "ADXF_AZURE_TICK", "azure.tick", "15m", "How often a follower cluster is looked at when nothing happens, ± 10 %.",
   [](Config& c, std::string_view v) { return SetDuration(c.azure.tick, v); }},
  {"azure-operation-tick-min", "ADXF_AZURE_OPERATION_TICK_MIN", "azure.operationTickMin", "2s", "First interval of looking while an operation runs.",
   [](Config& c, std::string_view v) { return SetDuration(c.azure.operation_tick_min, v); }},
  {"azure-operation-tick-max", "ADXF_AZURE_OPERATION_TICK_MAX", "azure.operationTickMax", "30s", "Longest interval of looking while an operation runs.",
   [](Config& c, std::string_view v) { return SetDuration(c.azure.operation_tick_max, v); }},
  {"azure-patience", "ADXF_AZURE_PATIENCE", "azure.patience", "10m", "How long a change may take to show when it is read back.",
   [](Config& c, std::string_view v) { return SetDuration(c.azure.patience, v); }},
  {"azure-follower-latency-interval", "ADXF_AZURE_FOLLOWER_LATENCY_INTERVAL", "azure.followerLatencyInterval", "5m",
   "How often Azure Monitor is asked for the FollowerLatency of a follower cluster, where it is wanted.",
   [](Config& c, std::string_view v) { return SetDuration(c.azure.follower_latency_interval, v); }},
  {"azure-follower-latency-always", "ADXF_AZURE_FOLLOWER_LATENCY_ALWAYS", "azure.followerLatencyAlways", "false",
   "Read Azure Monitor's FollowerLatency of every follower cluster; else only where the versions on both sides tell no lag.",
   [](Config& c, std::string_view v) { return SetSwitch(c.azure.follower_latency_always, v); }, Kind::kSwitch},
  {"allow-loopback-endpoints", "ADXF_ALLOW_LOOPBACK_ENDPOINTS", "allowLoopbackEndpoints", "false", "Accept endpoints on this machine, plain http too. For the emulator only.",
   [](Config& c, std::string_view v) { return SetSwitch(c.allow_loopback_endpoints, v); }, Kind::kSwitch},
  {"metrics-address", "ADXF_METRICS_ADDRESS", "metrics.address", "0.0.0.0", "Address for /metrics, /healthz and /readyz.",
   [](Config& c, std::string_view v) { return SetText(c.metrics_address, v); }},
  {"metrics-port", "ADXF_METRICS_PORT", "metrics.port", "8080", "Port for the same; 0 takes a free one.",
   [](Config& c, std::string_view v) { return SetNumber(c.metrics_port, v, 0, 65535); }},
  {"metrics-max-series", "ADXF_METRICS_MAX_SERIES", "metrics.maxSeries", "400000", "Series of objects in one answer of /metrics. What would go beyond is left out, object by object from the end: DataShares come first, then Invitations, then FollowerDatabases, each by namespace and name.",
   [](Config& c, std::string_view v) { return SetNumber(c.metrics_max_series, v, 1000, 10'000'000); }},
  {"workers", "ADXF_WORKERS", "workers", "8", "FollowerDatabases that are worked on at the same time; of the other kinds two.",
   [](Config& c, std::string_view v) { return SetNumber(c.workers, v, 1, 64); }},
  {"probe-interval", "ADXF_PROBE_INTERVAL", "probeInterval", "30s", "How often sync lag is measured where an object has no syncLag.",
   [](Config& c, std::string_view v) { return SetDuration(c.probe_interval, v); }},
  {"secret-refresh", "ADXF_SECRET_REFRESH", "secretRefresh", "5m", "How often a Secret in use is read again.",
   [](Config& c, std::string_view v) { return SetDuration(c.secret_refresh, v); }},
  {"log-level", "ADXF_LOG_LEVEL", "log.level", "info", "trace, debug, info, warn or error.",
   [](Config& c, std::string_view v) { return SetChoice(c.log_level, v, kLevels); }},
  {"log-format", "ADXF_LOG_FORMAT", "log.format", "json", "json or text.",
   [](Config& c, std::string_view v) { return SetChoice(c.log_format, v, kFormats); }},
});
// clang-format on

}  // namespace

std::span<Setting const> Settings() { return kSettings; }

}  // namespace adxf::app
