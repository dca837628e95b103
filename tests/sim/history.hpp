#pragma once

#include "kinds/follower_database/ledger.hpp"
#include "kinds/follower_database/plan_actions.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

/// What histories of one object have in common, whatever the world that they are played in.
namespace adxf::follower_database {

/// Where a pass is cut off, or what else goes wrong around an action.
enum class Cut {
  kNone,
  kCrashBefore,  ///< The process dies before the request is sent.
  kCrashAfter,   ///< The request took effect; the process dies before it has the answer.
  kLostAnswer,   ///< The request took effect; the process sees a broken connection.
  kTwice,        ///< The request is delivered twice.
  kRefused,      ///< The service refuses for a moment, nothing has happened.
  kStale,        ///< The pass sees the object as it was before its last edit or deletion.
};

inline char const* Name(Cut cut) {
  static constexpr std::array kNames{"None",  "CrashBefore", "CrashAfter", "LostAnswer",
                                     "Twice", "Refused",     "Stale"};
  return kNames[static_cast<std::size_t>(cut)];
}

/// Passes until nothing is left to do; the number of passes it took, or one more than `most`.
/// `elapse` lets time go on after the pass of that number.
template <class World, class Elapse>
int SettleIn(World& world, int most, Elapse const& elapse) {
  int quiet = 0;
  for (int pass = 1; pass <= most; ++pass) {
    int const writes = world.Pass(Cut::kNone, 0);
    if (world.IsGone()) return pass;
    quiet = writes == 0 && world.IsReady() ? quiet + 1 : 0;
    if (quiet == 20) return pass;
    elapse(pass);
  }
  return most + 1;
}

/// What the operator remembers of a write that was done.
inline void RememberDone(Ledger& memory, Action const& action, TimePoint now) {
  for (auto const& covered : CoversOf(action)) {
    if (covered.cause == Cause::kDrift) RecordCorrection(memory, covered.key, now);
  }
}

/// Each of the actions met each of the cuts; `hits` counts them as "Attach/CrashAfter".
inline void ExpectEveryCut(std::map<std::string, int> const& hits,
                           std::vector<std::string> const& actions, std::vector<Cut> const& cuts) {
  for (auto const& action : actions) {
    for (auto const cut : cuts) {
      auto const found = hits.find(action + "/" + Name(cut));
      int const count = found == hits.end() ? 0 : found->second;
      std::printf("  %-17s %-12s %d\n", action.c_str(), Name(cut), count);
      EXPECT_GT(count, 0) << action << " was never cut by " << Name(cut);
    }
  }
}

/// Those that any write may meet.
inline std::vector<Cut> const kWriteCuts{Cut::kCrashBefore, Cut::kCrashAfter, Cut::kLostAnswer,
                                         Cut::kTwice, Cut::kRefused};

}  // namespace adxf::follower_database
