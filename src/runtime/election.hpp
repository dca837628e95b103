#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/lease.hpp"

#include <optional>
#include <string>
#include <variant>

/// Who leads, as a pure state machine around one Lease. It does no I/O and reads no clock: the
/// driver (Elector) does what `Next` asks, and tells by `Accept` what came of it.
///
/// The rules are client-go's: another's lease has run out when it did not change for its whole
/// duration, measured here from when the last change was seen, so that clocks need not agree. Ours
/// counts from when the renewal that went through was begun, which is earlier than anybody else can
/// have seen it.
namespace adxf::runtime {

struct ElectionPolicy {
  std::string identity{};  ///< Unique to this process.
  std::chrono::seconds lease{15};
  Duration renew_deadline = std::chrono::seconds(10);  ///< Without a renewal for so long: lost.
  Duration retry = std::chrono::seconds(2);            ///< Between renewals, and after a failure.
};

struct ElectionState {
  bool is_leading = false;
  bool is_known = false;               ///< The Lease, or that there is none, was seen.
  std::optional<kube::Lease> lease{};  ///< As last seen or written; none: it does not exist.
  BootPoint changed_at{};              ///< When the above was first seen so.
  std::chrono::seconds owed{};  ///< What the holder of a deleted Lease may count on from then.
  BootPoint renewed_at{};       ///< While leading.
  bool must_look = false;       ///< A write was refused: somebody else wrote.
  std::optional<BootPoint> rests_until{};  ///< After a failure.
  bool operator==(ElectionState const&) const = default;
};

// What the driver saw.

/// By the watch, which may be late; none: it does not exist.
struct LeaseSeen {
  std::optional<kube::Lease> lease{};
};
/// By ReadLease: as it is.
struct LeaseRead {
  std::optional<kube::Lease> lease{};
};
/// A write of ours went through.
struct LeaseWritten {
  kube::Lease lease{};
  BootPoint begun{};
};
struct CallFailed {
  Code code = Code::kUnavailable;
  BootPoint begun{};
};
using ElectionInput = std::variant<LeaseSeen, LeaseRead, LeaseWritten, CallFailed>;

// What the driver is to do.

/// Nothing before `until`, or before news.
struct AwaitNews {
  std::optional<BootPoint> until{};
  bool operator==(AwaitNews const&) const = default;
};
struct ReadLease {
  bool operator==(ReadLease const&) const = default;
};
struct CreateLease {
  kube::LeaseRecord record{};
  bool operator==(CreateLease const&) const = default;
};
struct WriteLease {
  std::string version{};
  kube::LeaseRecord record{};
  bool operator==(WriteLease const&) const = default;
};
/// It is lost: the process must end.
struct GiveUp {
  std::string why{};
  bool operator==(GiveUp const&) const = default;
};
using ElectionCommand = std::variant<AwaitNews, ReadLease, CreateLease, WriteLease, GiveUp>;

/// Both clocks at one moment.
struct ElectionTime {
  BootPoint boot{};
  TimePoint wall{};  ///< For what the Lease shows to people; nothing is decided by it.
};

ElectionCommand Next(ElectionPolicy const& policy, ElectionState const& state,
                     ElectionTime const& now);

ElectionState Accept(ElectionPolicy const& policy, ElectionState state, ElectionInput const& input,
                     BootPoint now);

/// The record that gives the lease back, for a successor to take at once.
kube::LeaseRecord Released(kube::LeaseRecord record, TimePoint now);

}  // namespace adxf::runtime
