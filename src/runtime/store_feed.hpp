#pragma once

#include "base/result.hpp"
#include "kube/watcher.hpp"
#include "model/object_json.hpp"
#include "runtime/finalizer.hpp"
#include "runtime/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace adxf::runtime {

/// Connects a watch to a store: decodes objects, and tells a listener of each change after the
/// store shows it. The listener runs on the watcher's thread, or on that of who lets an object go;
/// it enqueues and returns.
template <StoredObject K>
class StoreFeed final : public kube::WatchHandler {
 public:
  using Decode = std::function<Result<K>(nlohmann::json const&)>;
  using Listener = std::function<void(Change<K> const&)>;

  /// `scope`: the namespace that is watched; "": all. `finalizers`: by which an object that is gone
  /// may have to be kept; null: none is.
  StoreFeed(Store<K>& store, Decode decode, Listener listener, std::string scope = {},
            Finalizers const* finalizers = nullptr)
      : store_(store),
        decode_(std::move(decode)),
        listener_(std::move(listener)),
        scope_(std::move(scope)),
        finalizers_(finalizers) {}

  void OnInit() override { store_.BeginInit(scope_); }

  Result<void> OnInitApply(nlohmann::json const& object) override {
    TRY_ASSIGN(auto typed, decode_(object));
    store_.InitApply(std::move(typed), scope_);
    return {};
  }

  void OnInitDone() override {
    std::lock_guard const lock(order_);
    for (auto const& change : store_.FinishInit(scope_)) listener_(change);
  }

  Result<void> OnApply(nlohmann::json const& object) override {
    TRY_ASSIGN(auto typed, decode_(object));
    std::lock_guard const lock(order_);
    listener_(store_.Apply(std::move(typed)));
    return {};
  }

  Result<void> OnDelete(nlohmann::json const& object) override {
    TRY_ASSIGN(auto const key, kube::KeyOfObject(object));
    auto last = finalizers_ == nullptr ? std::nullopt : AsKept(object);
    std::lock_guard const lock(order_);
    listener_(last ? store_.Keep(std::move(*last)) : store_.Delete(key));
    return {};
  }

  [[nodiscard]] std::string const& Scope() const { return scope_; }

  /// An object that was kept though it is gone has nothing in Azure any more. From any thread.
  void LetGo(kube::ObjectKey const& key) {
    std::lock_guard const lock(order_);
    if (auto const change = store_.LetGo(key)) listener_(*change);
  }

 private:
  std::optional<K> AsKept(nlohmann::json const& object) const {
    auto metadata = model::DecodeMeta(object);
    if (!metadata || !finalizers_->KeepsGone(*metadata)) return std::nullopt;
    auto last = decode_(object);
    if (!last) return std::nullopt;
    last->metadata = std::move(*metadata);
    return std::move(*last);
  }

  Store<K>& store_;
  Decode const decode_;
  Listener const listener_;
  std::string const scope_;
  Finalizers const* finalizers_;
  std::mutex order_;  // the listener hears of changes in the order in which the store shows them
};

}  // namespace adxf::runtime
