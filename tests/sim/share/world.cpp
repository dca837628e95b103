#include "sim/share/world.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "unit/kinds/share_scene.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database::share_sim {
namespace {

constexpr auto kOperation = std::chrono::seconds(3);

std::vector<SeenSource> Shared() {
  return {DataSetNamed("sales", "corp/Sales"), DataSetNamed("stock", "corp/Stock")};
}

std::string DatabaseOf(SeenMapping const& mapping) {
  return mapping.source_id == "id-of-sales" ? "Sales" : "Stock";
}

TimePoint After(TimePoint from, Duration span) {
  return from + std::chrono::duration_cast<TimePoint::duration>(span);
}

}  // namespace

World::World(FollowerDatabase want, std::uint32_t seed)
    : want_(std::move(want)), now_(kStart + std::chrono::seconds(seed % 17)) {
  want_.metadata.generation = 1;
  want_.status.observed_generation = -1;
}

Observed World::Look() const {
  auto seen = Offered();
  auto& share = seen.share;
  seen.schema_patience = std::chrono::seconds(60);
  share.has_account = has_account_;
  share.account_state = account_made_at_ ? "Creating" : "Succeeded";
  share.offers.front().status = is_accepted_ ? "Accepted" : "Pending";
  if (subscription_) {
    share.offers.clear();
    share.subscriptions = {*subscription_};
    if (HasAccess()) share.sources = Shared();
  }
  for (auto const& [name, link] : mappings_) {
    share.mappings.push_back(link.mapping);
    bool const is_there = !link.attachment.empty() && !link.made_at;
    if (!is_there) continue;
    auto const database = DatabaseOf(link.mapping);
    Attach(seen, link.attachment, database, {database});
    seen.overrides.push_back(overrides_.at(database));
  }
  seen.operation = operation_;
  seen.client_id = "me";
  seen.own_rights = OwnRights{.is_cluster_admin = true};
  seen.pending = memory_.pending;
  seen.corrections = memory_.corrections;
  seen.hold = hold_;
  seen.mended = memory_.mended;
  return seen;
}

int World::Pass(Cut cut, std::size_t at_action) {
  if (is_gone_) return 0;
  // What breaks with the access is nobody's doing.
  if (subscription_ && !kinds::HasAccess(subscription_->status)) memory_.mended.clear();
  auto const plan = Decide(want_, Look(), now_);
  RecordContended(memory_, plan);
  KeepPending(memory_, plan);
  int writes = 0;
  std::size_t index = 0;
  for (auto const& action : plan.actions) {
    auto const cut_here = index++ == at_action ? cut : Cut::kNone;
    bool const is_write = IsAzureWrite(action);
    if (is_write) ++writes;
    if (cut_here != Cut::kNone) ++hits_[Describe(action).action + "/" + Name(cut_here)];
    if (!Do(action, cut_here)) return writes;
    if (std::holds_alternative<RecordClaim>(action)) want_.status = plan.status;
    auto const* put = std::get_if<PutMapping>(&action);
    if (put != nullptr && put->mends) memory_.mended[put->source_id] = now_;
    bool const ends_pass = is_write && !std::holds_alternative<ChangePolicy>(action);
    if (ends_pass) return writes;  // accepted; the next pass reads anew
  }
  if (is_gone_) return writes;
  is_settled_ = plan.is_settled;
  if (plan.is_settled) want_.status = plan.status;
  return writes;
}

/// Returns whether the pass goes on.
bool World::Do(Action const& action, Cut cut) {
  auto const rest = [&] {
    hold_ = Hold{.since = now_,
                 .until = After(now_, std::chrono::seconds(2)),
                 .problem = {.condition = "Attached", .reason = "AzureUnavailable"}};
    return false;
  };
  if (cut == Cut::kCrashBefore) {
    LoseMemory();
    return false;
  }
  if (cut == Cut::kRefused) return rest();
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
  if (cut == Cut::kLostAnswer) return rest();
  hold_.reset();
  if (std::holds_alternative<CreateAccount>(action))
    operation_ = SeenOperation{.kind = OperationKind::kMakeAccount};
  if (std::holds_alternative<LeaveShare>(action) && subscription_)
    operation_ = SeenOperation{.kind = OperationKind::kLeaveShare};
  RememberDone(memory_, action, now_);
  return true;
}

void World::Check(Action const& action) {
  if (!IsAzureWrite(action)) return;
  auto const words = Describe(action).action;
  if (!want_.metadata.HasFinalizer(kFinalizer))
    violations_.push_back(words + " without a finalizer");
  bool const is_unwanted_set =
      std::holds_alternative<DeleteMapping>(action) && !want_.spec.source.share->data_sets.empty();
  if (want_.metadata.IsDeleting() && !TakesAway(action))
    violations_.push_back(words + " for an object that is being deleted");
  bool const takes_share = TakesAway(action) && !std::holds_alternative<ChangePolicy>(action);
  if (!want_.metadata.IsDeleting() && takes_share && !is_unwanted_set)
    violations_.push_back(words + " for an object that is wanted");
  if (auto const* accept = std::get_if<AcceptInvitation>(&action)) {
    bool const is_again = is_accepted_ && !subscription_;
    if (is_again) violations_.push_back("accepts " + accept->invitation_id + " again");
  }
}

