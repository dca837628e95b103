#include "kinds/invitation/execute.hpp"

#include "kinds/invitation/conditions.hpp"

#include <utility>

namespace adxf::invitation {
namespace {

struct Sender {
  azure::ShareApi& shares;
  azure::ShareRef const& share;
  http::CallContext const& call;

  Result<azure::Accepted> operator()(Send const& it) const {
    return shares.PutInvitation(share, it.name,
                                {.email = it.recipient.email.value_or(""),
                                 .tenant_id = it.recipient.tenant_id.value_or(""),
                                 .object_id = it.recipient.object_id.value_or(""),
                                 .expires_at = it.expires_at},
                                call);
  }
  Result<azure::Accepted> operator()(Withdraw const& it) const {
    return shares.DeleteInvitation(share, it.name, call);
  }
  Result<azure::Accepted> operator()(Revoke const& it) const {
    return shares.Revoke(share, it.consumer_id, call);
  }
  Result<azure::Accepted> operator()(Reinstate const& it) const {
    return shares.Reinstate(share, it.consumer_id, it.expires_at, call);
  }
  Result<azure::Accepted> operator()(Adjust const& it) const {
    return shares.Adjust(share, it.consumer_id, it.expires_at, call);
  }
};

}  // namespace

Result<azure::Accepted> Execute(azure::ShareRef const& share, Action const& action,
                                azure::Session& session, http::CallContext const& call) {
  return std::visit(Sender{.shares = session.Shares(), .share = share, .call = call}, action);
}

std::string_view ConditionOf(Action const& action) {
  if (std::holds_alternative<Send>(action)) return kSentCondition;
  bool const takes_away =
      std::holds_alternative<Revoke>(action) || std::holds_alternative<Withdraw>(action);
  return takes_away ? kRevokedCondition : kAcceptedCondition;
}

}  // namespace adxf::invitation
