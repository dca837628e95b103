#include "kinds/follower_database/plan_attachment.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/plan_drift.hpp"
#include "kinds/follower_database/plan_mappings.hpp"
#include "kinds/follower_database/plan_preflight.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace adxf::follower_database {
namespace {

Problem Refuse(std::string_view reason, std::string message) {
  return {.condition = std::string(kPreflight),
          .reason = std::string(reason),
          .message = std::move(message),
          .needs_person = true};
}

LeaderSource const& Leader(FollowerDatabase const& want) { return *want.spec.source.leader; }

std::string LeaderKey(FollowerDatabase const& want) {
  return ToLower(Leader(want).cluster_resource_id);
}

std::string Override(FollowerDatabase const& want) {
  return want.spec.database_name ? want.spec.database_name->name_override.value_or("") : "";
}

std::string Prefix(FollowerDatabase const& want) {
  return want.spec.database_name ? want.spec.database_name->prefix.value_or("") : "";
}

ModificationKind Principals(FollowerDatabase const& want) {
  return want.spec.permissions ? want.spec.permissions->modification_kind
                               : ModificationKind::kUnion;
}

bool SameNames(std::vector<std::string> const& a, std::vector<std::string> const& b) {
  auto const normalise = [](std::vector<std::string> const& names) {
    std::set<std::string> result;
    for (auto const& name : names) result.insert(ToLower(name));
    return result;
  };
  return normalise(a) == normalise(b);
}

bool SameSelection(Selection const& a, Selection const& b) {
  return SameNames(a.include, b.include) && SameNames(a.exclude, b.exclude);
}

std::string Text(Selection const& selection) {
  return "include [" + Join(selection.include, ", ") + "], exclude [" +
         Join(selection.exclude, ", ") + "]";
}

std::vector<std::string> NamesOf(std::vector<CoveredChange> const& fields) {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (auto const& it : fields) names.push_back(it.key.field);
  return names;
}

std::optional<Problem> NameProblem(FollowerDatabase const& want, Observed const& seen) {
  if (Leader(want).FollowsAll())
    return std::nullopt;  // a local database of the same name wins; nothing fails
  auto const wanted = FollowerName(want);
  auto const taken = std::ranges::find_if(
      seen.databases, [&](SeenDatabase const& it) { return EqualsIgnoreCase(it.name, wanted); });
  if (taken == seen.databases.end()) return std::nullopt;
  std::string const owner = taken->is_following ? "the attachment " + taken->attachment_name
                                                : std::string("a database of its own");
  return Refuse(kReasonNameConflict,
                "The follower cluster has a database named " + taken->name + " already (" + owner +
                    "). Set spec.databaseName.override to another name in a new object, or remove "
                    "that one.");
}

Problem DuplicateClaim(std::string const& older) {
  return Refuse(kReasonDuplicateClaim,
                "The older FollowerDatabase " + older +
                    " claims the same attachment, or the same database of the same leader, on the "
                    "follower cluster. Delete one of the two objects.");
}

/// Whether an attachment of all databases brings the wanted one, or is about to: it does not where
/// the follower has another database of that name.
bool BringsWithAll(FollowerDatabase const& want, Observed const& seen, SeenAttachment const& all) {
  auto const name = all.prefix + Leader(want).database.Text();
  return std::ranges::none_of(seen.databases, [&](SeenDatabase const& it) {
    return EqualsIgnoreCase(it.name, name) && !EqualsIgnoreCase(it.attachment_name, all.name);
  });
}

std::optional<Problem> AlreadyFollowed(FollowerDatabase const& want, Observed const& seen) {
  auto const follows_it = [&](SeenAttachment const& it) {
    return EqualsIgnoreCase(it.database, Leader(want).database) ||
           (it.database == "*" && BringsWithAll(want, seen, it));
  };
  auto const other = std::ranges::find_if(seen.attachments, [&](SeenAttachment const& it) {
    return it.leader_key == LeaderKey(want) && follows_it(it);
  });
  if (other == seen.attachments.end()) return std::nullopt;
  bool const is_one_of_all = other->database == "*" && !Leader(want).FollowsAll();
  if (is_one_of_all) {
    return Refuse(
        kReasonAlreadyFollowedAs,
        "The follower cluster follows this database already, with all others of the leader, as "
        "attachment " +
            other->name +
            ": hot cache and permissions of its object hold for it. Delete this "
            "object, or attach the databases of the leader one by one in place of \"*\".");
  }
  return Refuse(kReasonAlreadyFollowedAs,
                "The follower cluster follows this database already, as attachment " + other->name +
                    ". To take that one over, make a new object with spec.attachmentName set to "
                    "its name and spec.adoption to IfIdentical.");
}

}  // namespace

