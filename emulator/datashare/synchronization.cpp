#include "emulator/datashare/synchronization.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace adxf::emulator::datashare {

namespace {

WireReply Refused() {
  return ErrorReply(400, "InvalidShareKind",
                    "The operation is not supported for shares of kind 'InPlace'.");
}

WireReply None() { return JsonReply(200, {{"value", nlohmann::json::array()}}); }

WireReply AbsentChild(Context const& context, std::string_view type) {
  return Absent(context, type,
                fmt::format("{}/{}", context.Param("account"), context.Param("child")));
}

}  // namespace

WireReply RefuseForSubscription(Context& context) {
  auto const subscription = SubscriptionOf(context, Purpose::kChange);
  return subscription ? Refused() : subscription.error();
}

WireReply RefuseForShare(Context& context) {
  auto const share = ShareOf(context, Purpose::kChange);
  return share ? Refused() : share.error();
}

WireReply NoneForSubscription(Context& context) {
  auto const subscription = SubscriptionOf(context, Purpose::kLook);
  return subscription ? None() : subscription.error();
}

WireReply NoneForShare(Context& context) {
  auto const share = ShareOf(context, Purpose::kLook);
  return share ? None() : share.error();
}

WireReply AbsentForSubscription(Context& context) {
  auto const subscription = SubscriptionOf(context, Purpose::kLook);
  return subscription ? AbsentChild(context, "accounts/shareSubscriptions/triggers")
                      : subscription.error();
}

WireReply AbsentForShare(Context& context) {
  auto const share = ShareOf(context, Purpose::kLook);
  return share ? AbsentChild(context, "accounts/shares/synchronizationSettings") : share.error();
}

WireReply NothingToDelete(Context&) { return NothingThere(); }

}  // namespace adxf::emulator::datashare
