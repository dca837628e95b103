#include "kinds/follower_database/ledgers.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;

kube::ObjectKey const kKey{.ns = "analytics", .name = "sales"};

std::unique_ptr<Ledger> AtRest() {
  return std::make_unique<Ledger>(Ledger{
      .uid = "uid",
      .generation = 3,
      .request = "again",
      .told_leader_at = SteadyPoint{9s},
      .told = 42,
      .concern = std::make_shared<Concern const>(Concern{.is_any = false, .names = {"sales"}})});
}

/// Shown by a member that means nothing by itself, which only a whole ledger keeps.
bool IsKeptWhole(std::unique_ptr<Ledger> ledger) {
  SteadyPoint const mark{7s};
  Ledgers ledgers;
  ledger->rights_read_at = mark;
  ledgers.Put(kKey, std::move(ledger));
  return ledgers.Take(kKey)->rights_read_at == mark;
}

TEST(Ledgers, RememberNothingOfAnObjectThatHadNoPass) {
  Ledgers ledgers;

  EXPECT_EQ(ledgers.Take(kKey), nullptr);
}

TEST(Ledgers, GiveEachOutOnce) {
  Ledgers ledgers;
  ledgers.Put(kKey, AtRest());

  EXPECT_NE(ledgers.Take(kKey), nullptr);
  EXPECT_EQ(ledgers.Take(kKey), nullptr);
}

TEST(Ledgers, GiveBackAllThatOneAtRestRemembers) {
  Ledgers ledgers;
  ASSERT_FALSE(IsKeptWhole(AtRest()));
  ledgers.Put(kKey, AtRest());

  auto const ledger = ledgers.Take(kKey);

  ASSERT_NE(ledger, nullptr);
  EXPECT_EQ(ledger->uid, "uid");
  EXPECT_EQ(ledger->generation, 3);
  EXPECT_EQ(ledger->request, SharedText("again"));
  EXPECT_EQ(ledger->told_leader_at, SteadyPoint{9s});
  EXPECT_EQ(ledger->told, kinds::Outcome{42});
  EXPECT_EQ(ledger->concern->names, std::vector<SharedText>{"sales"});
  EXPECT_EQ(ledger->seat, Seat{});
}

TEST(Ledgers, KeepWholeWhatRemembersMore) {
  using Change = void (*)(Ledger&);
  for (Change const change : {+[](Ledger& it) { it.operation.emplace(); },
                              +[](Ledger& it) { it.pending.emplace_back(); },
                              +[](Ledger& it) { it.corrections.emplace_back(); },
                              +[](Ledger& it) { it.hold.emplace(); },
                              +[](Ledger& it) { it.leader_hold.emplace(); },
                              +[](Ledger& it) { it.failures = 1; },
                              +[](Ledger& it) { it.own_rights.emplace(); },
                              +[](Ledger& it) { it.remade_at.emplace(); },
                              +[](Ledger& it) { it.mended["sales"] = {}; },
                              +[](Ledger& it) { it.last_change.emplace(); },
                              +[](Ledger& it) { it.share_principal = "guid"; },
                              +[](Ledger& it) { it.awaited_mapping = "mapping"; },
                              +[](Ledger& it) { it.shared_attachments = {"attachment"}; },
                              +[](Ledger& it) { it.working_since.emplace(); },
                              +[](Ledger& it) { it.waiting_since.emplace(); },
                              +[](Ledger& it) { it.untold_since.emplace(); },
                              +[](Ledger& it) { it.ended.emplace_back(); },
                              +[](Ledger& it) { it.asks_leader = true; },
                              +[](Ledger& it) { it.told.reset(); },
                              +[](Ledger& it) { it.request.reset(); },
                              +[](Ledger& it) { it.generation.reset(); }}) {
    auto ledger = AtRest();
    change(*ledger);
    EXPECT_TRUE(IsKeptWhole(std::move(ledger)));
  }
}

}  // namespace
}  // namespace adxf::follower_database
