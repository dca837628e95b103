#pragma once

#include "kube/resource.hpp"
#include "model/object_meta.hpp"
#include "model/packed.hpp"
#include "runtime/ready_latch.hpp"

#include <concepts>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace adxf::runtime {

/// Resource versions compare as whole numbers of any length (Kubernetes API conventions since 1.35;
/// true of etcd always). A version that is not a number is older than none and newer than none:
/// never "at least as new", except when equal.
[[nodiscard]] bool IsAtLeast(std::string_view version, std::string_view other);

/// A typed object with `metadata`.
template <class K>
concept StoredObject = requires(K const& object) {
  { object.metadata } -> std::convertible_to<model::ObjectMeta const&>;
};

/// One that can be kept in a fraction of its size while nobody looks at it.
template <class K>
concept PackedObject =
    StoredObject<K> && requires(K const& object, K& unpacked, model::Packed const& packed) {
      { Pack(object) } -> std::same_as<model::Packed>;
      Unpack(packed, unpacked);
    };

template <StoredObject K>
kube::ObjectKey KeyOf(K const& object) {
  return {.ns = object.metadata.name_space, .name = object.metadata.name};
}

/// How an object moved. `before` is null for a new one, `after` for one that is gone.
template <StoredObject K>
struct Change {
  kube::ObjectKey key{};
  std::shared_ptr<K const> before{};
  std::shared_ptr<K const> after{};
  bool from_full_state = false;  ///< Learned from a list, not from a change.
};

/// The latest known state of all objects of a type, as immutable snapshots; those of a packed type
/// are made when asked for. Thread-safe; filled by one watch of everything, or by one for each of
/// some namespaces, which are then its scopes.
///
/// Full states are buffered and swapped in one move, so a reader never sees half a list. What the
/// operator itself wrote (`Overlay`) is shown until the watch delivers that version or a newer one,
/// so a pass reads its own writes.
template <StoredObject K>
class Store {
 public:
  using Pointer = std::shared_ptr<K const>;

  /// `namespaces`: the scopes; empty: one, "", of everything.
  explicit Store(std::vector<std::string> const& namespaces = {})
      : missing_(namespaces.begin(), namespaces.end()) {
    if (missing_.empty()) missing_.emplace();
  }

  /// A full state of the scope follows.
  void BeginInit(std::string const& scope = {}) {
    std::lock_guard const lock(mutex_);
    arriving_[scope].clear();
  }

  void InitApply(K object, std::string const& scope = {}) {
    auto fresh = std::make_shared<K const>(std::move(object));
    std::lock_guard const lock(mutex_);
    arriving_[scope].insert_or_assign(KeyOf(*fresh), std::move(fresh));
  }

  /// Swaps the full state of the scope in, opens the latch when it was the last that was missing,
  /// and tells what differs, unchanged objects included.
  std::vector<Change<K>> FinishInit(std::string const& scope = {}) {
    std::vector<Change<K>> changes;
    bool is_complete = false;
    {
      std::lock_guard const lock(mutex_);
      auto next = std::move(arriving_[scope]);
      arriving_.erase(scope);
      Objects kept;
      for (auto& [key, after] : next) {
        if (auto const own = OwnNewerThan(key, *after)) after = own;
        kept.emplace(key, ToKeep(after));
        changes.push_back(
            {.key = key, .before = Find(key), .after = after, .from_full_state = true});
      }
      for (auto& [key, object] : objects_) {
        bool const is_of_scope = scope.empty() || key.ns == scope;
        if (next.contains(key)) continue;
        auto before = Shown(object);
        if (!is_of_scope || before->metadata.is_gone) {
          kept.emplace(key, std::move(object));
          continue;
        }
        own_writes_.erase(key);
        changes.push_back(
            {.key = key, .before = std::move(before), .after = nullptr, .from_full_state = true});
      }
      objects_ = std::move(kept);
      missing_.erase(scope);
      is_complete = missing_.empty();
    }
    if (is_complete) ready_.Open();
    return changes;
  }

  Change<K> Apply(K object) {
    auto fresh = std::make_shared<K const>(std::move(object));
    auto const key = KeyOf(*fresh);
    std::lock_guard const lock(mutex_);
    auto const before = Find(key);
    // An own write that is newer stays on top; the watch will deliver it too.
    if (auto const own = OwnNewerThan(key, *fresh))
      return {.key = key, .before = before, .after = own};
    objects_.insert_or_assign(key, ToKeep(fresh));
    return {.key = key, .before = before, .after = fresh};
  }

  Change<K> Delete(kube::ObjectKey const& key) {
    std::lock_guard const lock(mutex_);
    auto const before = Find(key);
    objects_.erase(key);
    own_writes_.erase(key);
    for (auto& [scope, arriving] : arriving_) arriving.erase(key);
    return {.key = key, .before = before, .after = nullptr};
  }

