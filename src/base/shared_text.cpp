#include "base/shared_text.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_set>

namespace adxf {

struct SharedText::Node {
  std::string const text;
  std::size_t const hash;
  std::atomic<std::size_t> holders = 1;
};

/// All texts that anybody holds. Only under the lock does the number of holders rise from or fall
/// to nothing; so whoever finds a text here may hold it.
class SharedText::Pool {
 public:
  /// Never destroyed: texts in static objects may outlive it else.
  static Pool& Instance() {
    static auto& pool = *new Pool;
    return pool;
  }

  Node* Find(std::string_view text) {
    auto const hash = std::hash<std::string_view>{}(text);
    auto& part = PartOf(hash);
    std::lock_guard const lock(part.mutex);
    if (auto const found = part.nodes.find(Key{.text = text, .hash = hash});
        found != part.nodes.end()) {
      (*found)->holders.fetch_add(1, std::memory_order_relaxed);
      return found->get();
    }
    auto node = std::make_unique<Node>(std::string(text), hash);
    return part.nodes.insert(std::move(node)).first->get();
  }

  void LetGo(Node& node) {
    auto& part = PartOf(node.hash);
    std::lock_guard const lock(part.mutex);
    if (node.holders.fetch_sub(1, std::memory_order_acq_rel) > 1) return;  // found again meanwhile
    part.nodes.erase(part.nodes.find(Key{.text = node.text, .hash = node.hash}));
  }

  std::size_t Size() {
    std::size_t size = 0;
    for (auto& part : parts_) {
      std::lock_guard const lock(part.mutex);
      size += part.nodes.size();
    }
    return size;
  }

 private:
  struct Key {
    std::string_view text;
    std::size_t hash;
  };
  static Key KeyOf(Key const& key) { return key; }
  static Key KeyOf(std::unique_ptr<Node> const& node) {
    return {.text = node->text, .hash = node->hash};
  }
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming)
    std::size_t operator()(auto const& it) const { return KeyOf(it).hash; }
  };
  struct Equal {
    using is_transparent = void;  // NOLINT(readability-identifier-naming)
    bool operator()(auto const& a, auto const& b) const { return KeyOf(a).text == KeyOf(b).text; }
  };
  struct Part {
    std::mutex mutex;
    std::unordered_set<std::unique_ptr<Node>, Hash, Equal> nodes;  // guarded by mutex
  };

  static constexpr std::size_t kParts = 16;
  Part& PartOf(std::size_t hash) { return parts_[(hash >> 32U) % kParts]; }

  std::array<Part, kParts> parts_;  // so that threads seldom wait for each other
};

std::string const& SharedText::Text() const {
  static auto const& none = *new std::string;  // never destroyed, as the pool
  return node_ == nullptr ? none : node_->text;
}

SharedText::Node* SharedText::Find(std::string_view text) {
  return text.empty() ? nullptr : Pool::Instance().Find(text);
}

void SharedText::Hold() const {
  if (node_ != nullptr) node_->holders.fetch_add(1, std::memory_order_relaxed);
}

void SharedText::LetGo(Node& node) {
  auto holders = node.holders.load(std::memory_order_relaxed);
  while (holders > 1) {
    if (node.holders.compare_exchange_weak(holders, holders - 1, std::memory_order_release)) return;
  }
  Pool::Instance().LetGo(node);
}

std::size_t SharedText::Kept() { return Pool::Instance().Size(); }

}  // namespace adxf
