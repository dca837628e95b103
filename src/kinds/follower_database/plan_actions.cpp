#include "kinds/follower_database/plan_actions.hpp"

#include "base/text.hpp"
#include "base/time_format.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

std::string_view Plural(EntityKind kind) {
  return kind == EntityKind::kTable ? "tables " : "materialized views ";
}

std::string Words(CacheValue const& policy) {
  std::string text = policy.hot.ToKusto();
  for (auto const& window : policy.windows)
    text += " and " + FormatRfc3339(window.from) + ".." + FormatRfc3339(window.to);
  return text;
}

std::string Words(Selection const& selection) {
  std::vector<std::string> parts;
  if (!selection.include.empty()) parts.push_back("include " + Join(selection.include, ", "));
  if (!selection.exclude.empty()) parts.push_back("exclude " + Join(selection.exclude, ", "));
  return parts.empty() ? "everything" : Join(parts, ", ");
}

/// One field of an attachment, and the value that is put.
std::string FieldWords(PutAttachment const& put, std::string const& field) {
  if (field == "permissions.modificationKind")
    return field + " " + std::string(ToString(put.principals));
  if (field == "sharing.tables") return field + " " + Words(put.sharing.tables);
  if (field == "sharing.externalTables") return field + " " + Words(put.sharing.external_tables);
  if (field == "sharing.materializedViews")
    return field + " " + Words(put.sharing.materialized_views);
  if (field == "sharing.functions") return field + " " + Words(put.sharing.functions);
  return field;
}

/// What a new attachment has beside its name and its leader.
std::vector<std::string> DeclaredFields(PutAttachment const& put) {
  std::vector<std::string> fields{"permissions.modificationKind"};
  if (put.sharing.tables != Selection{}) fields.emplace_back("sharing.tables");
  if (put.sharing.external_tables != Selection{}) fields.emplace_back("sharing.externalTables");
  if (put.sharing.materialized_views != Selection{})
    fields.emplace_back("sharing.materializedViews");
  if (put.sharing.functions != Selection{}) fields.emplace_back("sharing.functions");
  return fields;
}

std::string Words(PutAttachment const& put, std::vector<std::string> fields) {
  for (auto& field : fields) field = FieldWords(put, field);
  return Join(fields, "; ");
}

std::string NameWords(PutAttachment const& put) {
  if (!put.name_override.empty()) return " as " + put.name_override;
  return put.prefix.empty() ? "" : " with prefix " + put.prefix;
}

struct CommandWords {
  PlannedAction operator()(SetPrincipalsKind const& it) const {
    return {.action = "SetPrincipalsKind",
            .detail = "permissions.modificationKind becomes " + std::string(ToString(it.kind))};
  }
  PlannedAction operator()(SetCachingKind const& it) const {
    return {.action = "SetCachingKind",
            .detail = "caching.modificationKind becomes " + std::string(ToString(it.kind))};
  }
  PlannedAction operator()(SetPrefetch const& it) const {
    return {.action = "SetPrefetch",
            .detail =
                std::string("caching.prefetchExtents becomes ") + (it.prefetch ? "true" : "false")};
  }
  PlannedAction operator()(SetDatabaseCache const& it) const {
    return {.action = "SetDatabaseCache",
            .detail = "hot cache of the database becomes " + Words(it.policy)};
  }
  PlannedAction operator()(DropDatabaseCache const&) const {
    return {.action = "DropDatabaseCache",
            .detail = "the override of the database's hot cache goes"};
  }
  PlannedAction operator()(SetEntityCache const& it) const {
    return {.action = "SetEntityCache",
            .detail = "hot cache of " + std::string(Plural(it.kind)) + Join(it.names, ", ") +
                      " becomes " + Words(it.policy)};
  }
  PlannedAction operator()(DropEntityCache const& it) const {
    return {.action = "DropEntityCache",
            .detail = "the hot-cache overrides of " + std::string(Plural(it.kind)) +
                      Join(it.names, ", ") + " go"};
  }
  PlannedAction operator()(AddPrincipals const& it) const {
    return {.action = "AddPrincipals",
            .detail = Join(it.principals, ", ") + " become " + std::string(ToString(it.role)) +
                      ", noted as \"" + it.note + "\""};
  }
  PlannedAction operator()(DropPrincipals const& it) const {
    return {
        .action = "DropPrincipals",
        .detail = Join(it.principals, ", ") + " are no longer " + std::string(ToString(it.role))};
  }
};

bool IsNew(PutAttachment const& put) {
  return std::ranges::all_of(
      put.covers, [](CoveredChange const& it) { return it.key.field == kAttachmentField; });
}

