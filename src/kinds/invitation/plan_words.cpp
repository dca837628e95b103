#include "base/time_format.hpp"
#include "kinds/invitation/plan.hpp"

namespace adxf::invitation {
namespace {

struct Words {
  PlannedAction operator()(Send const& it) const {
    auto const who = it.recipient.email ? *it.recipient.email
                                        : "object " + it.recipient.object_id.value_or("") +
                                              " of tenant " + it.recipient.tenant_id.value_or("");
    return {.action = "SendInvitation",
            .detail = "invitation " + it.name + " to " + who +
                      (it.expires_at ? ", until " + FormatRfc3339(*it.expires_at) : "")};
  }
  PlannedAction operator()(Withdraw const& it) const {
    return {.action = "WithdrawInvitation", .detail = "invitation " + it.name};
  }
  PlannedAction operator()(Revoke const& it) const {
    return {.action = "RevokeAccess", .detail = "of subscription " + it.consumer_id};
  }
  PlannedAction operator()(Reinstate const& it) const {
    return {
        .action = "ReinstateAccess",
        .detail = "of subscription " + it.consumer_id + ", until " + FormatRfc3339(it.expires_at)};
  }
  PlannedAction operator()(Adjust const& it) const {
    return {
        .action = "AdjustAccess",
        .detail = "of subscription " + it.consumer_id + " ends at " + FormatRfc3339(it.expires_at)};
  }
};

}  // namespace

PlannedAction Describe(Action const& action) { return std::visit(Words{}, action); }

}  // namespace adxf::invitation
