#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "http/beast_transport.hpp"
#include "kube/api_client.hpp"
#include "kube/bearer_transport.hpp"
#include "kube/watcher.hpp"
#include "operator/flags.hpp"
#include "runtime/elector.hpp"
#include "runtime/leader_gate.hpp"

#include <chrono>
#include <string>

namespace adxf::app {

runtime::GateTerms GateTermsOf(ElectionConfig const& election);

/// How long a change in Azure may take that is begun by a leader whose renewals are on time.
std::chrono::seconds ChangeTimeout(ElectionConfig const& election);

/// What the election runs with; all of it outlives the rig.
struct ElectionRigParts {
  kube::TokenProvider& tokens;
  http::ClientOptions wire;   ///< Used for connections that are the lease's own.
  http::ClientOptions watch;  ///< The same for its watch.
  std::string server_url{};
  std::string default_namespace{};
  std::string identity{};
  runtime::LeaderGate& gate;
  Metrics& metrics;
  Clock& clock;
  Random& random;
  Log log;
};

/// The elector with its own connections: under overload the lease must not wait behind other calls.
class ElectionRig {
 public:
  ElectionRig(ElectionConfig const& election, ElectionRigParts parts);

  void Start();
  /// Gives the lease back; call it when nothing is left to be written.
  void Stop();

 private:
  http::BeastTransport wire_;
  kube::BearerTransport auth_;
  kube::ApiClient api_;
  http::BeastStreamTransport stream_wire_;
  kube::BearerStreamTransport stream_auth_;
  runtime::Elector elector_;
  kube::Watcher watcher_;
};

}  // namespace adxf::app
