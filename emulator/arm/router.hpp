#pragma once

#include "emulator/arm/access.hpp"
#include "emulator/arm/context.hpp"

#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace adxf::emulator::arm {

/// Where a route's path begins; each goes on from the one before, with its {names}.
enum class Base { kSubscription, kGroup, kCluster, kAttachment, kDatabase };

/// One operation of the control plane. Subscription, group and cluster of the path exist before its
/// handler runs.
struct Route {
  std::string_view method{};
  Base base = Base::kCluster;
  std::string_view tail{};    ///< what follows, with {names}
  std::string_view action{};  ///< RBAC action
  Right right = Right::kRead;
  WireReply (*handler)(Context&) = nullptr;

  [[nodiscard]] std::string Pattern() const;
};

/// All routes, in the order they are tried.
std::span<Route const> Routes();

/// True for paths that ARM serves.
bool IsArmPath(std::string_view path);

/// Serves a request of a caller whose token was verified. The estate's lock is held and it is
/// settled.
WireReply HandleArm(Estate& estate, Caller const& caller, WireRequest const& request);

}  // namespace adxf::emulator::arm
