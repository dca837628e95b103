#include "base/text.hpp"
#include "kinds/data_share/plan.hpp"

#include <algorithm>

namespace adxf::data_share {
namespace {

void AddNames(std::vector<std::string>& parts, std::string_view what,
              std::vector<std::string> names) {
  if (names.empty()) return;
  std::ranges::sort(names);
  parts.push_back(std::string(what) + " " + Join(names, ", "));
}

void AddLists(std::vector<std::string>& fields, std::string_view field,
              Selection const& selection) {
  std::vector<std::string> parts;
  AddNames(parts, "include", selection.include);
  AddNames(parts, "exclude", selection.exclude);
  if (!parts.empty()) fields.push_back(std::string(field) + " " + Join(parts, ", "));
}

/// The parts of a database that are shared; nothing where it is shared as a whole.
std::string ListWords(std::optional<TableSharing> const& sharing) {
  if (!sharing) return "";
  std::vector<std::string> fields;
  AddLists(fields, "sharing.tables", sharing->tables);
  AddLists(fields, "sharing.externalTables", sharing->external_tables);
  AddLists(fields, "sharing.materializedViews", sharing->materialized_views);
  return fields.empty() ? "" : ": " + Join(fields, "; ");
}

struct Words {
  PlannedAction operator()(CreateAccount const& it) const {
    return {.action = "CreateAccount", .detail = "in " + it.location + ", with a system identity"};
  }
  PlannedAction operator()(PutShare const& it) const {
    return {.action = it.is_new ? "CreateShare" : "UpdateShare",
            .detail = "description \"" + it.description + "\", terms of use \"" + it.terms + "\""};
  }
  PlannedAction operator()(PutDataSet const& it) const {
    auto const& set = it.data_set;
    return {.action = it.is_new ? "AddDataSet" : "UpdateDataSet",
            .detail = "data set " + set.name + ": " + (set.sharing ? "parts of " : "") +
                      (set.database ? "database " + *set.database + " of " : "all of ") +
                      set.cluster_resource_id + ListWords(set.sharing)};
  }
  PlannedAction operator()(DeleteDataSet const& it) const {
    return {.action = "RemoveDataSet", .detail = "data set " + it.name};
  }
  PlannedAction operator()(RevokeConsumer const& it) const {
    return {.action = "RevokeConsumer", .detail = it.who};
  }
  PlannedAction operator()(DeleteInvitation const& it) const {
    return {.action = "DeleteInvitation", .detail = "invitation " + it.name};
  }
  PlannedAction operator()(DeleteShare const&) const { return {.action = "DeleteShare"}; }
};

/// What is shared of a kind of things, in an order that Azure's own does not move.
std::string Text(Selection selection) {
  std::ranges::sort(selection.include);
  std::ranges::sort(selection.exclude);
  return "include [" + Join(selection.include, ", ") + "], exclude [" +
         Join(selection.exclude, ", ") + "]";
}

struct Comparison {
  Observed const& seen;
  std::vector<FieldChange> changes{};

  void Compare(std::string field, std::string have, std::string want) {
    if (have == want) return;
    changes.push_back(
        {.field = std::move(field), .have = std::move(have), .want = std::move(want)});
  }
  void operator()(PutShare const& it) {
    if (it.is_new || !seen.share) return;
    Compare("description", seen.share->description, it.description);
    Compare("termsOfUse", seen.share->terms, it.terms);
    Compare("state", seen.share->state == "Failed" ? "Failed" : "", "");
  }
  void operator()(PutDataSet const& it) {
    auto const& name = it.data_set.name;
    auto const have = std::ranges::find_if(
        seen.data_sets, [&](SeenDataSet const& set) { return EqualsIgnoreCase(set.name, name); });
    if (it.is_new || have == seen.data_sets.end()) return;
    auto const sharing = it.data_set.sharing.value_or(TableSharing{});
    auto const field = [&](std::string_view what) {
      return "dataSets/" + name + "/sharing." + std::string(what);
    };
    Compare(field("tables"), Text(have->sharing.tables), Text(sharing.tables));
    Compare(field("externalTables"), Text(have->sharing.external_tables),
            Text(sharing.external_tables));
    Compare(field("materializedViews"), Text(have->sharing.materialized_views),
            Text(sharing.materialized_views));
    Compare("dataSets/" + name + "/state", have->state == "Failed" ? "Failed" : "", "");
  }
  void operator()(auto const& /*nothing there to differ from*/) {}
};

}  // namespace

PlannedAction Describe(Action const& action) { return std::visit(Words{}, action); }

std::vector<FieldChange> Changes(Action const& action, Observed const& seen) {
  Comparison comparison{.seen = seen};
  std::visit(comparison, action);
  return comparison.changes;
}

}  // namespace adxf::data_share
