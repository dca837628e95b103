#pragma once

#include "base/fence.hpp"
#include "http/transport.hpp"

namespace adxf::http {

/// Lets mutating requests through only while the fence does, each with a deadline behind which
/// another process may be at work. Belongs right above the wire, below everything that waits: the
/// fence is asked by the thread that sends, as the last thing before. Thread-safe. `next` and
/// `fence` must outlive it.
class FencedTransport final : public Transport {
 public:
  FencedTransport(Transport& next, Fence& fence) : next_(next), fence_(fence) {}

  Result<Response> Send(Request const& request, CallContext const& call) override;

 private:
  Transport& next_;
  Fence& fence_;
};

}  // namespace adxf::http
