#pragma once

#include "base/shared_text.hpp"
#include "model/object_meta.hpp"
#include "model/timestamp.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the objects of all kinds have in common, as plain structs.
namespace adxf::kinds {

inline constexpr std::string_view kApiVersion = "adxfollower.io/v1alpha1";
inline constexpr std::string_view kReconcileAtAnnotation = "adxfollower.io/reconcile-at";
/// "true" on an object that is being deleted: let it go without asking Azure.
inline constexpr std::string_view kForceDeleteAnnotation = "adxfollower.io/force-delete";

enum class Adoption { kNever, kIfIdentical };
enum class Mode { kManage, kObserve };

/// What a data set of a share is.
enum class DataSetKind { kCluster, kDatabase, kTable, kOther };

std::string_view ToString(Adoption value);
std::string_view ToString(Mode value);

struct SecretRef {
  SharedText name{};
  bool operator==(SecretRef const&) const = default;
};

/// Names, a trailing * allowed; an empty include means all.
struct Selection {
  std::vector<std::string> include{};
  std::vector<std::string> exclude{};
  bool operator==(Selection const&) const = default;
};

struct PlannedAction {
  std::string action{};
  std::string detail{};
  bool operator==(PlannedAction const&) const = default;
};

struct LastChange {
  SharedText action{};
  model::Timestamp at{};
  std::string correlation_id{};
  bool operator==(LastChange const&) const = default;
};

/// A list of the status that was cut to its limit, by its path ("attachment.databases"), and its
/// length before the cut.
struct TruncatedList {
  std::string list{};
  std::int64_t total = 0;
  bool operator==(TruncatedList const&) const = default;
};

/// How long a list is in truth of which the status shows that many entries.
std::size_t TotalOf(std::vector<TruncatedList> const& cuts, std::string_view list,
                    std::size_t shown);
/// The list is told anew: what was left out of the old one says nothing about it.
void ForgetCut(std::vector<TruncatedList>& cuts, std::string_view list);
/// The list is cut now, or is still what was cut before.
void NoteCut(std::vector<TruncatedList>& cuts, std::string_view list, std::size_t total);

/// The value of the annotation that asks for another look; "" without.
std::string RequestOf(model::ObjectMeta const& metadata);

/// A settled pass has seen this generation, and this request.
template <class Status>
void EchoRequest(Status& status, model::ObjectMeta const& metadata) {
  status.observed_generation = metadata.generation;
  if (auto asked = RequestOf(metadata); !asked.empty())
    status.last_handled_reconcile_at = std::move(asked);
}

/// Nothing is planned; what is planned next is told anew.
template <class Status>
void ClearPlan(Status& status) {
  status.plan.clear();
  if constexpr (requires { status.truncated; }) ForgetCut(status.truncated, "plan");
}

/// A person gives up on Azure.
bool IsForced(model::ObjectMeta const& metadata);

}  // namespace adxf::kinds
