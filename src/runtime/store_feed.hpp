#pragma once

#include "base/result.hpp"
#include "kube/watcher.hpp"
#include "runtime/finalizer.hpp"
#include "runtime/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace adxf::runtime {

/// Connects a watch to a store: decodes objects, and tells a listener of each change after the
/// store shows it. The listener runs on the watcher's thread without any lock; it enqueues and
/// returns.
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
    for (auto const& change : store_.FinishInit(scope_)) listener_(change);
  }

  Result<void> OnApply(nlohmann::json const& object) override {
    TRY_ASSIGN(auto typed, decode_(object));
    listener_(store_.Apply(std::move(typed)));
    return {};
  }

  Result<void> OnDelete(nlohmann::json const& object) override {
    TRY_ASSIGN(auto const key, kube::KeyOfObject(object));
    auto last = finalizers_ == nullptr ? std::nullopt : AsKept(object);
    listener_(last ? store_.Keep(std::move(*last)) : store_.Delete(key));
    return {};
  }

  /// An object that was kept though it is gone has nothing in Azure any more. From any thread.
  void LetGo(kube::ObjectKey const& key) {
    if (auto const change = store_.LetGo(key)) listener_(*change);
  }

 private:
  std::optional<K> AsKept(nlohmann::json const& object) const {
    auto last = decode_(object);
    if (!last || !finalizers_->KeepsGone(last->metadata)) return std::nullopt;
    return std::move(*last);
  }

  Store<K>& store_;
  Decode const decode_;
  Listener const listener_;
  std::string const scope_;
  Finalizers const* finalizers_;
};

}  // namespace adxf::runtime
