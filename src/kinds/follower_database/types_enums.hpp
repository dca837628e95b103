#pragma once

#include "kinds/common/types_table.hpp"
#include "kinds/follower_database/types.hpp"
#include "model/describe.hpp"

#include <string_view>
#include <utility>

/// The names of the enumerators in the API.
namespace adxf::model {

template <>
struct Describe<follower_database::ModificationKind> {
  using E = follower_database::ModificationKind;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kUnion, "Union"}, {E::kReplace, "Replace"}, {E::kNone, "None"}});
};

template <>
struct Describe<follower_database::Ownership> {
  using E = follower_database::Ownership;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kAdditive, "Additive"}, {E::kAuthoritative, "Authoritative"}});
};

template <>
struct Describe<follower_database::Role> {
  using E = follower_database::Role;
  static constexpr auto values =
      std::to_array<std::pair<E, std::string_view>>({{E::kAdmin, "Admin"},
                                                     {E::kUser, "User"},
                                                     {E::kViewer, "Viewer"},
                                                     {E::kUnrestrictedViewer, "UnrestrictedViewer"},
                                                     {E::kMonitor, "Monitor"}});
};

template <>
struct Describe<follower_database::DeletionPolicy> {
  using E = follower_database::DeletionPolicy;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kDetach, "Detach"}, {E::kLeave, "Leave"}, {E::kOrphan, "Orphan"}});
};

template <>
struct Describe<follower_database::Origin> {
  using E = follower_database::Origin;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kDirect, "Direct"}, {E::kDataShare, "DataShare"}});
};

template <>
struct Describe<follower_database::PolicyOrigin> {
  using E = follower_database::PolicyOrigin;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kLeader, "Leader"}, {E::kFollower, "Follower"}});
};

template <>
struct Describe<follower_database::EntityKind> {
  using E = follower_database::EntityKind;
  static constexpr auto values =
      std::to_array<std::pair<E, std::string_view>>({{E::kDatabase, "Database"},
                                                     {E::kTable, "Table"},
                                                     {E::kMaterializedView, "MaterializedView"}});
};

}  // namespace adxf::model
