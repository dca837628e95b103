#include "runtime/finalizer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace adxf::runtime {
namespace {

// A DELETE takes milliseconds; the watch may tell of it much later.
constexpr auto kLately = std::chrono::minutes(5);

std::string VersionOf(nlohmann::json const& object, std::string fallback) {
  static nlohmann::json::json_pointer const kPointer("/metadata/resourceVersion");
  return object.contains(kPointer) && object.at(kPointer).is_string()
             ? object.at(kPointer).get<std::string>()
             : std::move(fallback);
}

std::vector<std::string> Texts(std::vector<SharedText> const& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

Finalizers::Finalizers(kube::KubeApi& api, kube::ResourceType type, std::string finalizer,
                       Clock& clock)
    : api_(api), type_(std::move(type)), finalizer_(std::move(finalizer)), clock_(clock) {}

Result<model::ObjectMeta> Finalizers::Add(model::ObjectMeta const& seen,
                                          http::CallContext const& call) {
  if (seen.HasFinalizer(finalizer_)) return seen;
  if (seen.IsDeleting()) {
    return Fail(Code::kInvalid,
                "cannot add a finalizer to " + seen.name + ", which is being deleted");
  }
  auto wanted = seen.finalizers;
  wanted.emplace_back(finalizer_);
  NotePut(seen.uid);  // before: the watch may be faster than the answer
  return Patch(seen, std::move(wanted), call);
}

Result<model::ObjectMeta> Finalizers::Remove(model::ObjectMeta const& seen,
                                             http::CallContext const& call) {
  if (!seen.HasFinalizer(finalizer_)) return seen;
  auto wanted = seen.finalizers;
  std::erase(wanted, SharedText(finalizer_));
  if (!seen.is_gone) {
    auto patched = Patch(seen, wanted, call);
    if (patched || patched.error().code != Code::kNotFound) return patched;
  } else if (let_go_) {
    let_go_({.ns = seen.name_space, .name = seen.name});
  }
  auto gone = seen;
  gone.finalizers = std::move(wanted);
  return gone;
}

bool Finalizers::KeepsGone(model::ObjectMeta& last) const {
  if (last.IsDeleting() || !last.HasFinalizer(finalizer_) || !WasPutLately(last.uid)) return false;
  last.deletion_timestamp = model::ToTimestamp(clock_.Now());
  last.is_gone = true;
  return true;
}

void Finalizers::NotePut(std::string const& uid) {
  auto const now = clock_.Steady();
  std::lock_guard const lock(mutex_);
  while (!put_.empty() && now - put_.front().first > kLately) put_.pop_front();
  put_.emplace_back(now, std::hash<std::string>{}(uid));
}

bool Finalizers::WasPutLately(std::string const& uid) const {
  auto const now = clock_.Steady();
  auto const hash = std::hash<std::string>{}(uid);
  std::lock_guard const lock(mutex_);
  return std::ranges::any_of(
      put_, [&](auto const& it) { return it.second == hash && now - it.first <= kLately; });
}

Result<model::ObjectMeta> Finalizers::Patch(model::ObjectMeta const& seen,
                                            std::vector<SharedText> wanted,
                                            http::CallContext const& call) {
  auto const patch = kube::FinalizerPatch({.uid = seen.uid,
                                           .resource_version = seen.resource_version,
                                           .finalizers = Texts(seen.finalizers)},
                                          Texts(wanted));
  auto const object = api_.Patch(type_, {.ns = seen.name_space, .name = seen.name}, patch, call);
  if (!object) return Failure(object.error());
  // The guards held, so nothing but the list and the version differs from what was seen.
  auto after = seen;
  after.finalizers = std::move(wanted);
  after.resource_version = VersionOf(*object, seen.resource_version);
  return after;
}

}  // namespace adxf::runtime
