#pragma once

#include "azure/cluster_observer.hpp"
#include "azure/commands/modification_kind.hpp"
#include "kinds/follower_database/plan_input.hpp"

/// What a follower shows of its policies, in this kind's words.
namespace adxf::follower_database {

ModificationKind FromAzureKind(azure::ModificationKind kind);

/// Overrides, and what is in force where it was read. Roles and notes that the overrides leave out
/// are taken from what is in force.
void FillPolicies(Observed& seen, FollowerDatabase const& want, azure::ClusterView const& view);

}  // namespace adxf::follower_database
