#pragma once

#include "azure/arm_client.hpp"
#include "azure/credential.hpp"
#include "azure/kusto_client.hpp"
#include "azure/share_client.hpp"
#include "base/result.hpp"

#include <memory>

namespace adxf::azure {

/// Everything needed to act as one identity. Thread-safe.
class Session {
 public:
  virtual ~Session() = default;

  /// The client id of a managed identity that the configuration does not name is known once there
  /// was a token.
  [[nodiscard]] virtual IdentityKey Identity() const = 0;
  [[nodiscard]] virtual ArmApi& Arm() = 0;
  [[nodiscard]] virtual ShareApi& Shares() = 0;
  [[nodiscard]] virtual KustoRunner& Kusto() = 0;
};

/// Makes sessions; the composition root knows the transports.
class SessionFactory {
 public:
  virtual ~SessionFactory() = default;
  virtual std::shared_ptr<Session> Open(Credential credential) = 0;
};

}  // namespace adxf::azure
