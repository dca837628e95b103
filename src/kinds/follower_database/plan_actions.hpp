#pragma once

#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a pass may do, as data. Every action is safe to repeat.
namespace adxf::follower_database {

struct AddFinalizer {
  bool operator==(AddFinalizer const&) const = default;
};

struct RemoveFinalizer {
  bool operator==(RemoveFinalizer const&) const = default;
};

/// Writes the planned status at once: a name that the user chose must be recorded as ours before it
/// exists in Azure, or a crash right after the PUT would make it look like a stranger's.
struct RecordClaim {
  bool operator==(RecordClaim const&) const = default;
};

/// Why something in Azure is being changed.
enum class Cause {
  kDeclared,  ///< The object declares it.
  kDrift,     ///< It was as declared, and others changed it.
  kExpiry,    ///< The time of a grant is over.
};

/// One wish that a write fulfils; one for a policy is remembered until it shows.
struct CoveredChange {
  PolicyKey key{};
  std::string value{};
  std::string had{};  ///< What showed when this was decided.
  Cause cause = Cause::kDeclared;
  bool operator==(CoveredChange const&) const = default;
};

/// The field of a change that makes a vanished attachment again.
inline constexpr std::string_view kAttachmentField = "attachment";

struct PutAttachment {
  std::string name{};
  std::string location{};
  std::string leader_id{};
  std::string database{};
  std::string name_override{};
  std::string prefix{};
  ModificationKind principals = ModificationKind::kUnion;
  Sharing sharing{};
  std::vector<CoveredChange>
      covers{};  ///< The fields that differ; none when it is made for the first time.
  bool operator==(PutAttachment const&) const = default;
};

struct DeleteAttachment {
  std::string name{};
  bool operator==(DeleteAttachment const&) const = default;
};

/// Removes the attachment by way of the leader, for whoever has no rights on the follower.
struct DetachFromLeader {
  std::string name{};
  bool operator==(DetachFromLeader const&) const = default;
};

/// Makes the Data Share account that receives.
struct CreateAccount {
  std::string location{};
  bool operator==(CreateAccount const&) const = default;
};

/// Accepts an invitation: from then on there is a share subscription of that name.
struct AcceptInvitation {
  std::string subscription{};
  std::string invitation_id{};
  std::string location{};  ///< Of the share.
  bool operator==(AcceptInvitation const&) const = default;
};

/// Maps a data set of the share onto the follower cluster, where its databases appear.
struct PutMapping {
  std::string subscription{};
  std::string name{};
  std::string source_id{};
  std::string source{};  ///< The data set's name.
  DataSetKind kind = DataSetKind::kDatabase;
  bool mends = false;                   ///< It had vanished or broken.
  std::vector<CoveredChange> covers{};  ///< What others took away.
  bool operator==(PutMapping const&) const = default;
};

struct DeleteMapping {
  std::string subscription{};
  std::string name{};
  bool operator==(DeleteMapping const&) const = default;
};

/// Gives the share back: only a new invitation brings it again.
struct LeaveShare {
  std::string subscription{};
  bool operator==(LeaveShare const&) const = default;
};

struct SetPrincipalsKind {
  ModificationKind kind = ModificationKind::kUnion;
  bool operator==(SetPrincipalsKind const&) const = default;
};
struct SetCachingKind {
  ModificationKind kind = ModificationKind::kUnion;
  bool operator==(SetCachingKind const&) const = default;
};
struct SetPrefetch {
  bool prefetch = false;
  bool operator==(SetPrefetch const&) const = default;
};
struct SetDatabaseCache {
  CacheValue policy{};
  bool operator==(SetDatabaseCache const&) const = default;
};
struct DropDatabaseCache {
  bool operator==(DropDatabaseCache const&) const = default;
};
struct SetEntityCache {
  EntityKind kind = EntityKind::kTable;
  std::vector<std::string> names{};
  CacheValue policy{};
  bool operator==(SetEntityCache const&) const = default;
};
struct DropEntityCache {
  EntityKind kind = EntityKind::kTable;
  std::vector<std::string> names{};
  bool operator==(DropEntityCache const&) const = default;
};
struct AddPrincipals {
  Role role = Role::kViewer;
  std::vector<std::string> principals{};
  std::string note{};
  bool operator==(AddPrincipals const&) const = default;
};
struct DropPrincipals {
  Role role = Role::kViewer;
  std::vector<std::string> principals{};
  bool operator==(DropPrincipals const&) const = default;
};

using PolicyCommand =
    std::variant<SetPrincipalsKind, SetCachingKind, SetPrefetch, SetDatabaseCache,
                 DropDatabaseCache, SetEntityCache, DropEntityCache, AddPrincipals, DropPrincipals>;

/// One Kusto command on one follower database.
struct ChangePolicy {
  std::string database{};
  PolicyCommand command{};
  std::vector<CoveredChange> covers{};
  bool operator==(ChangePolicy const&) const = default;
};

using Action = std::variant<AddFinalizer, RemoveFinalizer, RecordClaim, PutAttachment,
                            DeleteAttachment, DetachFromLeader, CreateAccount, AcceptInvitation,
                            PutMapping, DeleteMapping, LeaveShare, ChangePolicy>;

/// What a write changes; empty for other actions.
std::vector<CoveredChange> const& CoversOf(Action const& action);

/// The action in words, for events, logs and `status.plan`.
PlannedAction Describe(Action const& action);

/// True for what changes Azure.
bool IsAzureWrite(Action const& action);

/// True for what takes access or databases away: it goes before all else.
bool TakesAway(Action const& action);

/// The write that needs a turn before action `i` may be done, if it does. The finalizer waits for
/// it, too: an object that has it before would have to be read once more when the turn comes.
Action const* FirstWrite(std::vector<Action> const& actions, std::size_t i);

/// Whether `next` may be done although Azure refused `refused` for what it says. The hot caches of
/// a database are no condition of its permissions, nor one database of another, nor what was to be
/// revoked of an attachment or a mapping; but a switch to Replace, of either, is not made before
/// all that is to replace.
bool MayFollowRefused(Action const& next, Action const& refused);

}  // namespace adxf::follower_database
