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
  auto outcome = next_.Send(request, fenced);
  bool const was_cut = !outcome && (outcome.error().code == Code::kDeadline ||
                                    outcome.error().code == Code::kCancelled);
  if (was_cut) fence_.Unanswered();
  return outcome;
}

}  // namespace adxf::http
