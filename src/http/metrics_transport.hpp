#pragma once

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "http/transport.hpp"

namespace adxf::http {

/// Counts calls and their duration: service "kubernetes" as rest_client_*, every other as azure_*,
/// and commands of service "kusto" by cluster besides. Keeps what answers of service "arm" tell of
/// Azure's limits. Thread-safe.
class MetricsTransport final : public Transport {
 public:
  MetricsTransport(Transport& next, Metrics& metrics, Clock const& clock);
  Result<Response> Send(Request const& request, CallContext const& call) override;

 private:
  Transport& next_;
  Metrics& metrics_;
  Clock const& clock_;
};

/// The same for streams; the duration is that until the head of the answer.
class MetricsStreamTransport final : public StreamTransport {
 public:
  MetricsStreamTransport(StreamTransport& next, Metrics& metrics, Clock const& clock);
  Result<Stream> Open(Request const& request, CallContext const& call) override;

 private:
  StreamTransport& next_;
  Metrics& metrics_;
  Clock const& clock_;
};

}  // namespace adxf::http
