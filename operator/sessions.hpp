#pragma once

#include "azure/cloud.hpp"
#include "azure/session.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "http/token_buckets.hpp"
#include "http/transport.hpp"

#include <memory>
#include <string>

namespace adxf::app {

/// What all sessions share. References outlive the factory and its sessions.
struct SessionParts {
  http::Transport& wire;    ///< To Azure, without authentication, perhaps through a proxy.
  http::Transport& direct;  ///< The same without a proxy, for what only this machine can reach.
  azure::Cloud const& cloud;
  Metrics& metrics;
  http::TokenBuckets& buckets;
  Clock& clock;
  Random& random;
  Log log;
  std::chrono::seconds change_timeout{60};  ///< For commands that change something.
};

/// Puts the pipeline of each identity together: metrics, retry, throttle, authentication, log,
/// wire.
class LiveSessions final : public azure::SessionFactory {
 public:
  explicit LiveSessions(SessionParts parts) : parts_(std::move(parts)) {}
  std::shared_ptr<azure::Session> Open(azure::Credential credential) override;

 private:
  SessionParts parts_;
};

}  // namespace adxf::app
