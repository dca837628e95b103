#include "operator/samples.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/observe.hpp"
#include "kinds/follower_database/plan_lag.hpp"
#include "model/condition.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

namespace adxf::app {
namespace {

using follower_database::FollowerDatabase;

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double Count(auto number) { return static_cast<double>(number); }

struct ObjectName {
  std::string const& name_space;
  std::string const& name;
};

template <class Object>
ObjectName NameOf(Object const& object) {
  return {.name_space = object.metadata.name_space, .name = object.metadata.name};
}

template <class Object>
void AddConditions(SampleSink& out, Object const& object, std::string_view kind) {
  static constexpr std::array kStatuses{model::ConditionStatus::kTrue,
                                        model::ConditionStatus::kFalse,
                                        model::ConditionStatus::kUnknown};
  auto const& [name_space, name] = NameOf(object);
  for (auto const& condition : object.status.conditions) {
    for (auto const status : kStatuses) {
      out.Add<MetricId::kObjectCondition>(
          {kind, name_space, name, condition.type, model::ToString(status)},
          condition.status == status ? 1.0 : 0.0);
    }
  }
}

template <class Object>
void AddReadyReason(SampleSink& out, Object const& object, std::string_view kind) {
  auto const* const ready = model::FindCondition(object.status.conditions, "Ready");
  if (ready == nullptr) return;
  out.Add<MetricId::kReadyReason>(
      {kind, object.metadata.name_space, object.metadata.name, ready->reason}, 1);
}

void AddCounts(SampleSink& out, FollowerDatabase const& object) {
  auto const& [name_space, name] = NameOf(object);
  auto const& status = object.status;
  auto const count = [&](std::string_view list, std::size_t shown) {
    return Count(kinds::TotalOf(status.truncated, list, shown));
  };
  auto const attached = status.attachment ? status.attachment->databases.size() : 0;
  out.Add<MetricId::kAttachedDatabases>({name_space, name},
                                        count("attachment.databases", attached));
  out.Add<MetricId::kGrants>({name_space, name}, count("grants", status.grants.size()));
  out.Add<MetricId::kDriftedFields>({name_space, name}, count("drift", status.drift.size()));
}

void AddObjective(SampleSink& out, FollowerDatabase const& object) {
  auto const objective = follower_database::ObjectiveOf(object);
  if (!objective) return;
  out.Add<MetricId::kSyncLagObjective>({object.metadata.name_space, object.metadata.name},
                                       Seconds(*objective));
}

void AddLag(SampleSink& out, FollowerDatabase const& object, follower_database::LagBook const& lag,
            TimePoint now) {
  auto const& [name_space, name] = NameOf(object);
  auto const follower = ToLower(object.spec.follower_cluster.resource_id);
  auto const& source = object.spec.source.leader;
  // Who shares does not tell the cluster.
  auto const leader = source ? ToLower(source->cluster_resource_id) : std::string();
  for (auto const& sample : lag.Read(follower_database::HolderName(object), now)) {
    auto const& database = sample.database.follower;
    out.Add<MetricId::kSyncLagState>(
        {name_space, name, database, follower, leader, ToString(sample.state)}, 1);
    if (sample.last_synced) {
      out.Add<MetricId::kLastSynced>({name_space, name, database, follower, leader},
                                     Seconds(sample.last_synced->time_since_epoch()));
    }
    if (!sample.lag) continue;
    out.Add<MetricId::kSyncLag>({name_space, name, database, follower, leader},
                                Seconds(*sample.lag));
  }
}

using LatencyByCluster = std::map<std::string, Duration>;

void NoteLatency(LatencyByCluster& latencies, FollowerDatabase const& object,
                 follower_database::LagBook const& lag, TimePoint now) {
  auto const figure = lag.AzuresFigure(follower_database::HolderName(object), now);
  if (!figure) return;
  auto& most = latencies[ToLower(object.spec.follower_cluster.resource_id)];
  most = std::max(most, *figure);
}

/// Azure's own figure, one for each follower cluster.
void AddLatencies(SampleSink& out, LatencyByCluster const& latencies) {
  for (auto const& [cluster, figure] : latencies) {
    out.BeginObject();
    out.Add<MetricId::kClusterLatency>({cluster}, Seconds(figure));
  }
}

void AddShare(SampleSink& out, data_share::DataShare const& share) {
  auto const& [name_space, name] = NameOf(share);
  auto const invitations = share.status.invitations.value_or(data_share::InvitationCounts{});
  auto const add_invitations = [&](std::string_view state, std::int64_t count) {
    out.Add<MetricId::kInvitations>({name_space, name, state}, Count(count));
  };
  add_invitations("Pending", invitations.pending);
  add_invitations("Accepted", invitations.accepted);
  add_invitations("Rejected", invitations.rejected);
  add_invitations("Withdrawn", invitations.withdrawn);
  // A status of before these were counted: better no figure than a wrong one.
  if (!share.status.consumers_by_state && !share.status.consumers.empty()) return;
  auto const consumers = share.status.consumers_by_state.value_or(data_share::ConsumerCounts{});
  auto const add_consumers = [&](std::string_view state, std::int64_t count) {
    out.Add<MetricId::kConsumers>({name_space, name, state}, Count(count));
  };
  add_consumers("Active", consumers.active);
  add_consumers("Revoking", consumers.revoking);
  add_consumers("Revoked", consumers.revoked);
  add_consumers("SourceDeleted", consumers.source_deleted);
}

}  // namespace

void ProviderSamples(runtime::Store<data_share::DataShare> const& shares,
                     runtime::Store<invitation::Invitation> const& invitations, SampleSink& out) {
  for (auto const& share : shares.List()) {
    out.BeginObject();
    AddConditions(out, *share, data_share::kKind);
    AddReadyReason(out, *share, data_share::kKind);
    AddShare(out, *share);
  }
  for (auto const& it : invitations.List()) {
    out.BeginObject();
    AddConditions(out, *it, invitation::kKind);
    AddReadyReason(out, *it, invitation::kKind);
  }
}

void ObjectSamples(runtime::Store<FollowerDatabase> const& store,
                   follower_database::LagBook const& lag, TimePoint now, SampleSink& out) {
  LatencyByCluster latencies;
  store.ForEach([&](FollowerDatabase const& object) {
    out.BeginObject();
    AddConditions(out, object, follower_database::kKind);
    AddReadyReason(out, object, follower_database::kKind);
    AddCounts(out, object);
    AddObjective(out, object);
    AddLag(out, object, lag, now);
    NoteLatency(latencies, object, lag, now);
  });
  AddLatencies(out, latencies);
}

}  // namespace adxf::app
