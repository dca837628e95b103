#include "operator/samples.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/plan_lag.hpp"
#include "model/condition.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

namespace adxf::app {
namespace {

using follower_database::FollowerDatabase;
using Labels = std::vector<std::pair<std::string, std::string>>;

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

template <class Object>
Labels ObjectLabels(Object const& object) {
  return {{"namespace", object.metadata.name_space}, {"name", object.metadata.name}};
}

template <class Object>
void AddConditions(std::vector<Sample>& out, Object const& object, std::string_view kind) {
  static constexpr std::array kStatuses{model::ConditionStatus::kTrue,
                                        model::ConditionStatus::kFalse,
                                        model::ConditionStatus::kUnknown};
  for (auto const& condition : object.status.conditions) {
    for (auto const status : kStatuses) {
      Labels labels{{"kind", std::string(kind)}};
      for (auto& label : ObjectLabels(object)) labels.push_back(std::move(label));
      labels.emplace_back("type", condition.type);
      labels.emplace_back("status", std::string(model::ToString(status)));
      out.push_back(
          {.name = "adxfollower_object_condition",
           .help = "Conditions of objects: 1 for the status that holds, 0 for the others.",
           .labels = std::move(labels),
           .value = condition.status == status ? 1.0 : 0.0});
    }
  }
}

void AddCounts(std::vector<Sample>& out, FollowerDatabase const& object) {
  auto const attached = object.status.attachment ? object.status.attachment->databases.size() : 0;
  out.push_back(
      {.name = "adxfollower_attached_databases",
       .help = "Databases on the follower cluster that come from the object's attachment.",
       .labels = ObjectLabels(object),
       .value = static_cast<double>(attached)});
  out.push_back({.name = "adxfollower_grants",
                 .help = "Grants on follower databases that the object made.",
                 .labels = ObjectLabels(object),
                 .value = static_cast<double>(object.status.grants.size())});
}

void AddObjective(std::vector<Sample>& out, FollowerDatabase const& object) {
  auto const objective = follower_database::ObjectiveOf(object);
  if (!objective) return;
  out.push_back({.name = "adxfollower_sync_lag_objective_seconds",
                 .help = "The sync lag that the object declares as its objective.",
                 .labels = ObjectLabels(object),
                 .value = Seconds(*objective)});
}

Labels LagLabels(FollowerDatabase const& object, std::string const& database) {
  auto labels = ObjectLabels(object);
  auto const& leader = object.spec.source.leader;
  labels.emplace_back("database", database);
  labels.emplace_back("follower", ToLower(object.spec.follower_cluster.resource_id));
  // Who shares does not tell the cluster.
  labels.emplace_back("leader", leader ? ToLower(leader->cluster_resource_id) : "");
  return labels;
}

void AddLag(std::vector<Sample>& out, FollowerDatabase const& object,
            follower_database::LagBook const& lag, TimePoint now) {
  auto const holder = object.metadata.name_space + "/" + object.metadata.name;
  for (auto const& sample : lag.Read(holder, now)) {
    auto const labels = LagLabels(object, sample.database.follower);
    auto with_state = labels;
    with_state.emplace_back("state", std::string(ToString(sample.state)));
    out.push_back({.name = "adxfollower_sync_lag_state",
                   .help = "Constant 1; the label state tells what is known of the lag of the "
                           "follower database.",
                   .labels = std::move(with_state),
                   .value = 1});
    if (sample.last_synced) {
      out.push_back(
          {.name = "adxfollower_last_synced_timestamp_seconds",
           .help = "When the follower database was last seen equal to the leader's.",
           .labels = labels,
           .value = std::chrono::duration<double>(sample.last_synced->time_since_epoch()).count()});
    }
    if (!sample.lag) continue;
    out.push_back({.name = "adxfollower_sync_lag_seconds",
                   .help = "How far the follower database is behind its leader, exact to one probe "
                           "interval either way.",
                   .labels = labels,
                   .value = Seconds(*sample.lag)});
  }
}

/// Azure's own figure, one for each follower cluster.
void AddLatencies(std::vector<Sample>& out, runtime::Store<FollowerDatabase> const& store,
                  follower_database::LagBook const& lag, TimePoint now) {
  std::map<std::string, Duration> by_cluster;
  for (auto const& object : store.List()) {
    auto const figure =
        lag.AzuresFigure(object->metadata.name_space + "/" + object->metadata.name, now);
    if (!figure) continue;
    auto& most = by_cluster[ToLower(object->spec.follower_cluster.resource_id)];
    most = std::max(most, *figure);
  }
  for (auto const& [cluster, figure] : by_cluster) {
    out.push_back({.name = "adxfollower_cluster_follower_latency_seconds",
                   .help = "Azure's own figure (FollowerLatency) of how far the cluster is behind "
                           "all that it follows; read where ours is not known.",
                   .labels = {{"cluster", cluster}},
                   .value = Seconds(figure)});
  }
}

Sample CountOf(std::string_view name, std::string_view help, Labels labels, std::string state,
               std::int64_t count) {
  labels.emplace_back("state", std::move(state));
  return {.name = std::string(name),
          .help = std::string(help),
          .labels = std::move(labels),
          .value = static_cast<double>(count)};
}

void AddShare(std::vector<Sample>& out, data_share::DataShare const& share) {
  auto const labels = ObjectLabels(share);
  auto const counts = share.status.invitations.value_or(data_share::InvitationCounts{});
  constexpr std::string_view kInvitations = "adxfollower_invitations";
  constexpr std::string_view kHelp = "Invitations of the share in Azure, by state.";
  out.push_back(CountOf(kInvitations, kHelp, labels, "Pending", counts.pending));
  out.push_back(CountOf(kInvitations, kHelp, labels, "Accepted", counts.accepted));
  out.push_back(CountOf(kInvitations, kHelp, labels, "Rejected", counts.rejected));
  out.push_back(CountOf(kInvitations, kHelp, labels, "Withdrawn", counts.withdrawn));
  std::map<std::string, std::int64_t> consumers{
      {"Active", 0}, {"Revoking", 0}, {"Revoked", 0}, {"SourceDeleted", 0}};
  for (auto const& it : share.status.consumers) ++consumers[it.state];
  for (auto const& [state, count] : consumers) {
    out.push_back(CountOf("adxfollower_consumers", "Consumers of the share, by state.", labels,
                          state, count));
  }
}

}  // namespace

std::vector<Sample> ProviderSamples(runtime::Store<data_share::DataShare> const& shares,
                                    runtime::Store<invitation::Invitation> const& invitations) {
  std::vector<Sample> samples;
  for (auto const& share : shares.List()) {
    AddConditions(samples, *share, data_share::kKind);
    AddShare(samples, *share);
  }
  for (auto const& it : invitations.List()) AddConditions(samples, *it, invitation::kKind);
  return samples;
}

std::vector<Sample> ObjectSamples(runtime::Store<FollowerDatabase> const& store,
                                  follower_database::LagBook const& lag, TimePoint now) {
  std::vector<Sample> samples;
  for (auto const& object : store.List()) {
    AddConditions(samples, *object, follower_database::kKind);
    AddCounts(samples, *object);
    AddObjective(samples, *object);
    AddLag(samples, *object, lag, now);
  }
  AddLatencies(samples, store, lag, now);
  return samples;
}

}  // namespace adxf::app
