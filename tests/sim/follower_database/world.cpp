#include "sim/follower_database/world.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_detach.hpp"
#include "kinds/follower_database/plan_policies.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database::sim {
namespace {

constexpr auto kOperation = std::chrono::seconds(3);
constexpr auto kSchemaRefresh = std::chrono::seconds(20);

SeenCluster Running(char const* id) {
  return {.readability = Readability::kReadable,
          .key = ToLower(id),
          .uri = "https://c",
          .location = "westus2",
          .state = "Running"};
}

/// What the service makes of an override command.
struct Override {
  SeenOverrides& on;
  void operator()(SetPrincipalsKind const& it) const { on.principals_kind = it.kind; }
  void operator()(SetCachingKind const& it) const { on.caching_kind = it.kind; }
  void operator()(SetPrefetch const& it) const { on.prefetch = it.prefetch; }
  void operator()(SetDatabaseCache const& it) const { on.cache = it.policy; }
  void operator()(DropDatabaseCache const&) const { on.cache.reset(); }
  void operator()(SetEntityCache const& it) const {
    for (auto const& name : it.names) on.entities[name] = it.policy;
  }
  void operator()(DropEntityCache const& it) const {
    for (auto const& name : it.names) on.entities.erase(name);
  }
  void operator()(AddPrincipals const& it) const {
    for (auto const& principal : it.principals) {
      bool const is_there = std::ranges::any_of(on.principals, [&](SeenPrincipal const& have) {
        return have.role == it.role && have.principal == principal;
      });
      if (!is_there)
        on.principals.push_back({.role = it.role, .principal = principal, .note = it.note});
    }
  }
  void operator()(DropPrincipals const& it) const {
    std::erase_if(on.principals, [&](SeenPrincipal const& have) {
      return have.role == it.role &&
             std::ranges::find(it.principals, have.principal) != it.principals.end();
    });
  }
};

}  // namespace

World::World(FollowerDatabase want, std::uint32_t seed)
    : want_(std::move(want)),
      now_(kStart + std::chrono::seconds(seed % 17)),
      next_refresh_(now_ + kSchemaRefresh) {
  want_.metadata.generation = 1;
  want_.status.observed_generation = -1;
}

Observed World::Look() const {
  Observed seen{.instance = "1234abcd"};
  seen.schema_patience = std::chrono::seconds(60);
  seen.follower = Running(kFollower);
  seen.leader = Running(kLeader);
  seen.leader_databases = std::vector<std::string>{"Sales"};
  seen.is_inventory_fresh = true;
  if (attachment_) {
    seen.attachments.push_back(*attachment_);
    if (attachment_->provisioning_state == "Succeeded") {
      seen.databases.push_back({.name = "Sales",
                                .is_following = true,
                                .leader_key = ToLower(kLeader),
                                .attachment_name = attachment_->name,
                                .original_name = "Sales"});
    }
  }
  seen.overrides_readability = Readability::kReadable;
  if (attachment_) seen.overrides.push_back(shown_);
  seen.operation = operation_;
  seen.client_id = kOperator;
  seen.own_rights = OwnRights{.is_cluster_admin = true};
  seen.pending = memory_.pending;
  seen.corrections = memory_.corrections;
  seen.hold = hold_;
  seen.remade_at = remade_at_;
  RestrictSight(seen);
  LookAtLeader(seen);
  return seen;
}

void World::RestrictSight(Observed& seen) const {
  bool const is_blind =
      follower_side_ == FollowerSide::kNoCredentials || follower_side_ == FollowerSide::kMayNotRead;
  if (!is_blind) return;
  seen.is_inventory_fresh = false;
  seen.attachments.clear();
  seen.databases.clear();
  seen.overrides.clear();
  Problem problem{.condition = "Preflight", .needs_person = true};
  if (follower_side_ == FollowerSide::kNoCredentials) {
    problem.reason = kReasonCredentialsMissing;
    seen.follower = {};
    seen.identity_problem = problem;
  } else {
    problem.reason = kReasonMissingRoleOnFollower;
    seen.follower = {.readability = Readability::kForbidden, .problem = problem};
  }
}

/// The leader lists an attachment once it is made.
void World::LookAtLeader(Observed& seen) const {
  if (!NeedsLeaderSide(want_, seen, now_)) return;
  seen.from_leader.readability = Readability::kReadable;
  seen.from_leader.hold = leader_hold_;
  if (attachment_ && attachment_->provisioning_state != "Creating") {
    seen.from_leader.followers.push_back(
        {.attachment_name = attachment_->name, .database = attachment_->database});
  }
}

Boxed<Hold>& World::HoldOf(Action const& action) {
  return std::holds_alternative<DetachFromLeader>(action) ? leader_hold_ : hold_;
}