std::string AttachmentName(FollowerDatabase const& want, std::string const& instance) {
  if (want.spec.attachment_name) return *want.spec.attachment_name;
  return want.metadata.name_space + "." + want.metadata.name + "." + instance;
}

std::string FollowerName(FollowerDatabase const& want) {
  auto const name_override = Override(want);
  return name_override.empty() ? Leader(want).database.Text() : name_override;
}

SeenAttachment const* FindAttachment(Observed const& seen, std::string const& name) {
  auto const found = std::ranges::find_if(
      seen.attachments, [&](SeenAttachment const& it) { return EqualsIgnoreCase(it.name, name); });
  return found == seen.attachments.end() ? nullptr : &*found;
}

std::string const& OriginalName(SeenDatabase const& database) {
  return database.original_name.empty() ? database.name : database.original_name;
}

SeenAttachment const* FindMine(FollowerDatabase const& want, Observed const& seen) {
  if (want.spec.source.share) return nullptr;  // Data Share's own
  return FindAttachment(seen, AttachmentName(want, seen.instance));
}

std::vector<SeenDatabase const*> MyDatabases(FollowerDatabase const& want, Observed const& seen) {
  std::vector<SeenDatabase const*> result;
  if (want.spec.source.share) {
    for (auto& it : ResolveMappings(want, seen))
      result.insert(result.end(), it.databases.begin(), it.databases.end());
  } else {
    auto const name = AttachmentName(want, seen.instance);
    for (auto const& database : seen.databases) {
      if (database.is_following && EqualsIgnoreCase(database.attachment_name, name))
        result.push_back(&database);
    }
  }
  std::ranges::sort(result, {}, [](SeenDatabase const* it) { return it->name; });
  return result;
}

AttachmentStatus DescribeAttachment(FollowerDatabase const& want, Observed const& seen,
                                    SeenAttachment const& mine) {
  AttachmentStatus status{.resource_id = AttachmentId(want, mine.name),
                          .provisioning_state = mine.provisioning_state,
                          .origin = Origin::kDirect};
  for (auto const* database : MyDatabases(want, seen)) {
    status.databases.push_back({.leader = OriginalName(*database), .follower = database->name});
  }
  return status;
}

PutAttachment Desired(FollowerDatabase const& want, Observed const& seen) {
  return {.name = AttachmentName(want, seen.instance),
          .location = seen.follower.location,
          .leader_id = Leader(want).cluster_resource_id,
          .database = Leader(want).database,
          .name_override = Override(want),
          .prefix = Prefix(want),
          .principals = Principals(want),
          .sharing = want.spec.sharing.value_or(Sharing{})};
}

std::vector<CoveredChange> Differences(FollowerDatabase const& want, SeenAttachment const& have) {
  auto const sharing = want.spec.sharing.value_or(Sharing{});
  std::vector<CoveredChange> fields;
  auto const add = [&](std::string_view field, std::string value, std::string had) {
    CoveredChange covered{
        .key = {.field = std::string(field)}, .value = std::move(value), .had = std::move(had)};
    if (IsDrift(want, covered.key)) covered.cause = Cause::kDrift;
    fields.push_back(std::move(covered));
  };
  if (Principals(want) != have.principals) {
    add(kPrincipalsField, std::string(ToString(Principals(want))),
        std::string(ToString(have.principals)));
  }
  auto const compare = [&](std::string_view field, Selection const& wanted, Selection const& had) {
    if (!SameSelection(wanted, had)) add(field, Text(wanted), Text(had));
  };
  compare("sharing.tables", sharing.tables, have.sharing.tables);
  compare("sharing.externalTables", sharing.external_tables, have.sharing.external_tables);
  compare("sharing.materializedViews", sharing.materialized_views, have.sharing.materialized_views);
  compare("sharing.functions", sharing.functions, have.sharing.functions);
  return fields;
}

