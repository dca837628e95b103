#pragma once

#include "base/result.hpp"
#include "kube/kube_api.hpp"
#include "kube/resource.hpp"
#include "model/object_meta.hpp"

#include <condition_variable>
#include <mutex>
#include <string>

namespace adxf::runtime {

/// What was written, if anything.
struct StatusWritten {
  std::string resource_version{};  ///< Of the object as it is now known.
};

/// The status as the pass has seen it (null when there was none) and as it is to be, as JSON.
struct StatusPair {
  std::string current;
  std::string wanted;
};

/// Writes status with the resourceVersion that was seen; at most eight writes at once. Thread-safe.
class StatusWriter {
 public:
  static constexpr int kMostAtOnce = 8;
  static constexpr int kMostRetries = 2;

  explicit StatusWriter(kube::KubeApi& api) : api_(api) {}

  /// Makes `status.wanted` the status of the object; writes nothing when it equals
  /// `status.current`. After a conflict the object is read again: while uid and generation are
  /// those of `seen` and the status is still `status.current`, the write is repeated on the newer
  /// version, at most twice. Errors: kConflict when the object or its status was changed, or it was
  /// made anew, or conflicts did not end; kNotFound when it is gone; and those of KubeApi.
  Result<StatusWritten> Write(kube::ResourceType const& type, model::ObjectMeta const& seen,
                              StatusPair const& status, http::CallContext const& call);

 private:
  /// Blocks for one of the slots; false after a stop.
  bool AcquireSlot(std::stop_token const& stop);
  void ReleaseSlot();
  Result<StatusWritten> WriteInSlot(kube::ResourceType const& type, model::ObjectMeta const& seen,
                                    StatusPair const& status, http::CallContext const& call);

  kube::KubeApi& api_;
  std::mutex mutex_;
  std::condition_variable_any freed_;
  int free_slots_ = kMostAtOnce;  // guarded by mutex_
};

}  // namespace adxf::runtime