void World::Apply(Action const& action) {
  if (std::holds_alternative<AddFinalizer>(action) && !want_.metadata.HasFinalizer(kFinalizer))
    want_.metadata.finalizers.emplace_back(kFinalizer);
  if (std::holds_alternative<RemoveFinalizer>(action)) {
    want_.metadata.finalizers.clear();
    is_gone_ = want_.metadata.IsDeleting();
  }
  if (std::holds_alternative<CreateAccount>(action) && !has_account_) {
    has_account_ = true;
    account_made_at_ = After(now_, kOperation);
  }
  if (auto const* accept = std::get_if<AcceptInvitation>(&action)) {
    bool const can_accept = has_account_ && !account_made_at_ && !is_accepted_;
    if (can_accept) {
      ++acceptances_;
      is_accepted_ = true;
      subscription_ = SeenSubscription{.name = accept->subscription,
                                       .invitation_id = accept->invitation_id,
                                       .status = "Active",
                                       .share_name = "sales",
                                       .provider = "Contoso",
                                       .provisioning_state = "Succeeded"};
    }
  }
  if (auto const* put = std::get_if<PutMapping>(&action)) ApplyMapping(*put);
  if (auto const* removed = std::get_if<DeleteMapping>(&action)) {
    auto const found = mappings_.find(removed->name);
    if (found != mappings_.end()) {
      Break(found->second);
      mappings_.erase(found);
    }
  }
  if (std::holds_alternative<LeaveShare>(action) && subscription_ && !subscription_ends_at_) {
    subscription_->provisioning_state = "Deleting";
    subscription_ends_at_ = After(now_, kOperation);
  }
  auto const* change = std::get_if<ChangePolicy>(&action);
  if (change == nullptr) return;
  auto& on = overrides_[change->database];
  if (auto const* it = std::get_if<SetDatabaseCache>(&change->command)) on.cache = it->policy;
  if (std::holds_alternative<DropDatabaseCache>(change->command)) on.cache.reset();
  if (auto const* it = std::get_if<SetCachingKind>(&change->command)) on.caching_kind = it->kind;
}

void World::ApplyMapping(PutMapping const& put) {
  auto& link = mappings_[put.name];
  bool const is_whole = !link.attachment.empty();
  if (is_whole || !HasAccess()) {
    if (!HasAccess() && !is_whole) mappings_.erase(put.name);  // refused
    return;
  }
  link = {.mapping = {.name = put.name,
                      .source_id = put.source_id,
                      .cluster_key = ToLower(kFollowerId),
                      .provisioning_state = "Creating"},
          .attachment = "guid-" + std::to_string(++attachments_made_),
          .made_at = After(now_, kOperation)};
  auto const database = DatabaseOf(link.mapping);
  overrides_[database] =
      SeenOverrides{.database = database, .principals_kind = ModificationKind::kUnion};
}

void World::Break(Link& link) {
  link.attachment.clear();
  link.made_at.reset();
  link.mapping.status = "Broken";
  link.mapping.provisioning_state = "Succeeded";
}

void World::LoseMemory() {
  memory_.pending.clear();
  memory_.corrections.clear();
  operation_.reset();
  hold_.reset();
  memory_.mended.clear();
}

void World::Elapse(Duration duration) {
  now_ = After(now_, duration);
  auto const is_over = [&](std::optional<TimePoint>& at) {
    if (!at || *at > now_) return false;
    at.reset();
    operation_.reset();
    return true;
  };
  is_over(account_made_at_);
  if (is_over(subscription_ends_at_)) {
    for (auto& [name, link] : mappings_) Break(link);
    mappings_.clear();
    subscription_.reset();
  }
  for (auto& [name, link] : mappings_) {
    if (!link.made_at || *link.made_at > now_) continue;
    link.made_at.reset();
    link.mapping.status = "Ok";
    link.mapping.provisioning_state = "Succeeded";
  }
}

void World::Edit(Spec spec) {
  want_.spec = std::move(spec);
  ++want_.metadata.generation;
  memory_.mended.clear();
}

void World::AskAgain() {
  want_.metadata.annotations[std::string(kReconcileAtAnnotation)] =
      "at " + std::to_string(now_.time_since_epoch().count());
  memory_.pending.clear();
  memory_.corrections.clear();
  memory_.mended.clear();
}

void World::Delete() {
  if (want_.metadata.IsDeleting()) return;
  want_.metadata.deletion_timestamp = model::ToTimestamp(now_);
  if (want_.metadata.finalizers.empty()) is_gone_ = true;
}

void World::ProviderRevokes() {
  if (!subscription_) return;
  subscription_->status = "Revoked";
  for (auto& [name, link] : mappings_) Break(link);
}

void World::ProviderReinstates() {
  if (subscription_) subscription_->status = "Active";
}

void World::OutsiderDetaches() {
  if (!mappings_.empty()) Break(mappings_.begin()->second);
}

void World::OutsiderUnmaps() {
  if (!mappings_.empty()) mappings_.erase(mappings_.begin());
}

std::vector<std::string> World::Databases() const {
  std::vector<std::string> names;
  for (auto const& [name, link] : mappings_) {
    if (!link.attachment.empty()) names.push_back(DatabaseOf(link.mapping));
  }
  std::ranges::sort(names);
  return names;
}

SeenOverrides const& World::InForce(std::string const& database) const {
  return overrides_.at(database);
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

}  // namespace adxf::follower_database::share_sim
