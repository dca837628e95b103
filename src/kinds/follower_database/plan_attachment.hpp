#pragma once

#include "kinds/follower_database/plan_actions.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the attachment of an object should be, and what keeps it from being so.
namespace adxf::follower_database {

/// The attachment of that name on the follower cluster; null when there is none.
SeenAttachment const* FindAttachment(Observed const& seen, std::string const& name);

/// The name under which one database of the leader appears on the follower.
std::string FollowerName(FollowerDatabase const& want);

/// The name of a followed database on its leader.
std::string const& OriginalName(SeenDatabase const& database);

/// The attachment that carries this object's name on the follower cluster, whoever made it; null
/// when there is none. A share has none: those that Data Share makes are never touched.
SeenAttachment const* FindMine(FollowerDatabase const& want, Observed const& seen);

/// The follower's databases that come from this object's attachment, or from its share.
std::vector<SeenDatabase const*> MyDatabases(FollowerDatabase const& want, Observed const& seen);

AttachmentStatus DescribeAttachment(FollowerDatabase const& want, Observed const& seen,
                                    SeenAttachment const& mine);

/// The whole PUT for what is declared.
PutAttachment Desired(FollowerDatabase const& want, Observed const& seen);

/// The field whose change goes after the grants.
inline constexpr std::string_view kPrincipalsField = "permissions.modificationKind";

/// The fields in which the attachment differs from what is declared, in the words of the spec.
std::vector<CoveredChange> Differences(FollowerDatabase const& want, SeenAttachment const& have);

/// The ARM id of an attachment on the follower cluster.
std::string AttachmentId(FollowerDatabase const& want, std::string const& name);

/// True when this installation made or adopted the attachment: by its name, or as recorded in the
/// status.
bool IsOurs(FollowerDatabase const& want, SeenAttachment const& have);

/// Why the attachment that has our name is not ours to touch.
std::optional<Problem> Trespass(FollowerDatabase const& want, Observed const& seen,
                                SeenAttachment const& have);

/// Why the follower cluster cannot be worked with now.
std::optional<Problem> FollowerProblem(FollowerDatabase const& want, Observed const& seen);

/// Why the attachment cannot be made: leader, region, names, claims. Only what would fail.
std::optional<Problem> AttachProblem(FollowerDatabase const& want, Observed const& seen);

/// Operations that are not final: the resource is busy.
bool IsBusy(std::string const& provisioning_state);

}  // namespace adxf::follower_database
