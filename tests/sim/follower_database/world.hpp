#pragma once

#include "kinds/follower_database/ledger.hpp"
#include "kinds/follower_database/plan.hpp"
#include "sim/history.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

/// A small model of Kubernetes and Azure in which plans are carried out, with cuts at every action.
/// It is written from what the services promise, not from the executor.
namespace adxf::follower_database::sim {

/// When histories begin.
inline constexpr TimePoint kStart{std::chrono::seconds(1'800'000'000)};

inline constexpr char const* kFollower =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/reporting";
inline constexpr char const* kLeader =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/corp";

inline constexpr int kCuts = 7;

inline constexpr char const* kOperator = "eeeeeeee-0000-0000-0000-000000000001";

/// What is left of the follower's side to act with.
enum class FollowerSide {
  kServes,
  kNoCredentials,  ///< Its Secret is gone, and so is the memory of it.
  kMayNotRead,     ///< Azure shows nothing of the cluster.
  kMayNotDetach,   ///< It can be read, and refuses to detach.
};
inline constexpr int kFollowerSides = 4;

class World {
 public:
  World(FollowerDatabase want, std::uint32_t seed);

  /// One pass: look, decide, act, record. Returns the number of Azure writes it tried.
  int Pass(Cut cut, std::size_t at_action);

  /// Time goes on: operations end, schema refreshes.
  void Elapse(Duration duration);

  void Edit(Spec spec);
  /// By the annotation reconcile-at.
  void AskAgain();
  void Delete();
  void Restrict(FollowerSide side) { follower_side_ = side; }
  void OutsiderChangesCaching();
  void OutsiderGrants(std::string principal);
  void OutsiderRemovesAttachment();
  /// The operator's clock is set forward or back.
  void SetClock(Duration by);

  [[nodiscard]] bool IsGone() const { return is_gone_; }
  [[nodiscard]] bool IsReady() const;
  [[nodiscard]] bool NeedsPerson() const;
  /// What Ready says.
  [[nodiscard]] std::string Told() const;
  [[nodiscard]] bool IsAttached() const { return attachment_.has_value(); }
  [[nodiscard]] FollowerDatabase const& Object() const { return want_; }
  [[nodiscard]] SeenOverrides const& InForce() const { return shown_; }
  [[nodiscard]] TimePoint Now() const { return now_; }
  [[nodiscard]] std::vector<std::string> const& Violations() const { return violations_; }
  [[nodiscard]] int AcceptedPuts() const { return accepted_puts_; }
  /// How often a cut hit an action of that kind: "Attach/CrashAfter".
  [[nodiscard]] std::map<std::string, int> const& Hits() const { return hits_; }

 private:
  [[nodiscard]] Observed Look() const;
  void LookAtLeader(Observed& seen) const;
  void RestrictSight(Observed& seen) const;
  Boxed<Hold>& HoldOf(Action const& action);
  bool IsRefused(Action const& action) const;
  bool Do(Action const& action, Cut cut);
  void Apply(Action const& action);
  void ApplyAttachment(PutAttachment const& put);
  void ApplyPolicy(ChangePolicy const& change);
  void Check(Action const& action);
  void LoseMemory();
  void Forget(Plan const& plan);

  FollowerDatabase want_;
  std::optional<FollowerDatabase> before_edit_;
  TimePoint now_;
  bool is_gone_ = false;

  // Azure.
  std::optional<SeenAttachment> attachment_;
  std::optional<TimePoint> operation_ends_;
  bool is_detaching_ = false;
  FollowerSide follower_side_ = FollowerSide::kServes;
  SeenOverrides stored_;  ///< What the service took.
  SeenOverrides shown_;   ///< What it shows since the last schema refresh.
  TimePoint next_refresh_;

  // The operator's memory.
  Ledger memory_;  ///< What is pending; the rest of it is not used here.
  std::optional<SeenOperation> operation_;
  Boxed<Hold> hold_;
  Boxed<Hold> leader_hold_;
  std::optional<TimePoint> remade_at_;

  bool is_settled_ = false;  ///< The last pass left nothing under way.

  std::vector<std::string> violations_;
  int accepted_puts_ = 0;
  std::map<std::string, int> hits_;
};

}  // namespace adxf::follower_database::sim
