#include "base/time_format.hpp"
#include "kinds/invitation/plan.hpp"

#include <algorithm>
#include <utility>

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

struct Comparison {
  Observed const& seen;
  std::vector<FieldChange> changes{};

  [[nodiscard]] SeenConsumer const* Find(std::string const& id) const {
    auto const found = std::ranges::find(seen.consumers, id, &SeenConsumer::id);
    return found == seen.consumers.end() ? nullptr : &*found;
  }
  void Compare(std::string_view field, std::string have, std::string want) {
    changes.push_back(
        {.field = std::string(field), .have = std::move(have), .want = std::move(want)});
  }
  void operator()(Revoke const& it) {
    if (auto const* have = Find(it.consumer_id)) Compare("access", have->state, "Revoked");
  }
  void operator()(Reinstate const& it) {
    if (auto const* have = Find(it.consumer_id)) Compare("access", have->state, "Active");
  }
  void operator()(Adjust const& it) {
    auto const* have = Find(it.consumer_id);
    if (have == nullptr) return;
    Compare("expiresAt", have->expires_at ? FormatRfc3339(*have->expires_at) : "none",
            FormatRfc3339(it.expires_at));
  }
  void operator()(auto const& /*nothing there to differ from*/) {}
};

}  // namespace

PlannedAction Describe(Action const& action) { return std::visit(Words{}, action); }

std::vector<FieldChange> Changes(Action const& action, Observed const& seen) {
  Comparison comparison{.seen = seen};
  std::visit(comparison, action);
  return comparison.changes;
}

}  // namespace adxf::invitation
