#include "runtime/election.hpp"

#include <gtest/gtest.h>

namespace adxf::runtime {
namespace {

using namespace std::chrono_literals;

BootPoint const kStart(100h);
TimePoint const kWall(std::chrono::seconds(1'767'225'600));
ElectionPolicy const kPolicy{.identity = "me"};

kube::LeaseRecord RecordOf(std::string holder, std::chrono::seconds duration = 15s) {
  return {.holder = std::move(holder),
          .duration = duration,
          .acquired = kWall - 1h,
          .renewed = kWall,
          .transitions = 4};
}

kube::Lease LeaseOf(std::string holder, std::string version) {
  return {.record = RecordOf(std::move(holder)), .version = std::move(version)};
}

/// A process in the election, with the moments given as time since kStart.
struct Candidate {
  ElectionState state{};

  void Hears(ElectionInput const& input, Duration at) {
    state = Accept(kPolicy, std::move(state), input, kStart + at);
  }
  [[nodiscard]] ElectionCommand Wants(Duration at) const {
    return Next(kPolicy, state, {.boot = kStart + at, .wall = kWall + 1min});
  }
};

Candidate Leader() {
  Candidate it;
  it.Hears(LeaseWritten{.lease = LeaseOf("me", "10"), .begun = kStart}, 1s);
  return it;
}

TEST(Election, NothingIsDoneBeforeTheLeaseWasSeen) {
  EXPECT_EQ(Candidate().Wants(1h), ElectionCommand(AwaitNews{}));
}

TEST(Election, AMissingLeaseIsCreated) {
  Candidate it;
  it.Hears(LeaseSeen{}, 0s);

  auto const command = it.Wants(0s);
  ASSERT_TRUE(std::holds_alternative<CreateLease>(command));
  auto const& record = std::get<CreateLease>(command).record;
  EXPECT_EQ(record.holder, "me");
  EXPECT_EQ(record.duration, 15s);
  EXPECT_EQ(record.acquired, kWall + 1min);
  EXPECT_EQ(record.transitions, 0);
}

TEST(Election, ALeaseThatWasGivenBackIsTakenAtOnce) {
  Candidate it;
  it.Hears(LeaseSeen{LeaseOf("", "7")}, 0s);

  auto const command = it.Wants(0s);
  ASSERT_TRUE(std::holds_alternative<WriteLease>(command));
  EXPECT_EQ(std::get<WriteLease>(command).version, "7");
  EXPECT_EQ(std::get<WriteLease>(command).record.transitions, 5);
}

TEST(Election, AnothersLeaseIsRespectedFromItsLastChangeOn) {
  Candidate it;
  it.Hears(LeaseSeen{LeaseOf("other", "7")}, 0s);
  it.Hears(LeaseSeen{LeaseOf("other", "8")}, 10s);

  EXPECT_EQ(it.Wants(10s), ElectionCommand(AwaitNews{.until = kStart + 25s}));
  EXPECT_TRUE(std::holds_alternative<AwaitNews>(it.Wants(24'999ms)));
  EXPECT_TRUE(std::holds_alternative<WriteLease>(it.Wants(25s)));
}

TEST(Election, SeeingTheSameAgainRenewsNothing) {
  Candidate it;
  it.Hears(LeaseSeen{LeaseOf("other", "7")}, 0s);
  it.Hears(LeaseSeen{LeaseOf("other", "7")}, 14s);

  EXPECT_TRUE(std::holds_alternative<WriteLease>(it.Wants(15s)));
}

TEST(Election, WhatTheHolderSaidCountsAndNotWhatWeUse) {
  Candidate it;
  it.Hears(LeaseSeen{kube::Lease{.record = RecordOf("other", 60s), .version = "7"}}, 0s);

  EXPECT_TRUE(std::holds_alternative<AwaitNews>(it.Wants(59s)));
}

TEST(Election, TheHolderOfADeletedLeaseKeepsItsTime) {
  Candidate it;
  it.Hears(LeaseSeen{LeaseOf("other", "7")}, 0s);
  it.Hears(LeaseSeen{}, 5s);

  EXPECT_TRUE(std::holds_alternative<AwaitNews>(it.Wants(19s)));
  EXPECT_TRUE(std::holds_alternative<CreateLease>(it.Wants(20s)));
}

TEST(Election, LosingARaceMeansToLookAgainLater) {
  Candidate it;
  it.Hears(LeaseSeen{LeaseOf("", "7")}, 0s);
  it.Hears(CallFailed{.code = Code::kConflict, .begun = kStart + 1s}, 1s);

  EXPECT_EQ(it.Wants(1s), ElectionCommand(AwaitNews{.until = kStart + 3s}));
  EXPECT_EQ(it.Wants(3s), ElectionCommand(ReadLease{}));
  it.Hears(LeaseRead{LeaseOf("other", "8")}, 3s);
  EXPECT_TRUE(std::holds_alternative<AwaitNews>(it.Wants(3s)));
}

TEST(Election, AWriteWithoutAnAnswerIsFoundOut) {
  Candidate it;
  it.Hears(LeaseSeen{LeaseOf("", "7")}, 0s);
  it.Hears(CallFailed{.code = Code::kDeadline, .begun = kStart}, 5s);
  it.Hears(LeaseSeen{LeaseOf("me", "8")}, 6s);

  EXPECT_FALSE(it.state.is_leading) << "how old it is, is not known";
  auto const command = it.Wants(7s);
  ASSERT_TRUE(std::holds_alternative<WriteLease>(command));
  EXPECT_EQ(std::get<WriteLease>(command).version, "8");
  EXPECT_EQ(std::get<WriteLease>(command).record.transitions, 4);
}

TEST(Election, ALeaderRenewsEveryRetryPeriod) {
  auto const it = Leader();

  EXPECT_EQ(it.Wants(1s), ElectionCommand(AwaitNews{.until = kStart + 2s}));
  auto const command = it.Wants(2s);
  ASSERT_TRUE(std::holds_alternative<WriteLease>(command));
  EXPECT_EQ(std::get<WriteLease>(command).record.acquired, kWall - 1h) << "kept";
}

TEST(Election, ALeaderThatCannotRenewGivesUp) {
  auto it = Leader();
  it.Hears(CallFailed{.code = Code::kUnavailable, .begun = kStart + 7s}, 7s);

  EXPECT_EQ(it.Wants(7s), ElectionCommand(AwaitNews{.until = kStart + 9s}));
  EXPECT_TRUE(std::holds_alternative<WriteLease>(it.Wants(9s)));
  it.Hears(CallFailed{.code = Code::kUnavailable, .begun = kStart + 9'500ms}, 9'500ms);
  EXPECT_EQ(it.Wants(9'500ms), ElectionCommand(AwaitNews{.until = kStart + 10s}));
  EXPECT_TRUE(std::holds_alternative<GiveUp>(it.Wants(10s)));
}

TEST(Election, ACallThatHungHasHadItsRest) {
  auto it = Leader();
  it.Hears(CallFailed{.code = Code::kDeadline, .begun = kStart + 2s}, 7s);

  EXPECT_TRUE(std::holds_alternative<WriteLease>(it.Wants(7s)));
}

TEST(Election, ARenewalCountsFromItsBeginning) {
  auto it = Leader();
  it.Hears(LeaseWritten{.lease = LeaseOf("me", "11"), .begun = kStart + 2s}, 13s);

  EXPECT_TRUE(std::holds_alternative<GiveUp>(it.Wants(13s))) << "the process was frozen meanwhile";
}

TEST(Election, ALeaderThatSeesAnotherGivesUp) {
  auto it = Leader();
  it.Hears(LeaseSeen{LeaseOf("other", "11")}, 1s);

  EXPECT_EQ(it.Wants(1s), ElectionCommand(GiveUp{"the lease was taken by other"}));
}

TEST(Election, ALateEventOfTheWatchChangesNothing) {
  auto it = Leader();
  it.Hears(LeaseSeen{LeaseOf("other", "9")}, 1s);

  EXPECT_TRUE(std::holds_alternative<AwaitNews>(it.Wants(1s)));
}

TEST(Election, WhatWasReadCountsAlthoughVersionsWentBack) {
  Candidate it;
  it.Hears(LeaseSeen{LeaseOf("", "100")}, 0s);
  it.Hears(CallFailed{.code = Code::kConflict, .begun = kStart}, 0s);
  it.Hears(LeaseRead{LeaseOf("other", "9")}, 2s);

  EXPECT_EQ(it.Wants(2s), ElectionCommand(AwaitNews{.until = kStart + 17s}));
}

TEST(Election, ALeaderWhoseWriteIsRefusedLooksAtOnce) {
  auto it = Leader();
  it.Hears(CallFailed{.code = Code::kConflict}, 2s);

  EXPECT_EQ(it.Wants(2s), ElectionCommand(ReadLease{}));
  it.Hears(LeaseRead{LeaseOf("me", "12")}, 2s);
  auto const command = it.Wants(2s);
  ASSERT_TRUE(std::holds_alternative<WriteLease>(command)) << "an earlier answer was lost";
  EXPECT_EQ(std::get<WriteLease>(command).version, "12");
}

TEST(Election, ALeaderMakesADeletedLeaseAgainAtOnce) {
  auto it = Leader();
  it.Hears(LeaseSeen{}, 1s);

  EXPECT_TRUE(std::holds_alternative<CreateLease>(it.Wants(1s)));
}

TEST(Election, AReleasedRecordHasNoHolderAndAShortTime) {
  auto const record = Released(RecordOf("me"), kWall + 1s);

  EXPECT_EQ(record.holder, "");
  EXPECT_EQ(record.duration, 1s);
  EXPECT_EQ(record.transitions, 4);
}

}  // namespace
}  // namespace adxf::runtime