  /// Shows an object that is gone, and marked so, until it is let go or one of its name is made.
  Change<K> Keep(K gone) {
    auto last = std::make_shared<K const>(std::move(gone));
    auto const key = KeyOf(*last);
    std::lock_guard const lock(mutex_);
    own_writes_.erase(key);
    for (auto& [scope, arriving] : arriving_) arriving.erase(key);
    auto const before = Find(key);
    objects_.insert_or_assign(key, ToKeep(last));
    return {.key = key, .before = before, .after = std::move(last)};
  }

  /// Nothing when none is kept, as when one of its name was made meanwhile.
  std::optional<Change<K>> LetGo(kube::ObjectKey const& key) {
    std::lock_guard const lock(mutex_);
    auto before = Find(key);
    if (!before || !before->metadata.is_gone) return std::nullopt;
    objects_.erase(key);
    return Change<K>{.key = key, .before = std::move(before), .after = nullptr};
  }

  /// Shows the answer to an own write at once. Ignored when the object is gone, was made anew
  /// (other uid), or the watch is already as new.
  void Overlay(K object) {
    auto fresh = std::make_shared<K const>(std::move(object));
    auto const key = KeyOf(*fresh);
    std::lock_guard const lock(mutex_);
    auto const shown = Find(key);
    if (!shown || shown->metadata.uid != fresh->metadata.uid) return;
    if (IsAtLeast(shown->metadata.resource_version, fresh->metadata.resource_version)) return;
    objects_.insert_or_assign(key, ToKeep(fresh));
    own_writes_.insert_or_assign(key, std::move(fresh));
  }

  /// Null when there is none.
  [[nodiscard]] Pointer Get(kube::ObjectKey const& key) const {
    std::lock_guard const lock(mutex_);
    return Find(key);
  }

  /// All objects, in order of namespace and name.
  [[nodiscard]] std::vector<Pointer> List() const {
    std::lock_guard const lock(mutex_);
    std::vector<Pointer> all;
    all.reserve(objects_.size());
    for (auto const& [key, object] : objects_) all.push_back(Shown(object));
    return all;
  }

  /// Calls `visit` with all objects, in the same order, one after another and without the lock: of
  /// thousands of packed ones never more than one is made. What goes meanwhile may be left out.
  template <std::invocable<K const&> Visit>
  void ForEach(Visit&& visit) const {
    for (auto const& key : Keys()) {
      if (auto const object = Get(key)) visit(*object);
    }
  }

  [[nodiscard]] std::size_t Size() const {
    std::lock_guard const lock(mutex_);
    return objects_.size();
  }

  /// Opens when every scope has told its full state once.
  [[nodiscard]] ReadyLatch const& Ready() const { return ready_; }

 private:
  using Kept = std::conditional_t<PackedObject<K>, model::Packed, Pointer>;
  using Objects = std::map<kube::ObjectKey, Kept>;

  static Kept ToKeep(Pointer const& object) {
    if constexpr (PackedObject<K>) {
      return Pack(*object);
    } else {
      return object;
    }
  }

  static Pointer Shown(Kept const& kept) {
    if constexpr (PackedObject<K>) {
      auto object = std::make_shared<K>();
      Unpack(kept, *object);
      return object;
    } else {
      return kept;
    }
  }

  [[nodiscard]] std::vector<kube::ObjectKey> Keys() const {
    std::lock_guard const lock(mutex_);
    std::vector<kube::ObjectKey> keys;
    keys.reserve(objects_.size());
    for (auto const& [key, object] : objects_) keys.push_back(key);
    return keys;
  }

  [[nodiscard]] Pointer Find(kube::ObjectKey const& key) const {
    auto const found = objects_.find(key);
    return found == objects_.end() ? nullptr : Shown(found->second);
  }

  /// The own write that `seen` does not include yet, else null; forgets one that it does.
  Pointer OwnNewerThan(kube::ObjectKey const& key, K const& seen) {
    auto const own = own_writes_.find(key);
    if (own == own_writes_.end()) return nullptr;
    bool const is_same_object = own->second->metadata.uid == seen.metadata.uid;
    if (is_same_object &&
        !IsAtLeast(seen.metadata.resource_version, own->second->metadata.resource_version))
      return own->second;
    own_writes_.erase(own);
    return nullptr;
  }

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  Objects objects_;
  std::map<std::string, std::map<kube::ObjectKey, Pointer>> arriving_;  // by scope
  std::set<std::string> missing_;  // scopes that have told nothing yet
  std::map<kube::ObjectKey, Pointer> own_writes_;

  ReadyLatch ready_;
};

}  // namespace adxf::runtime
