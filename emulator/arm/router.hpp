#pragma once

#include "emulator/arm/access.hpp"
#include "emulator/arm/context.hpp"

#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace adxf::emulator::arm {

/// Where a route's path begins, with {names}. kScope: any ARM id, which becomes {scope}.
enum class Base {
  kTenant,
  kSubscription,
  kGroup,
  kCluster,
  kAttachment,
  kDatabase,
  kAccount,
  kShare,
  kShareSubscription,
  kScope
};

/// One operation of the control plane. Subscription, group and cluster of the path exist before its
/// handler runs.
struct Route {
  std::string_view method{};
  Base base = Base::kCluster;
  std::string_view tail{};    ///< what follows, with {names}
  std::string_view action{};  ///< RBAC action; it begins with the resource provider's name
  Right right = Right::kRead;
  WireReply (*handler)(Context&) = nullptr;

  [[nodiscard]] std::string Pattern() const;
  [[nodiscard]] std::string_view Provider() const { return action.substr(0, action.find('/')); }
};

/// All routes but those of Data Share, in the order they are tried.
std::span<Route const> Routes();

/// True for paths that ARM serves.
bool IsArmPath(std::string_view path);

/// Serves a request of a caller whose token was verified. The estate's lock is held and it is
/// settled.
WireReply HandleArm(Estate& estate, Caller const& caller, WireRequest const& request);

}  // namespace adxf::emulator::arm
