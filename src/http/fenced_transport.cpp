#include "http/fenced_transport.hpp"

#include "base/failpoint.hpp"

#include <algorithm>

namespace adxf::http {

Result<Response> FencedTransport::Send(Request const& request, CallContext const& call) {
  if (!request.IsMutating()) return next_.Send(request, call);
  TRY_ASSIGN(auto const latest, fence_.Pass());
  ADXF_FAILPOINT("fence", request.operation);
  auto fenced = call;
  fenced.deadline = std::min(call.deadline, latest);
  return next_.Send(request, fenced);
}

}  // namespace adxf::http
