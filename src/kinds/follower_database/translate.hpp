#pragma once

#include "azure/arm_types.hpp"
#include "azure/cluster_observer.hpp"
#include "azure/commands/show_database_principal_roles.hpp"
#include "azure/session.hpp"
#include "kinds/follower_database/plan_actions.hpp"
#include "kinds/follower_database/plan_input.hpp"

#include <string>
#include <vector>

/// Between Azure's types and this kind's own.
namespace adxf::follower_database {

void FillFollower(Observed& seen, FollowerDatabase const& want, azure::ClusterView const& view);
/// What the leader lists of the object's follower cluster.
void FillFromLeader(Observed& seen, FollowerDatabase const& want, azure::ClusterView const& view);
void FillLeader(Observed& seen, FollowerDatabase const& want, azure::ClusterView const& view);

Result<azure::AttachmentSpec> ToAzure(PutAttachment const& put);

OwnRights FromAzure(std::vector<azure::PrincipalRoleRow> const& rows);

/// Runs the Kusto command that a planned change stands for; returns the id under which the cluster
/// lists it.
Result<std::string> RunChange(azure::KustoRunner& kusto, std::string const& cluster_uri,
                              ChangePolicy const& change, http::CallContext const& call);

}  // namespace adxf::follower_database
