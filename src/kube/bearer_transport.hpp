#pragma once

#include "http/transport.hpp"
#include "kube/token_provider.hpp"

namespace adxf::kube {

/// Adds the bearer token. A 401 drops the cached token and sends once more, for a refused request
/// changed nothing.
class BearerTransport final : public http::Transport {
 public:
  BearerTransport(http::Transport& next, TokenProvider& tokens) : next_(next), tokens_(tokens) {}
  Result<http::Response> Send(http::Request const& request, http::CallContext const& call) override;

 private:
  http::Transport& next_;
  TokenProvider& tokens_;
};

/// The same for watches.
class BearerStreamTransport final : public http::StreamTransport {
 public:
  BearerStreamTransport(http::StreamTransport& next, TokenProvider& tokens)
      : next_(next), tokens_(tokens) {}
  Result<http::Stream> Open(http::Request const& request, http::CallContext const& call) override;

 private:
  http::StreamTransport& next_;
  TokenProvider& tokens_;
};

}  // namespace adxf::kube
