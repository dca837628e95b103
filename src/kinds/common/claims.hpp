#pragma once

#include "base/shared_text.hpp"
#include "model/object_meta.hpp"

#include <compare>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace adxf::kinds {

/// A thing in Azure, by texts that compare equal.
struct Claim {
  SharedText scope{};  ///< What it is a part of, which the claims of many objects have in common.
  SharedText name{};
  auto operator<=>(Claim const&) const = default;
};

}  // namespace adxf::kinds

template <>
struct std::hash<adxf::kinds::Claim> {
  std::size_t operator()(adxf::kinds::Claim const& claim) const noexcept {
    return claim.scope.Hash() * 31 + claim.name.Hash();
  }
};

namespace adxf::kinds {

/// Which objects of a kind claim the same thing in Azure. The oldest object owns a claim; of those
/// made in the same second one that has begun on it (it carries the finalizer). Thread-safe.
class ClaimIndex {
 public:
  using Claims = std::vector<Claim>;

  void Put(model::ObjectMeta const& metadata, std::string_view finalizer, Claims claims);
  void Remove(std::string const& name_space, std::string const& name);

  /// "namespace/name" of the older object with one of these claims; nothing when this one is the
  /// oldest.
  [[nodiscard]] std::optional<std::string> OlderClaim(model::ObjectMeta const& metadata,
                                                      std::string_view finalizer,
                                                      Claims const& claims) const;

  /// Objects that share a claim with this one: to be looked at again when it goes.
  [[nodiscard]] std::vector<std::string> Rivals(model::ObjectMeta const& metadata,
                                                Claims const& claims) const;

 private:
  /// What gives a right to a claim, in the order in which it does.
  struct Right {
    model::Timestamp created{};
    bool has_not_begun = false;
    SharedText uid{};
    auto operator<=>(Right const&) const = default;
  };

  /// Of thousands of objects each text is kept once: a claimant points to its claims, a claim to
  /// its claimants.
  struct Claimant;
  using Named = std::pair<SharedText const, Claimant>;  // "namespace/name", and who it is
  using ByClaim =
      std::unordered_map<Claim, std::vector<Named const*>>;  // the one in the right first
  struct Claimant {
    Right right{};
    std::vector<ByClaim::value_type*> claims{};
  };

  static Right RightOf(model::ObjectMeta const& metadata, std::string_view finalizer);
  void Erase(SharedText const& name);  // mutex_ held

  mutable std::mutex mutex_;
  ByClaim by_claim_;                                    // guarded by mutex_
  std::unordered_map<SharedText, Claimant> claimants_;  // guarded by mutex_
};

}  // namespace adxf::kinds
