#include "kinds/follower_database/plan_actions.hpp"

#include "base/text.hpp"

namespace adxf::follower_database {
namespace {

std::string_view Plural(EntityKind kind) {
  return kind == EntityKind::kTable ? "tables " : "materialized views ";
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
            .detail = "hot cache of the database becomes " + it.policy.hot.ToKusto()};
  }
  PlannedAction operator()(DropDatabaseCache const&) const {
    return {.action = "DropDatabaseCache",
            .detail = "the override of the database's hot cache goes"};
  }
  PlannedAction operator()(SetEntityCache const& it) const {
    return {.action = "SetEntityCache",
            .detail = "hot cache of " + std::string(Plural(it.kind)) + Join(it.names, ", ") +
                      " becomes " + it.policy.hot.ToKusto()};
  }
  PlannedAction operator()(DropEntityCache const& it) const {
    return {.action = "DropEntityCache",
            .detail = "the hot-cache overrides of " + std::string(Plural(it.kind)) +
                      Join(it.names, ", ") + " go"};
  }
  PlannedAction operator()(AddPrincipals const& it) const {
    return {.action = "AddPrincipals",
            .detail = Join(it.principals, ", ") + " become " + std::string(ToString(it.role))};
  }
  PlannedAction operator()(DropPrincipals const& it) const {
    return {
        .action = "DropPrincipals",
        .detail = Join(it.principals, ", ") + " are no longer " + std::string(ToString(it.role))};
  }
};

struct ActionWords {
  PlannedAction operator()(AddFinalizer const&) const { return {.action = "AddFinalizer"}; }
  PlannedAction operator()(RemoveFinalizer const&) const { return {.action = "RemoveFinalizer"}; }
  PlannedAction operator()(RecordClaim const&) const { return {.action = "RecordClaim"}; }
  PlannedAction operator()(PutAttachment const& it) const {
    if (it.because.empty()) {
      return {.action = "Attach",
              .detail = "attachment " + it.name + " to " + it.database + " of " + it.leader_id};
    }
    return {.action = "UpdateAttachment",
            .detail = "attachment " + it.name + ": " + Join(it.because, ", ")};
  }
  PlannedAction operator()(DeleteAttachment const& it) const {
    return {.action = "Detach", .detail = "attachment " + it.name};
  }
  PlannedAction operator()(DetachFromLeader const& it) const {
    return {.action = "DetachFromLeader",
            .detail = "attachment " + it.name + ", from the leader's side"};
  }
  PlannedAction operator()(ChangePolicy const& it) const {
    auto words = std::visit(CommandWords{}, it.command);
    words.detail = "database " + it.database + ": " + words.detail;
    return words;
  }
};

}  // namespace

PlannedAction Describe(Action const& action) { return std::visit(ActionWords{}, action); }

bool IsAzureWrite(Action const& action) {
  return std::holds_alternative<PutAttachment>(action) ||
         std::holds_alternative<DeleteAttachment>(action) ||
         std::holds_alternative<DetachFromLeader>(action) ||
         std::holds_alternative<ChangePolicy>(action);
}

}  // namespace adxf::follower_database
