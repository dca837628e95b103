#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace adxf::azure {

/// Endpoints of one Azure cloud. They come from the operator's own configuration, never from an
/// object.
struct Cloud {
  std::string authority_host{};  ///< "https://login.microsoftonline.com"
  std::string arm_endpoint{};    ///< "https://management.azure.com"
  std::string
      arm_audience{};  ///< The resource that an ARM token is for; often equal to the endpoint.
  std::vector<std::string> kusto_suffixes{};     ///< ".kusto.windows.net"; each starts with a dot.
  std::string kusto_api_version = "2025-02-14";  ///< api-version of Microsoft.Kusto.
  std::string datashare_api_version = "2021-08-01";  ///< api-version of Microsoft.DataShare.
  std::string subscriptions_api_version =
      "2022-12-01";  ///< api-version of Microsoft.Resources subscriptions.
  std::string metrics_api_version = "2024-02-01";  ///< api-version of Microsoft.Insights metrics.
  bool allow_loopback =
      false;  ///< Also accept http(s) to 127.0.0.1, ::1, localhost and *.localhost.

  /// Succeeds when `uri` can be a cluster's address: what CheckKustoUrl() takes, with nothing
  /// behind the host but a slash. Error: kInvalid with a sentence.
  [[nodiscard]] Result<void> CheckKustoUri(std::string_view uri) const;

  /// Succeeds when a token may be sent with a request to `url`, whatever its path: https, default
  /// port, a host under one of the suffixes. Error: kInvalid with a sentence.
  [[nodiscard]] Result<void> CheckKustoUrl(std::string_view url) const;

  /// Succeeds when `url` has ARM's own origin (poll URLs and next links come from answers and are
  /// checked here).
  [[nodiscard]] Result<void> CheckArmUrl(std::string_view url) const;

  /// Succeeds when the authority may be given a credential: https, or loopback where that is
  /// allowed.
  [[nodiscard]] Result<void> CheckAuthority() const;

  /// Succeeds when the machine's identity may be asked for there: http at the one link-local
  /// address of Azure's metadata endpoint, which never leaves the machine, or loopback where that
  /// is allowed. Error: kInvalid with a sentence.
  [[nodiscard]] Result<void> CheckMetadataHost(std::string_view host) const;
};

Cloud PublicCloud();
Cloud UsGovernmentCloud();
Cloud ChinaCloud();

}  // namespace adxf::azure
