#include "operator/election_rig.hpp"

#include "kube/lease.hpp"

#include <algorithm>
#include <utility>

namespace adxf::app {
namespace {

kube::ObjectKey LeaseKey(ElectionConfig const& election, std::string const& fallback) {
  return {.ns = election.name_space.empty() ? fallback : election.name_space,
          .name = election.name};
}

}  // namespace

runtime::GateTerms GateTermsOf(ElectionConfig const& election) {
  return {.lease = election.lease_duration, .renew_deadline = election.renew_deadline};
}

std::chrono::seconds ChangeTimeout(ElectionConfig const& election) {
  constexpr std::chrono::seconds kUsual(60);
  if (!election.is_enabled) return kUsual;
  auto const left = GateTermsOf(election).LatestEnd() - election.retry_period;
  return std::clamp(std::chrono::duration_cast<std::chrono::seconds>(left), std::chrono::seconds(1),
                    kUsual);
}

ElectionRig::ElectionRig(ElectionConfig const& election, ElectionRigParts parts)
    : wire_(std::move(parts.wire)),
      auth_(wire_, parts.tokens),
      api_(auth_, parts.server_url),
      stream_wire_(std::move(parts.watch)),
      stream_auth_(stream_wire_, parts.tokens),
      elector_({.identity = parts.identity,
                .lease = election.lease_duration,
                .renew_deadline = election.renew_deadline,
                .retry = election.retry_period},
               LeaseKey(election, parts.default_namespace),
               {.api = api_,
                .clock = parts.clock,
                .gate = parts.gate,
                .told = [&metrics = parts.metrics, name = election.name](
                            bool is_leader) { metrics.SetLeader(name, is_leader); },
                .log = parts.log}),
      watcher_({.type = kube::LeaseType(),
                .ns = LeaseKey(election, parts.default_namespace).ns,
                .name = election.name},
               {.api = api_,
                .streams = stream_auth_,
                .server_url = parts.server_url,
                .clock = parts.clock,
                .random = parts.random,
                .log = parts.log},
               elector_) {
  parts.metrics.SetLeader(election.name, false);
}

void ElectionRig::Start() {
  elector_.Start();
  watcher_.Start();
}

void ElectionRig::Stop() {
  watcher_.Stop();
  elector_.Stop();
}

}  // namespace adxf::app
