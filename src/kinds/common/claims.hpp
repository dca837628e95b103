#pragma once

#include "model/object_meta.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
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
  /// In the order in which they have a right to a claim.
  struct Claimant {
    model::Timestamp created{};
    bool has_not_begun = false;
    std::string uid{};
    std::string name{};  ///< "namespace/name"
    auto operator<=>(Claimant const&) const = default;
  };

  static Claimant ClaimantOf(model::ObjectMeta const& metadata, std::string_view finalizer);
  void Erase(std::string const& name);  // mutex_ held

  mutable std::mutex mutex_;
  std::map<std::string, std::set<Claimant>> by_claim_;            // guarded by mutex_
  std::map<std::string, std::pair<Claimant, Claims>> by_object_;  // guarded by mutex_
};

}  // namespace adxf::kinds
