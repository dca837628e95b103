#include "kinds/follower_database/ledgers.hpp"

#include <utility>

namespace adxf::follower_database {

std::unique_ptr<Ledger> Ledgers::Take(kube::ObjectKey const& key) {
  std::lock_guard const lock(mutex_);
  auto const found = kept_.find(key);
  if (found == kept_.end()) return nullptr;
  auto kept = std::move(found->second);
  kept_.erase(found);
  return kept.whole ? std::move(kept.whole)
                    : std::make_unique<Ledger>(FromRest(std::move(kept.resting)));
}

void Ledgers::Put(kube::ObjectKey const& key, std::unique_ptr<Ledger> ledger) {
  Kept kept;
  if (IsAtRest(*ledger)) {
    kept.resting = ToRest(std::move(*ledger));
  } else {
    kept.whole = std::move(ledger);
  }
  std::lock_guard const lock(mutex_);
  kept_.insert_or_assign(key, std::move(kept));
}

/// Names all members, so that a new one cannot be forgotten here. Not looked at: what has no
/// meaning without another member, and what every pass finds out anew before it is used.
bool Ledgers::IsAtRest(Ledger const& ledger) {
  auto const& [uid, session, leader_session, follower, leader, asks_leader, operation, pending,
               corrections, generation, own_rights, rights_read_at, hold, leader_hold,
               hold_generation, hold_request, request, open_request, failures, remade_at, mended,
               share_principal, awaited_mapping, shared_attachments, needs_azures_lag,
               working_since, waiting_since, untold_since, last_change, told_leader_at, ended, told,
               seat, concern] = ledger;
  bool const is_settled = generation && request && told && failures == 0 && !working_since &&
                          !waiting_since && !untold_since;
  bool const has_nothing_under_way = !operation && !open_request && pending.empty() && !hold &&
                                     !leader_hold && !awaited_mapping && !last_change &&
                                     ended.empty();
  bool const has_no_past = corrections.empty() && !remade_at && mended.empty() && !own_rights;
  bool const has_no_share = share_principal.empty() && shared_attachments.empty();
  bool const sits_by_its_clusters =
      !asks_leader && seat == Seat{.follower = follower.get(), .leader = leader.get()};
  return is_settled && has_nothing_under_way && has_no_past && has_no_share && sits_by_its_clusters;
}

Ledgers::Resting Ledgers::ToRest(Ledger&& ledger) {
  return {.uid = std::move(ledger.uid),
          .session = std::move(ledger.session),
          .leader_session = std::move(ledger.leader_session),
          .follower = std::move(ledger.follower),
          .leader = std::move(ledger.leader),
          .generation = ledger.generation.value_or(0),
          .request = std::move(ledger.request).value_or(SharedText()),
          .told = ledger.told.value_or(kinds::Outcome()),
          .told_leader_at = ledger.told_leader_at,
          .concern = std::move(ledger.concern)};
}

Ledger Ledgers::FromRest(Resting&& resting) {
  Seat const seat{.follower = resting.follower.get(), .leader = resting.leader.get()};
  return {.uid = std::move(resting.uid),
          .session = std::move(resting.session),
          .leader_session = std::move(resting.leader_session),
          .follower = std::move(resting.follower),
          .leader = std::move(resting.leader),
          .generation = resting.generation,
          .request = std::move(resting.request),
          .told_leader_at = resting.told_leader_at,
          .told = resting.told,
          .seat = seat,
          .concern = std::move(resting.concern)};
}

}  // namespace adxf::follower_database
