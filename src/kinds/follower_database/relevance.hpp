#pragma once

#include "azure/cluster_observer.hpp"
#include "kinds/follower_database/types.hpp"

#include <string>
#include <vector>

namespace adxf::follower_database {

/// Picks what concerns one object out of a cluster that may have thousands of things. One that
/// follows a single database has few; to others all may be of concern. `want` must outlive it.
class Relevance {
 public:
  Relevance(FollowerDatabase const& want, std::string const& instance);

  /// Its own, one that its status tells of, and those that follow the same database, be it with all
  /// others. What was made
  /// by us since the list was read replaces what the list has.
  struct Found {
    azure::Attachment const* attachment = nullptr;
    bool is_just_made = false;
  };
  [[nodiscard]] std::vector<Found> Attachments(azure::ClusterView const& view) const;

  /// Its own, and one that has the name that its own is to have.
  [[nodiscard]] bool Has(azure::ArmDatabase const& database) const;
  /// The same by name alone.
  [[nodiscard]] bool HasName(std::string const& database) const;

 private:
  [[nodiscard]] bool Has(azure::Attachment const& attachment) const;

  FollowerDatabase const& want_;
  bool const is_single_;
  std::string attachment_{};
  std::string told_{};  ///< By the status: the name may have been made by another installation.
  std::string leader_key_{};
  std::string name_{};
};

}  // namespace adxf::follower_database
