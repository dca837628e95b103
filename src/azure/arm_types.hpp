#pragma once

#include "base/boxed.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/shared.hpp"
#include "base/shared_text.hpp"
#include "model/resource_id.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::azure {

struct ClusterInfo {
  model::ResourceId id{};
  std::string location{};            ///< Normalised.
  std::string state{};               ///< "Running", "Stopped", … as Azure spells it.
  std::string provisioning_state{};  ///< "Succeeded" when Azure says none.
  std::string
      uri{};  ///< Query endpoint, unchecked: Cloud::CheckKustoUri decides whether it gets a token.
  bool streaming_ingest = false;
  bool has_customer_key = false;
  bool has_system_identity = false;
  std::vector<std::string>
      user_identities{};  ///< Object and client ids of those assigned to it; lower case, sorted.
  std::vector<std::string>
      trusted_tenants{};  ///< "*": every tenant. Empty as well when Azure does not say.

  [[nodiscard]] bool IsRunning() const { return state == "Running"; }
  bool operator==(ClusterInfo const&) const = default;
};

/// How the leader's setting and the follower's own override combine.
enum class ModificationKind { kUnion, kReplace, kNone };
using PrincipalsKind = ModificationKind;
using CachingKind = ModificationKind;

std::string_view ToString(ModificationKind kind);  ///< "Union", as ARM and `.show` spell it.
std::optional<ModificationKind> ParseModificationKind(
    std::string_view text);  ///< Without regard to case.

/// Table-level sharing: plain names, a trailing `*` is a wildcard. Empty includes mean all, `*`
/// excluded means none.
struct TableSharing {
  std::vector<std::string> tables_to_include{};
  std::vector<std::string> tables_to_exclude{};
  std::vector<std::string> external_tables_to_include{};
  std::vector<std::string> external_tables_to_exclude{};
  std::vector<std::string> materialized_views_to_include{};
  std::vector<std::string> materialized_views_to_exclude{};
  std::vector<std::string> functions_to_include{};
  std::vector<std::string> functions_to_exclude{};

  [[nodiscard]] bool IsEmpty() const;
  [[nodiscard]] std::size_t Count() const;  ///< Entries over all eight lists; Azure allows 100.
  bool operator==(TableSharing const&) const = default;
};

/// What is declared about an attachment; the body of its PUT.
struct AttachmentSpec {
  SharedText location{};  ///< Normalised when read; sent as given.
  model::ResourceId leader{};
  SharedText database{};  ///< Leader's database, or "*" for all present and future ones.
  Boxed<std::string> name_override{};
  Boxed<std::string> name_prefix{};
  PrincipalsKind principals_kind = PrincipalsKind::kUnion;
  Shared<TableSharing> sharing{};

  bool operator==(AttachmentSpec const&) const = default;
};

/// An attached database configuration as the follower cluster lists it.
struct Attachment {
  SharedText name{};  ///< Without the cluster's name in front.
  AttachmentSpec spec{};
  SharedText provisioning_state{};  ///< "Succeeded" when Azure says none.
  std::vector<SharedText> attached_databases{};

  /// Neither succeeded, failed nor cancelled: Azure is still at it.
  [[nodiscard]] bool IsBusy() const;
  bool operator==(Attachment const&) const = default;
};

/// A database of a cluster as ARM lists it, the proof of existence, origin and attachment.
struct ArmDatabase {
  SharedText name{};  ///< On this cluster, without the cluster's name in front.
  bool is_following = false;
  SharedText leader_id_key{};     ///< ResourceId::Key() of the leader; empty unless following.
  SharedText attachment_name{};   ///< Empty unless following.
  SharedText original_name{};     ///< On the leader; equals `name` where Azure says none.
  SharedText share_origin{};      ///< "Direct", "DataShare" or "Other"; empty unless following.
  SharedText principals_kind{};   ///< "Union", …; empty unless following.
  SharedText hot_cache_period{};  ///< ISO 8601, as Azure gives it.
  SharedText provisioning_state{};
  bool is_followed = false;  ///< Of a read-write database: somebody follows it.
  bool is_suspended = false;

  bool operator==(ArmDatabase const&) const = default;
};

/// One attachment as its leader lists it.
struct FollowerOfLeader {
  model::ResourceId follower{};
  std::string attachment_name{};
  std::string database{};      ///< "*": all.
  std::string share_origin{};  ///< "Direct", "DataShare" or "Other".
  TableSharing sharing{};

  bool operator==(FollowerOfLeader const&) const = default;
};

/// How an operation under way is asked about (ARM resource-provider contract, long-running
/// operations).
enum class PollBy {
  kStatusBody,  ///< Azure-AsyncOperation: always 200, `status` in the body.
  kLocation,    ///< Location: 202 until done.
  kResource,    ///< The resource itself: `properties.provisioningState`.
};

/// An accepted operation; a value that can be kept and polled by a later pass. Kept in memory only.
struct OperationRef {
  std::string url{};  ///< Percent-encoded; its origin is checked again before each poll.
  std::string
      kind{};  ///< Operation that was started: "AttachedDatabaseConfigurations_CreateOrUpdate".
  PollBy poll_by = PollBy::kStatusBody;
  TimePoint started_at{};
  std::optional<std::chrono::seconds> retry_after{};

  bool operator==(OperationRef const&) const = default;
};

struct Accepted {
  std::optional<OperationRef> operation{};  ///< Absent: finished synchronously.
  std::string correlation_id{};

  bool operator==(Accepted const&) const = default;
};

struct TimeSpan {
  TimePoint from{};
  TimePoint to{};
};

/// FollowerLatency of a cluster in one minute, the worst of all that it follows.
struct LatencySample {
  Duration latency{};
  TimePoint at{};

  bool operator==(LatencySample const&) const = default;
};

struct OperationStatus {
  enum State { kRunning, kSucceeded, kFailed, kCanceled };

  State state = kRunning;
  Error error{};  ///< Why, when failed or cancelled.
  std::optional<std::chrono::seconds> retry_after{};

  [[nodiscard]] bool IsFinal() const { return state != kRunning; }
};

}  // namespace adxf::azure