/// Refused by the service as it stands: no right, or another operation on the cluster.
bool World::IsRefused(Action const& action) const {
  if (std::holds_alternative<DeleteAttachment>(action))
    return follower_side_ == FollowerSide::kMayNotDetach;
  return std::holds_alternative<DetachFromLeader>(action) && operation_ends_.has_value();
}

int World::Pass(Cut cut, std::size_t at_action) {
  if (is_gone_) return 0;
  // What the watch has brought may be older than what is stored.
  auto const want = cut == Cut::kStale && before_edit_ ? *before_edit_ : want_;
  auto const plan = Decide(want, Look(), now_);
  bool const is_current = want.metadata.generation == want_.metadata.generation &&
                          want.metadata.deletion_timestamp == want_.metadata.deletion_timestamp;
  if (!is_current) {
    // The API server refuses whatever is written with an old version, and the live read before the
    // first write to Azure shows the newer object.
    if (!plan.actions.empty()) ++hits_[Describe(plan.actions.front()).action + "/Stale"];
    return 0;
  }
  if (cut == Cut::kStale) cut = Cut::kNone;
  Forget(plan);
  int writes = 0;
  std::size_t index = 0;
  for (auto const& action : plan.actions) {
    auto const cut_here = index++ == at_action ? cut : Cut::kNone;
    if (IsAzureWrite(action)) ++writes;
    if (cut_here != Cut::kNone) ++hits_[Describe(action).action + "/" + Name(cut_here)];
    if (!Do(action, cut_here)) return writes;
    if (std::holds_alternative<RecordClaim>(action)) want_.status = plan.status;
    if (std::holds_alternative<PutAttachment>(action) && plan.remakes_attachment) remade_at_ = now_;
    if (operation_) return writes;  // accepted but unfinished
  }
  if (is_gone_) return writes;
  is_settled_ = plan.is_settled;
  if (plan.is_settled) want_.status = plan.status;
  return writes;
}

void World::Forget(Plan const& plan) {
  RecordContended(memory_, plan);
  KeepPending(memory_, plan);
}

/// Returns whether the pass goes on.
bool World::Do(Action const& action, Cut cut) {
  if (cut == Cut::kCrashBefore) {
    LoseMemory();
    return false;
  }
  auto& hold = HoldOf(action);
  if (cut == Cut::kRefused || IsRefused(action)) {
    bool const lacks_right = std::holds_alternative<DeleteAttachment>(action) && IsRefused(action);
    hold = Hold{.since = now_,
                .until = now_ + std::chrono::seconds(lacks_right ? 60 : 2),
                .problem = {.condition = "Attached", .reason = "AzureUnavailable"}};
    if (lacks_right) hold->problem.reason = kReasonMissingRoleOnFollower;
    hold->problem.needs_person = lacks_right;
    return false;
  }
  Check(action);
  Apply(action);
  if (cut == Cut::kTwice) Apply(action);
  if (cut == Cut::kCrashAfter) {
    LoseMemory();
    return false;
  }
  auto const* change = std::get_if<ChangePolicy>(&action);
  if (change != nullptr) {
    auto const answer = cut == Cut::kLostAnswer ? Answer::kLost : Answer::kAccepted;
    for (auto const& covered : change->covers) RecordPending(memory_, covered, answer, now_);
  }
  if (cut == Cut::kLostAnswer) {
    hold = Hold{.since = now_,
                .until = now_ + std::chrono::seconds(2),
                .problem = {.condition = "Attached", .reason = "AzureUnavailable"}};
    return false;
  }
  hold.reset();
  if (std::holds_alternative<PutAttachment>(action))
    operation_ = SeenOperation{.kind = OperationKind::kAttach};
  if (std::holds_alternative<DeleteAttachment>(action) && attachment_)
    operation_ = SeenOperation{.kind = OperationKind::kDetach};
  if (std::holds_alternative<DetachFromLeader>(action) && attachment_)
    operation_ = SeenOperation{.kind = OperationKind::kDetachFromLeader};
  RememberDone(memory_, action, now_);
  return true;
}

void World::Check(Action const& action) {
  if (!IsAzureWrite(action)) return;
  auto const words = Describe(action).action;
  if (!want_.metadata.HasFinalizer(kFinalizer))
    violations_.push_back(words + " without a finalizer");
  if (operation_ends_) violations_.push_back(words + " while an operation runs on the cluster");
  bool const takes_away = std::holds_alternative<DeleteAttachment>(action) ||
                          std::holds_alternative<DetachFromLeader>(action);
  if (std::holds_alternative<DetachFromLeader>(action) && follower_side_ == FollowerSide::kServes)
    violations_.push_back(words + " although the follower serves");
  if (want_.metadata.IsDeleting() && !takes_away)
    violations_.push_back(words + " for an object that is being deleted");
  if (!want_.metadata.IsDeleting() && takes_away)
    violations_.push_back(words + " for an object that is wanted");
}

