#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace adxf {

/// A text that never changes and that the process keeps once, however many hold it: for what
/// thousands of things say alike, such as ids of clusters, reasons and messages. As large as a
/// pointer; copies, and whether two are equal, touch no character. Thread-safe as a std::shared_ptr
/// is.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string const& text) : node_(Find(text)) {}  // NOLINT(*-explicit-*): a text
  SharedText(char const* text) : node_(Find(text)) {}         // NOLINT(*-explicit-*)
  explicit SharedText(std::string_view text) : node_(Find(text)) {}
  SharedText(SharedText const& other) : node_(other.node_) { Hold(); }
  SharedText(SharedText&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  SharedText& operator=(SharedText const& other) {
    SharedText copy(other);
    std::swap(node_, copy.node_);
    return *this;
  }
  SharedText& operator=(SharedText&& other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~SharedText() {
    if (node_ != nullptr) LetGo(*node_);
  }

  [[nodiscard]] std::string const& Text() const;
  operator std::string const&() const { return Text(); }  // NOLINT(*-explicit-*): it is a text
  operator std::string_view() const { return Text(); }    // NOLINT(*-explicit-*)

  // NOLINTBEGIN(readability-identifier-naming): the names that std::string has
  [[nodiscard]] bool empty() const { return node_ == nullptr; }
  [[nodiscard]] std::size_t size() const { return Text().size(); }
  void clear() { *this = SharedText(); }
  // NOLINTEND(readability-identifier-naming)

  friend bool operator==(SharedText const& a, SharedText const& b) { return a.node_ == b.node_; }
  friend std::strong_ordering operator<=>(SharedText const& a, SharedText const& b) {
    return a == b ? std::strong_ordering::equal : a.Text() <=> b.Text();
  }
  template <std::convertible_to<std::string_view> T>
    requires(!std::same_as<T, SharedText>)
  friend bool operator==(SharedText const& a, T const& b) {
    return a.Text() == std::string_view(b);
  }
  friend std::string operator+(std::string a, SharedText const& b) { return a += b.Text(); }
  friend std::string operator+(SharedText const& a, char const* b) { return a.Text() + b; }
  friend std::string operator+(char const* a, SharedText const& b) { return a + b.Text(); }
  friend std::ostream& operator<<(std::ostream& out, SharedText const& text) {
    return out << text.Text();
  }

  /// Reads no character.
  [[nodiscard]] std::size_t Hash() const;

  /// How many different texts are held now.
  static std::size_t Kept();

 private:
  struct Node;
  class Pool;

  static Node* Find(std::string_view text);  // held once more; null for ""
  void Hold() const;
  static void LetGo(Node& node);

  Node* node_ = nullptr;
};

}  // namespace adxf

template <>
struct std::hash<adxf::SharedText> {
  std::size_t operator()(adxf::SharedText const& text) const noexcept { return text.Hash(); }
};
