#pragma once

#include "model/object_meta.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace adxf::kinds {

/// Which objects of a kind claim the same thing in Azure; claims are texts that compare equal. The
/// oldest object owns a claim; of those made in the same second one that has begun on it (it
/// carries the finalizer). Thread-safe.
class ClaimIndex {
 public:
  using Claims = std::vector<std::string>;

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
    std::string uid{};
    auto operator<=>(Right const&) const = default;
  };

  /// Of thousands of objects each text is kept once: a claimant points to its claims, a claim to
  /// its claimants.
  struct Claimant;
  using Named = std::pair<std::string const, Claimant>;  // "namespace/name", and who it is
  using ByClaim =
      std::unordered_map<std::string, std::vector<Named const*>>;  // the one in the right first
  struct Claimant {
    Right right{};
    std::vector<ByClaim::value_type*> claims{};
  };

  static Right RightOf(model::ObjectMeta const& metadata, std::string_view finalizer);
  void Erase(std::string const& name);  // mutex_ held

  mutable std::mutex mutex_;
  ByClaim by_claim_;                                     // guarded by mutex_
  std::unordered_map<std::string, Claimant> claimants_;  // guarded by mutex_
};

}  // namespace adxf::kinds