void World::Apply(Action const& action) {
  if (std::holds_alternative<AddFinalizer>(action) && !want_.metadata.HasFinalizer(kFinalizer)) {
    want_.metadata.finalizers.emplace_back(kFinalizer);
  }
  if (std::holds_alternative<RemoveFinalizer>(action)) {
    want_.metadata.finalizers.clear();
    is_gone_ = want_.metadata.IsDeleting();
  }
  if (auto const* put = std::get_if<PutAttachment>(&action)) ApplyAttachment(*put);
  bool const detaches = std::holds_alternative<DeleteAttachment>(action) ||
                        std::holds_alternative<DetachFromLeader>(action);
  if (detaches && attachment_) {
    is_detaching_ = true;
    attachment_->provisioning_state = "Deleting";
    operation_ends_ = now_ + kOperation;
  }
  if (auto const* change = std::get_if<ChangePolicy>(&action))
    std::visit(Override{stored_}, change->command);
}

void World::ApplyAttachment(PutAttachment const& put) {
  if (operation_ends_) return;  // ServiceIsInMaintenance
  ++accepted_puts_;
  bool const is_new = !attachment_;
  if (is_new) {
    stored_ = shown_ = SeenOverrides{.database = "Sales", .principals_kind = put.principals};
  }
  attachment_ = SeenAttachment{.name = put.name,
                               .leader_key = ToLower(put.leader_id),
                               .leader_id = put.leader_id,
                               .database = put.database,
                               .name_override = put.name_override,
                               .prefix = put.prefix,
                               .principals = put.principals,
                               .sharing = put.sharing,
                               .provisioning_state = is_new ? "Creating" : "Running"};
  operation_ends_ = now_ + kOperation;
}

void World::LoseMemory() {
  memory_.pending.clear();
  memory_.corrections.clear();
  operation_.reset();
  hold_.reset();
  leader_hold_.reset();
  remade_at_.reset();
}

void World::Elapse(Duration duration) {
  now_ += std::chrono::duration_cast<TimePoint::duration>(duration);
  if (operation_ends_ && *operation_ends_ <= now_) {
    operation_ends_.reset();
    operation_.reset();
    if (std::exchange(is_detaching_, false)) {
      attachment_.reset();
    } else if (attachment_) {
      attachment_->provisioning_state = "Succeeded";
    }
  }
  while (next_refresh_ <= now_) {
    next_refresh_ += kSchemaRefresh;
    shown_ = stored_;
  }
}

void World::SetClock(Duration by) {
  // Only the operator's clock: Azure goes on.
  auto const shift = std::chrono::duration_cast<TimePoint::duration>(by);
  now_ += shift;
  next_refresh_ += shift;
  if (operation_ends_) *operation_ends_ += shift;
}

void World::AskAgain() {
  want_.metadata.annotations[std::string(kReconcileAtAnnotation)] = "now";
  memory_.pending.clear();
  memory_.corrections.clear();
}

void World::Edit(Spec spec) {
  before_edit_ = want_;
  want_.spec = std::move(spec);
  ++want_.metadata.generation;
}

void World::Delete() {
  if (want_.metadata.IsDeleting()) return;
  before_edit_ = want_;
  want_.metadata.deletion_timestamp = model::ToTimestamp(now_);
  if (want_.metadata.finalizers.empty()) is_gone_ = true;
}

void World::OutsiderChangesCaching() {
  stored_.caching_kind = ModificationKind::kNone;
  stored_.cache = CacheValue{.hot = model::Timespan::FromSeconds(17)};
}

void World::OutsiderGrants(std::string principal) {
  Override{stored_}(AddPrincipals{
      .role = Role::kViewer, .principals = {std::move(principal)}, .note = "by hand"});
}

void World::OutsiderRemovesAttachment() {
  if (operation_ends_) return;
  attachment_.reset();
}

bool World::NeedsPerson() const { return model::IsTrue(want_.status.conditions, kStalled); }

std::string World::Told() const {
  auto const* ready = model::FindCondition(want_.status.conditions, kReady);
  return ready == nullptr ? "nothing" : ready->reason + ": " + ready->message;
}

bool World::IsReady() const {
  return is_settled_ && model::IsTrue(want_.status.conditions, kReady) &&
         want_.status.observed_generation == want_.metadata.generation;
}

}  // namespace adxf::follower_database::sim