std::string AttachmentId(FollowerDatabase const& want, std::string const& name) {
  return want.spec.follower_cluster.resource_id + "/attachedDatabaseConfigurations/" + name;
}

bool IsOurs(FollowerDatabase const& want, SeenAttachment const& have) {
  if (!want.spec.attachment_name) return true;  // the name holds this installation's instance
  // Without the finalizer nothing was ever written.
  return want.metadata.HasFinalizer(kFinalizer) && want.status.attachment &&
         EqualsIgnoreCase(want.status.attachment->resource_id, AttachmentId(want, have.name));
}

std::optional<Problem> Trespass(FollowerDatabase const& want, Observed const& seen,
                                SeenAttachment const& have) {
  // Of two objects that name one attachment the older has it, even if the younger may adopt.
  if (seen.older_claim && !IsOurs(want, have)) return DuplicateClaim(*seen.older_claim);
  auto const& leader = Leader(want);
  bool const is_same = have.leader_key == LeaderKey(want) &&
                       EqualsIgnoreCase(have.database, leader.database) &&
                       EqualsIgnoreCase(have.name_override, Override(want)) &&
                       EqualsIgnoreCase(have.prefix, Prefix(want));
  if (!is_same) {
    return Refuse(kReasonAttachmentConflict,
                  "The attachment " + have.name + " exists and follows database " + have.database +
                      " of " + have.leader_id +
                      (have.name_override.empty() ? "" : " as " + have.name_override) +
                      ", which is not what is declared. Detach it, or choose another "
                      "spec.attachmentName in a new object.");
  }
  if (IsOurs(want, have)) return std::nullopt;
  // To look at it, as mode Observe does, nobody needs leave.
  if (want.spec.adoption == Adoption::kNever && want.spec.mode == Mode::kManage) {
    return Refuse(
        kReasonAttachmentExists,
        "The attachment " + have.name +
            " exists and was not made by this object. Set spec.adoption to "
            "IfIdentical to take it over, or choose another spec.attachmentName in a new object.");
  }
  auto const differs = Differences(want, have);
  if (differs.empty()) return std::nullopt;
  return Refuse(kReasonAttachmentExists, "The attachment " + have.name +
                                             " cannot be adopted, because it differs in " +
                                             Join(NamesOf(differs), ", ") +
                                             ". Declare what it has, adopt it, then change it.");
}

std::optional<Problem> FollowerProblem(FollowerDatabase const& want, Observed const& seen) {
  auto const& id = want.spec.follower_cluster.resource_id;
  if (seen.follower.readability == Readability::kMissing) {
    return Refuse(kReasonFollowerNotFound,
                  "There is no cluster " + id +
                      ". Correct spec.followerCluster.resourceId in a new object, or create it.");
  }
  if (seen.follower.readability != Readability::kReadable) return seen.follower.problem;
  return RunningProblem(seen.follower, "The follower cluster " + id);
}

std::optional<Problem> AttachProblem(FollowerDatabase const& want, Observed const& seen) {
  if (seen.older_claim) return DuplicateClaim(*seen.older_claim);
  if (auto problem = AlreadyFollowed(want, seen)) return problem;
  if (auto problem = NameProblem(want, seen)) return problem;
  return LeaderProblem(want, seen);
}

bool IsBusy(std::string const& provisioning_state) {
  // No state means Succeeded (ARM resource-provider contract, asynchronous operations).
  return !provisioning_state.empty() && provisioning_state != "Succeeded" &&
         provisioning_state != "Failed" && provisioning_state != "Canceled";
}

}  // namespace adxf::follower_database
