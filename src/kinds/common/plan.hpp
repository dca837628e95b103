#pragma once

#include "base/clock.hpp"
#include "model/condition.hpp"
#include "model/object_meta.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What the decisions of all kinds have in common. Pure.
namespace adxf::kinds {

/// Something that keeps an object from Ready, as its conditions will tell it.
struct Problem {
  std::string condition{};  ///< The condition of the kind that turns False beside Ready; may be
                            ///< empty.
  std::string reason{};
  std::string message{};
  bool needs_person = false;  ///< True: Stalled. False: the operator goes on trying by itself.
  bool operator==(Problem const&) const = default;
};

/// One that nothing but a person ends.
Problem Stalled(std::string_view condition, std::string_view reason, std::string message);

/// Who acts is the trouble. Secrets are not watched: an object that lacks a working one looks for
/// it this often.
bool IsAboutCredentials(Problem const& problem);
inline constexpr auto kCredentialRetry = std::chrono::seconds(10);

/// Whether a consumer of a share has access, by its state in Azure: what is not called over is not,
/// so an unknown state counts as access.
bool HasAccess(std::string_view consumer_state);

/// Writes rest until then: the last one failed, and asking again earlier would only be refused
/// again.
struct Hold {
  TimePoint since{};
  TimePoint until{};
  Problem problem{};

  /// A clock that was set back must not stretch the rest.
  [[nodiscard]] bool IsOn(TimePoint now) const { return since <= now && now < until; }
};

/// A field in which Azure differs from what is declared, and an action is to make it equal.
struct FieldChange {
  std::string field{};
  std::string have{};
  std::string want{};
  bool is_drift = false;  ///< It was as declared, and others changed it.
  bool operator==(FieldChange const&) const = default;
};

/// When to look again.
struct Requeue {
  enum class When {
    kOnChange,   ///< When the object or what concerns it in Azure changes, or at the next tick.
    kQuickTick,  ///< After the next quick look at Azure: something is under way.
    kAfter,      ///< After `delay`.
  };
  When when = When::kOnChange;
  Duration delay{0};
  bool operator==(Requeue const&) const = default;
};

struct EventNote {
  enum class Type { kNormal, kWarning };
  Type type = Type::kNormal;
  std::string reason{};
  std::string message{};
  bool operator==(EventNote const&) const = default;
};

/// The conditions of an object of one generation. Ready goes with Reconciling and Stalled, which
/// are there only while true.
class ConditionWriter {
 public:
  ConditionWriter(std::vector<model::Condition>& conditions, std::int64_t generation, TimePoint now)
      : conditions_(conditions), generation_(generation), now_(now) {}

  void Tell(std::string_view type, model::ConditionStatus value, std::string_view reason,
            std::string_view message);
  /// Something is under way: Ready is not True, Reconciling is, Stalled is gone.
  void TellProgress(std::string_view reason, std::string_view message);
  void TellProblem(Problem const& problem);
  void TellReady(std::string_view reason, std::string_view message);
  /// Neither ready nor not: suspended.
  void TellUnknown(std::string_view reason, std::string_view message);

 private:
  std::vector<model::Condition>& conditions_;
  std::int64_t generation_;
  TimePoint now_;
};

/// When to look again at what a problem holds up: soon where it passes by itself or a Secret may
/// appear, which nobody watches; in a minute where a role may be given; else at the next tick.
Requeue RetryOf(Problem const& problem);

/// The event of a problem that the conditions do not tell yet; none when they do.
std::vector<EventNote> NewsOf(std::vector<model::Condition> const& conditions,
                              Problem const& problem);

}  // namespace adxf::kinds
