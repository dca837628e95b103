#include "base/shared_text.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace adxf {

struct SharedText::Node {
  std::string const text;
  std::size_t const hash;
  Node* next = nullptr;  // in its chain; guarded by the mutex of its part of the pool
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
    for (auto* node = part.ChainOf(hash); node != nullptr; node = node->next) {
      if (node->hash != hash || node->text != text) continue;
      node->holders.fetch_add(1, std::memory_order_relaxed);
      return node;
    }
    return part.Add(new Node{.text = std::string(text),
                             .hash = hash});  // NOLINT(*-owning-memory): LetGo ends it
  }

  void LetGo(Node& node) {
    auto& part = PartOf(node.hash);
    std::lock_guard const lock(part.mutex);
    if (node.holders.fetch_sub(1, std::memory_order_acq_rel) > 1) return;  // found again meanwhile
    part.Remove(node);
    delete &node;  // NOLINT(*-owning-memory)
  }

  std::size_t Size() {
    std::size_t size = 0;
    for (auto& part : parts_) {
      std::lock_guard const lock(part.mutex);
      size += part.size;
    }
    return size;
  }

 private:
  /// A hash table whose nodes are the texts themselves: with nodes of its own each text would take
  /// half as much again.
  struct Part {
    std::mutex mutex;
    // Guarded by mutex.
    std::vector<Node*> chains = std::vector<Node*>(16);
    std::size_t size = 0;

    Node*& ChainOf(std::size_t hash) { return chains[hash % chains.size()]; }

    Node* Add(Node* node) {
      if (size == chains.size()) Grow();
      ++size;
      node->next = ChainOf(node->hash);
      return ChainOf(node->hash) = node;
    }

    void Remove(Node const& node) {
      auto* place = &ChainOf(node.hash);
      while (*place != &node) place = &(*place)->next;
      *place = node.next;
      --size;
    }

    void Grow() {
      std::vector<Node*> const before = std::exchange(chains, std::vector<Node*>(2 * size));
      for (auto* node : before) {
        while (node != nullptr) {
          auto* const next = node->next;
          node->next = ChainOf(node->hash);
          ChainOf(node->hash) = node;
          node = next;
        }
      }
    }
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

std::size_t SharedText::Hash() const { return node_ == nullptr ? 0 : node_->hash; }

std::size_t SharedText::Kept() { return Pool::Instance().Size(); }

}  // namespace adxf
