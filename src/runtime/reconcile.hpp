#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/kube_api.hpp"
#include "kube/resource.hpp"

#include <optional>

namespace adxf::runtime {

using kube::ObjectKey;

/// What a pass came to. At most one of `requeue_after` and `error` counts; an error wins.
struct Outcome {
  std::optional<Duration> requeue_after{};  ///< Look again after this; forgets earlier failures.
  std::optional<Error> error{};  ///< Look again with back-off, not before the error's retry_after.
  bool terminal =
      false;  ///< With `error`: counted and logged, but only a change brings the object back.
  bool holds_up_others =
      false;  ///< With `requeue_after`: somebody waits for it, as for a user's change.

  static Outcome Done() { return {}; }
  static Outcome After(Duration delay) {
    return {.requeue_after = delay, .error = {}, .terminal = false};
  }
  static Outcome Failed(Error error) {
    return {.requeue_after = {}, .error = std::move(error), .terminal = false};
  }
  static Outcome Terminal(Error error) {
    return {.requeue_after = {}, .error = std::move(error), .terminal = true};
  }
};

/// One pass over one object: look, decide, act, record. Level-triggered: why the object was queued
/// is not told. Called by several threads at once, but never twice at once for the same key.
class Reconciler {
 public:
  virtual ~Reconciler() = default;

  /// `call` carries the deadline of the pass, a stop that ends it, and the reconcile id for logs.
  virtual Outcome Reconcile(ObjectKey const& key, http::CallContext const& call) = 0;
};

}  // namespace adxf::runtime
