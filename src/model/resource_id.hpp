#pragma once

#include "base/result.hpp"
#include "base/shared_text.hpp"

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace adxf::model {

/// An Azure resource id:
/// `/subscriptions/<id>[/resourceGroups/<name>[/providers/<namespace>/<type>/<name>…]]`. Keeps the
/// text as given (ARM echoes ids in varying case) and compares without regard to case, as ARM does.
/// A default-made one is empty and equals only another empty one.
class ResourceId {
 public:
  ResourceId() = default;

  /// Code::kInvalid when the text is no such path, or holds what has no place in one: empty parts,
  /// control characters,
  /// `?`, `#`, `%`, `\`.
  static Result<ResourceId> Parse(std::string_view text);

  [[nodiscard]] bool IsEmpty() const { return text_.empty(); }
  [[nodiscard]] std::string const& Text() const { return text_.Text(); }  ///< As given.
  [[nodiscard]] std::string const& Key() const {
    return key_.Text();
  }  ///< In lower case; for maps and comparison.

  [[nodiscard]] std::string_view SubscriptionId() const;
  [[nodiscard]] std::string_view ResourceGroup() const;  ///< Empty for a subscription.
  [[nodiscard]] std::string_view Provider()
      const;  ///< "Microsoft.Kusto"; empty where there is none.
  [[nodiscard]] std::string Type()
      const;  ///< "Microsoft.Kusto/clusters/databases"; empty where there is no provider.
  [[nodiscard]] std::string_view Name() const;  ///< The last part.

  /// True for a resource of that type ("Microsoft.Kusto/clusters"), without regard to case.
  [[nodiscard]] bool IsOfType(std::string_view type) const;

  /// The id of a child resource. What would break the path is percent-encoded in the name.
  [[nodiscard]] ResourceId Child(std::string_view type, std::string_view name) const;

  /// The enclosing resource, resource group or subscription; empty for a subscription.
  [[nodiscard]] ResourceId Parent() const;

  friend bool operator==(ResourceId const& a, ResourceId const& b) { return a.key_ == b.key_; }
  friend std::strong_ordering operator<=>(ResourceId const& a, ResourceId const& b) {
    return a.key_ <=> b.key_;
  }

 private:
  explicit ResourceId(std::string_view text);

  [[nodiscard]] std::string_view Segment(std::size_t index) const;

  SharedText text_;
  SharedText key_;
};

/// "West US 2" and "westus2" are one place: lower case, without spaces.
std::string NormaliseLocation(std::string_view location);

}  // namespace adxf::model

template <>
struct std::hash<adxf::model::ResourceId> {
  std::size_t operator()(adxf::model::ResourceId const& id) const noexcept {
    return std::hash<std::string>{}(id.Key());
  }
};
