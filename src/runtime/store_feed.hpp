#pragma once

#include "base/result.hpp"
#include "kube/watcher.hpp"
#include "runtime/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
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

  /// `scope`: the namespace that is watched; "": all.
  StoreFeed(Store<K>& store, Decode decode, Listener listener, std::string scope = {})
      : store_(store),
        decode_(std::move(decode)),
        listener_(std::move(listener)),
        scope_(std::move(scope)) {}

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
    listener_(store_.Delete(key));
    return {};
  }

 private:
  Store<K>& store_;
  Decode const decode_;
  Listener const listener_;
  std::string const scope_;
};

}  // namespace adxf::runtime
