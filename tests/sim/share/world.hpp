#pragma once

#include "kinds/follower_database/ledger.hpp"
#include "kinds/follower_database/plan.hpp"
#include "sim/history.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// A small model of Kubernetes and of Data Share as a consumer sees it, in which plans are carried
/// out with cuts at every action. It is written from what the services promise, not from the
/// executor.
namespace adxf::follower_database::share_sim {

inline constexpr TimePoint kStart{std::chrono::seconds(1'800'000'000)};

inline constexpr int kCuts = 6;  ///< All but kStale.

class World {
 public:
  World(FollowerDatabase want, std::uint32_t seed);

  /// One pass: look, decide, act, record. Returns the number of Azure writes it tried.
  int Pass(Cut cut, std::size_t at_action);
  /// Time goes on: operations end, databases appear.
  void Elapse(Duration duration);

  void Edit(Spec spec);
  void AskAgain();
  void Delete();
  void ProviderRevokes();
  void ProviderReinstates();
  /// Others delete the attachment that a mapping made.
  void OutsiderDetaches();
  /// Others remove the mapping.
  void OutsiderUnmaps();

  [[nodiscard]] bool IsGone() const { return is_gone_; }
  [[nodiscard]] bool IsReady() const;
  [[nodiscard]] bool NeedsPerson() const;
  [[nodiscard]] std::string Told() const;
  [[nodiscard]] bool HasAccess() const {
    return subscription_ && subscription_->status == "Active";
  }
  [[nodiscard]] bool HasSubscription() const { return subscription_.has_value(); }
  [[nodiscard]] bool HasMappings() const { return !mappings_.empty(); }
  /// Names of the databases on the follower.
  [[nodiscard]] std::vector<std::string> Databases() const;
  [[nodiscard]] FollowerDatabase const& Object() const { return want_; }
  [[nodiscard]] SeenOverrides const& InForce(std::string const& database) const;
  [[nodiscard]] std::vector<std::string> const& Violations() const { return violations_; }
  /// How often the invitation was accepted.
  [[nodiscard]] int Acceptances() const { return acceptances_; }
  [[nodiscard]] std::map<std::string, int> const& Hits() const { return hits_; }

 private:
  struct Link {
    SeenMapping mapping{};
    std::string attachment{};  ///< Empty: none.
    std::optional<TimePoint> made_at{};
  };

  [[nodiscard]] Observed Look() const;
  bool Do(Action const& action, Cut cut);
  void Check(Action const& action);
  void Apply(Action const& action);
  void ApplyMapping(PutMapping const& put);
  void Break(Link& link);
  void LoseMemory();

  FollowerDatabase want_;
  TimePoint now_;
  bool is_gone_ = false;

  // Azure.
  bool has_account_ = false;
  std::optional<TimePoint> account_made_at_;
  bool is_accepted_ = false;
  std::optional<SeenSubscription> subscription_;
  std::optional<TimePoint> subscription_ends_at_;
  std::map<std::string, Link> mappings_;  ///< By name.
  std::map<std::string, SeenOverrides> overrides_;
  int attachments_made_ = 0;
  int acceptances_ = 0;

  // The operator's memory.
  Ledger memory_;
  std::optional<SeenOperation> operation_;
  Boxed<Hold> hold_;
  bool is_settled_ = false;

  std::vector<std::string> violations_;
  std::map<std::string, int> hits_;
};

}  // namespace adxf::follower_database::share_sim