struct ActionWords {
  PlannedAction operator()(AddFinalizer const&) const { return {.action = "AddFinalizer"}; }
  PlannedAction operator()(RemoveFinalizer const&) const { return {.action = "RemoveFinalizer"}; }
  PlannedAction operator()(RecordClaim const&) const { return {.action = "RecordClaim"}; }
  PlannedAction operator()(PutAttachment const& it) const {
    if (IsNew(it)) {
      return {.action = "Attach",
              .detail = "attachment " + it.name + " to " + it.database + " of " + it.leader_id +
                        NameWords(it) + ": " + Words(it, DeclaredFields(it))};
    }
    std::vector<std::string> fields;
    fields.reserve(it.covers.size());
    for (auto const& covered : it.covers) fields.push_back(covered.key.field);
    return {.action = "UpdateAttachment",
            .detail = "attachment " + it.name + ": " + Words(it, std::move(fields))};
  }
  PlannedAction operator()(DeleteAttachment const& it) const {
    return {.action = "Detach", .detail = "attachment " + it.name};
  }
  PlannedAction operator()(DetachFromLeader const& it) const {
    return {.action = "DetachFromLeader",
            .detail = "attachment " + it.name + ", from the leader's side"};
  }
  PlannedAction operator()(CreateAccount const& it) const {
    return {.action = "CreateAccount",
            .detail = "Data Share account in " + it.location + ", with a system identity"};
  }
  PlannedAction operator()(AcceptInvitation const& it) const {
    return {
        .action = "AcceptInvitation",
        .detail = "invitation " + it.invitation_id + ", as share subscription " + it.subscription};
  }
  PlannedAction operator()(PutMapping const& it) const {
    return {.action = "MapDataSet",
            .detail = "data set " + it.source + " onto the follower cluster"};
  }
  PlannedAction operator()(DeleteMapping const& it) const {
    return {.action = "RemoveMapping",
            .detail = "mapping " + it.name + " of share subscription " + it.subscription};
  }
  PlannedAction operator()(LeaveShare const& it) const {
    return {.action = "LeaveShare", .detail = "share subscription " + it.subscription};
  }
  PlannedAction operator()(ChangePolicy const& it) const {
    auto words = std::visit(CommandWords{}, it.command);
    words.detail = "database " + it.database + ": " + words.detail;
    return words;
  }
};

bool IsPermission(PolicyCommand const& command) {
  return std::holds_alternative<AddPrincipals>(command) ||
         std::holds_alternative<DropPrincipals>(command) ||
         std::holds_alternative<SetPrincipalsKind>(command);
}

}  // namespace

std::vector<CoveredChange> const& CoversOf(Action const& action) {
  static std::vector<CoveredChange> const kNone;
  if (auto const* put = std::get_if<PutAttachment>(&action)) return put->covers;
  if (auto const* put = std::get_if<PutMapping>(&action)) return put->covers;
  if (auto const* change = std::get_if<ChangePolicy>(&action)) return change->covers;
  return kNone;
}

PlannedAction Describe(Action const& action) { return std::visit(ActionWords{}, action); }

bool IsAzureWrite(Action const& action) {
  return !std::holds_alternative<AddFinalizer>(action) &&
         !std::holds_alternative<RemoveFinalizer>(action) &&
         !std::holds_alternative<RecordClaim>(action);
}

bool TakesAway(Action const& action) {
  if (auto const* change = std::get_if<ChangePolicy>(&action))
    return std::holds_alternative<DropPrincipals>(change->command);
  return std::holds_alternative<DeleteAttachment>(action) ||
         std::holds_alternative<DetachFromLeader>(action) ||
         std::holds_alternative<DeleteMapping>(action) ||
         std::holds_alternative<LeaveShare>(action);
}

Action const* FirstWrite(std::vector<Action> const& actions, std::size_t i) {
  if (IsAzureWrite(actions[i])) return &actions[i];
  if (!std::holds_alternative<AddFinalizer>(actions[i])) return nullptr;
  auto const write = std::ranges::find_if(actions, IsAzureWrite);
  return write == actions.end() ? nullptr : &*write;
}

bool MayFollowRefused(Action const& next, Action const& refused) {
  auto const* change = std::get_if<ChangePolicy>(&next);
  auto const* before = std::get_if<ChangePolicy>(&refused);
  if (before == nullptr) return false;
  if (change == nullptr)
    return TakesAway(refused) && !std::holds_alternative<RemoveFinalizer>(next);
  return change->database != before->database ||
         IsPermission(change->command) != IsPermission(before->command);
}

}  // namespace adxf::follower_database
