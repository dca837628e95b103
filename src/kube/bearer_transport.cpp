#include "kube/bearer_transport.hpp"

#include <utility>

namespace adxf::kube {
namespace {

Result<http::Request> Authorized(http::Request const& request, TokenProvider& tokens) {
  TRY_ASSIGN(auto const token, tokens.Token());
  http::Request signed_request = request;
  if (!token.IsEmpty())
    signed_request.headers.insert_or_assign("Authorization",
                                            "Bearer " + std::string(token.Reveal()));
  return signed_request;
}

}  // namespace

Result<http::Response> BearerTransport::Send(http::Request const& request,
                                             http::CallContext const& call) {
  TRY_ASSIGN(auto const first, Authorized(request, tokens_));
  auto response = next_.Send(first, call);
  if (!response || response->status != 401) return response;
  tokens_.Refused();
  TRY_ASSIGN(auto const second, Authorized(request, tokens_));
  return next_.Send(second, call);
}

Result<http::Stream> BearerStreamTransport::Open(http::Request const& request,
                                                 http::CallContext const& call) {
  TRY_ASSIGN(auto const first, Authorized(request, tokens_));
  auto stream = next_.Open(first, call);
  if (!stream || stream->head.status != 401) return stream;
  tokens_.Refused();
  TRY_ASSIGN(auto const second, Authorized(request, tokens_));
  return next_.Open(second, call);
}

}  // namespace adxf::kube
