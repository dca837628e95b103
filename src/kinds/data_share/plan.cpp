#include "kinds/data_share/plan.hpp"

#include "base/text.hpp"
#include "kinds/data_share/conditions.hpp"
#include "kinds/data_share/plan_status.hpp"

#include <algorithm>
#include <utility>

namespace adxf::data_share {
namespace {

Problem Stalled(std::string_view reason, std::string message) {
  return kinds::Stalled(kDataSetsShared, reason, std::move(message));
}

bool IsBusy(std::string const& provisioning_state) {
  return provisioning_state == "Creating" || provisioning_state == "Deleting" ||
         provisioning_state == "Moving";
}

DataSetKind KindOf(DataSet const& it) {
  if (!it.database) return DataSetKind::kCluster;
  return it.sharing ? DataSetKind::kTable : DataSetKind::kDatabase;
}

/// Whether what is in Azure under that name is the same thing, but perhaps for its lists.
bool IsSameSource(DataSet const& want, SeenDataSet const& have) {
  return KindOf(want) == have.kind &&
         EqualsIgnoreCase(want.cluster_resource_id, have.cluster_key) &&
         EqualsIgnoreCase(want.database.value_or(""), have.database);
}

SeenDataSet const* Find(Observed const& seen, std::string const& name) {
  auto const found = std::ranges::find_if(
      seen.data_sets, [&](SeenDataSet const& it) { return EqualsIgnoreCase(it.name, name); });
  return found == seen.data_sets.end() ? nullptr : &*found;
}

bool IsDeclared(DataShare const& want, SeenDataSet const& have) {
  return std::ranges::any_of(
      want.spec.data_sets, [&](DataSet const& it) { return EqualsIgnoreCase(it.name, have.name); });
}

/// Sets, compared as Azure may reorder them.
std::vector<std::string> Sorted(std::vector<std::string> list) {
  std::ranges::sort(list);
  return list;
}

bool IsSame(Selection const& a, Selection const& b) {
  return Sorted(a.include) == Sorted(b.include) && Sorted(a.exclude) == Sorted(b.exclude);
}

bool IsSame(TableSharing const& a, TableSharing const& b) {
  return IsSame(a.tables, b.tables) && IsSame(a.external_tables, b.external_tables) &&
         IsSame(a.materialized_views, b.materialized_views);
}

bool HasActiveConsumers(Observed const& seen) {
  return std::ranges::any_of(seen.consumers,
                             [](SeenConsumer const& it) { return kinds::HasAccess(it.state); });
}

bool IsIdentical(DataSet const& want, SeenDataSet const& have) {
  return IsSameSource(want, have) && IsSame(want.sharing.value_or(TableSharing{}), have.sharing);
}

/// A share that this object did not make.
std::optional<Problem> Trespass(DataShare const& want, Observed const& seen) {
  auto const name = ShareName(want);
  if (!seen.share->is_in_place) {
    return Stalled(kReasonShareExists,
                   "Share " + name +
                       " of the account is there and copies data; only in-place shares are kept by "
                       "this operator: choose another spec.shareName.");
  }
  if (!want.status.share_id.empty()) return std::nullopt;
  if (want.spec.adoption == Adoption::kNever) {
    return Stalled(kReasonShareExists,
                   "Share " + name +
                       " of the account is there and was not made by this object: choose another "
                       "spec.shareName, or set adoption: IfIdentical to take it over.");
  }
  for (auto const& it : want.spec.data_sets) {
    auto const* have = Find(seen, it.name);
    if (have != nullptr && IsIdentical(it, *have)) continue;
    return Stalled(kReasonShareExists,
                   "Share " + name + " cannot be taken over: its data set " + it.name +
                       (have == nullptr ? " is not there." : " shares something else."));
  }
  for (auto const& have : seen.data_sets) {
    if (IsDeclared(want, have)) continue;
    return Stalled(kReasonShareExists, "Share " + name +
                                           " cannot be taken over: it has the data set " +
                                           have.name + ", which is not declared.");
  }
  return std::nullopt;
}

/// What is to be written so that the data sets are as declared, or why that cannot be.
struct DataSetChanges {
  std::vector<Action> actions{};
  std::optional<Problem> problem{};
};

DataSetChanges CompareDataSets(DataShare const& want, Observed const& seen) {
  DataSetChanges changes;
  for (auto const& it : want.spec.data_sets) {
    auto const* have = Find(seen, it.name);
    if (have == nullptr) {
      changes.actions.emplace_back(PutDataSet{.data_set = it, .is_new = true});
    } else if (!IsSameSource(it, *have)) {
      changes.problem = Stalled(kReasonDataSetReplaceNeeded,
                                "Data set " + it.name +
                                    " in Azure shares something else than is declared. It is not "
                                    "replaced, since every consumer's mapping hangs on its id: "
                                    "declare it under another name, "
                                    "or delete it in Azure.");
    } else if (!IsIdentical(it, *have) || have->state == "Failed") {
      changes.actions.emplace_back(PutDataSet{.data_set = it});
    }
  }
  for (auto const& have : seen.data_sets) {
    if (IsDeclared(want, have) || IsBusy(have.state)) continue;
    if (HasActiveConsumers(seen) && !want.spec.allow_breaking_consumers) {
      changes.problem =
          Stalled(kReasonConsumersActive,
                  "Data set " + have.name +
                      " is not declared and would be removed, but consumers are active who would "
                      "lose it: set allowBreakingConsumers: true, or declare it.");
    } else {
      changes.actions.emplace_back(DeleteDataSet{.name = have.name});
    }
  }
  return changes;
}

bool IsAnyBusy(Observed const& seen) {
  return std::ranges::any_of(seen.data_sets,
                             [](SeenDataSet const& it) { return IsBusy(it.state); });
}

std::vector<Action> NewShare(DataShare const& want) {
  std::vector<Action> actions{PutShare{
      .description = want.spec.description, .terms = want.spec.terms_of_use, .is_new = true}};
  for (auto const& it : want.spec.data_sets)
    actions.emplace_back(PutDataSet{.data_set = it, .is_new = true});
  return actions;
}

Plan Sharing(DataShare const& want, Observed const& seen, std::vector<Action> actions,
             TimePoint now) {
  auto plan = Await(want, seen, kReasonSharing, "The share is being made as declared.", now);
  plan.actions = std::move(actions);
  return plan;
}

Plan Converge(DataShare const& want, Observed const& seen, TimePoint now) {
  auto changes = CompareDataSets(want, seen);
  bool const has_other_words = seen.share->state == "Failed" ||
                               seen.share->description != want.spec.description ||
                               seen.share->terms != want.spec.terms_of_use;
  if (has_other_words) {
    changes.actions.insert(changes.actions.begin(), PutShare{.description = want.spec.description,
                                                             .terms = want.spec.terms_of_use});
  }
  // What can be done is done first; the problem is told when nothing else is left.
  if (!changes.actions.empty()) return Sharing(want, seen, std::move(changes.actions), now);
  if (changes.problem) return Blocked(want, seen, *changes.problem, now);
  if (IsAnyBusy(seen)) return Sharing(want, seen, {}, now);
  return ReadyPlan(want, seen, now);
}

Plan WithAccount(DataShare const& want, Observed const& seen, TimePoint now) {
  if (seen.share && IsBusy(seen.share->state))
    return Await(want, seen, kReasonSharing, "Azure is working on the share.", now);
  if (!seen.share) {
    return Sharing(want, seen, NewShare(want), now);
  }
  if (auto const problem = Trespass(want, seen)) return Blocked(want, seen, *problem, now);
  return Converge(want, seen, now);
}

Plan DecideLive(DataShare const& want, Observed const& seen, TimePoint now) {
  if (seen.reading_problem) return Blocked(want, seen, *seen.reading_problem, now);
  if (seen.is_operation_running)
    return Await(want, seen, kReasonSharing, "Azure is working on the share.", now);
  if (seen.hold && seen.hold->IsOn(now)) {
    auto plan = Blocked(want, seen, seen.hold->problem, now);
    plan.requeue = {.when = kinds::Requeue::When::kAfter, .delay = seen.hold->until - now};
    return plan;
  }
  if (!seen.account && want.spec.account.location) {
    auto plan = Await(want, seen, kReasonSharing, "The Data Share account is being made.", now);
    plan.actions = NewShare(want);  // what comes after it shows in the plan of mode Observe
    plan.actions.insert(plan.actions.begin(),
                        CreateAccount{.location = *want.spec.account.location});
    return plan;
  }
  if (!seen.account) {
    return Blocked(want, seen,
                   Stalled(kReasonAccountNotFound,
                           "Data Share account " + want.spec.account.resource_id +
                               " does not exist: correct spec.account.resourceId, or give "
                               "spec.account.location to have it made."),
                   now);
  }
  if (IsBusy(seen.account_state))
    return Await(want, seen, kReasonSharing, "Azure is making the Data Share account.", now);
  return WithAccount(want, seen, now);
}

}  // namespace

std::string ShareId(DataShare const& want) {
  return want.spec.account.resource_id + "/shares/" + ShareName(want);
}

Plan Decide(DataShare const& want, Observed const& seen, TimePoint now) {
  if (want.metadata.IsDeleting()) return PlanUnshare(want, seen, now);
  if (want.spec.suspend) return SuspendedPlan(want, now);
  if (seen.identity_problem) return Blocked(want, seen, *seen.identity_problem, now);
  if (seen.older_claim) {
    return Blocked(want, seen,
                   Stalled(kinds::kReasonDuplicateClaim,
                           "DataShare " + *seen.older_claim +
                               " is older and declares the same share: delete one of the two, or "
                               "give this one another spec.shareName."),
                   now);
  }
  Plan plan = DecideLive(want, seen, now);
  if (want.spec.mode == Mode::kObserve) return OnlyTell(std::move(plan), want, now);
  kinds::ClearPlan(plan.status);
  model::RemoveCondition(plan.status.conditions, kinds::kDrifted);
  bool const is_adopted = plan.is_settled && model::IsTrue(plan.status.conditions, kinds::kReady);
  if (!plan.Writes() && !is_adopted) return plan;
  plan.adds_finalizer = !want.metadata.HasFinalizer(kFinalizer);
  plan.records_claim = want.status.share_id.empty() && plan.Writes();
  plan.status.share_id = ShareId(want);
  return plan;
}

}  // namespace adxf::data_share
