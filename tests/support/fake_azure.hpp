#pragma once

#include "azure/session.hpp"
#include "support/call_script.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adxf::test {

/// Clusters in memory, by ARM and by Kusto: attachments take time, one write at a time on a
/// cluster. Calls are counted by the name of the method or the command, and can be made to fail.
/// Thread-safe.
class FakeAzure final : public azure::ArmApi, public azure::KustoRunner {
 public:
  using Polls = std::function<std::optional<azure::OperationStatus>(azure::OperationRef const&)>;

  explicit FakeAzure(Clock const& clock) : clock_(clock) {}

  // What the test does.

  void AddCluster(model::ResourceId const& id, std::string location = "westus2") {
    std::lock_guard const lock(mutex_);
    auto& cluster = clusters_[id.Key()];
    cluster.info = {.id = id,
                    .location = std::move(location),
                    .state = "Running",
                    .provisioning_state = "Succeeded",
                    .uri = UriOf(id)};
  }
  void EditCluster(model::ResourceId const& id,
                   std::function<void(azure::ClusterInfo&)> const& change) {
    std::lock_guard const lock(mutex_);
    change(clusters_.at(id.Key()).info);
  }
  void AddDatabase(model::ResourceId const& id, std::string const& name) {
    std::lock_guard const lock(mutex_);
    clusters_.at(id.Key()).databases.push_back({.name = name, .original_name = name});
  }
  /// As `.show databases` gives it.
  void SetVersion(model::ResourceId const& id, std::string const& database, std::string version) {
    std::lock_guard const lock(mutex_);
    clusters_.at(id.Key()).versions[database] = std::move(version);
  }
  /// What Azure Monitor has of a follower.
  void SetLatency(model::ResourceId const& id, azure::LatencySample const& sample) {
    std::lock_guard const lock(mutex_);
    clusters_.at(id.Key()).latency = sample;
  }
  void RemoveDatabase(model::ResourceId const& id, std::string const& name) {
    std::lock_guard const lock(mutex_);
    std::erase_if(clusters_.at(id.Key()).databases,
                  [&](auto const& it) { return it.name == name; });
  }
  /// Answers a Kusto command from now on.
  void AnswerWith(std::string name,
                  std::function<Result<azure::KustoTable>(azure::KustoCommand const&)> answer) {
    std::lock_guard const lock(mutex_);
    answers_[std::move(name)] = std::move(answer);
  }
  /// Somebody else detaches, at once.
  void Detach(model::ResourceId const& id, std::string const& name) {
    std::lock_guard const lock(mutex_);
    Remove(clusters_.at(id.Key()), name);
  }
  /// How long an attachment is made or removed.
  void SetOperationSpan(Duration span) {
    std::lock_guard const lock(mutex_);
    span_ = span;
  }

  /// Knows operations that are none of this fake's; asked first.
  void PollWith(Polls polls) {
    std::lock_guard const lock(mutex_);
    polls_ = std::move(polls);
  }

  // See CallScript.
  void FailNext(std::string name, Error error) {
    script_.FailNext(std::move(name), std::move(error));
  }
  void LoseNextAnswer(std::string name) { script_.LoseNextAnswer(std::move(name)); }
  void FailAlways(std::string name, Error error) {
    script_.FailAlways(std::move(name), std::move(error));
  }
  void Heal() { script_.Heal(); }
  void BeforeEach(CallScript::Hook hook) { script_.BeforeEach(std::move(hook)); }
  [[nodiscard]] std::size_t Count(std::string const& name) const { return script_.Count(name); }
  void ForgetCalls() { script_.ForgetCalls(); }

  /// Writes that came while another one was under way on the same cluster.
  [[nodiscard]] int Overlaps() const {
    std::lock_guard const lock(mutex_);
    return overlaps_;
  }
  [[nodiscard]] std::vector<std::string> Attachments(model::ResourceId const& id) const {
    std::lock_guard const lock(mutex_);
    std::vector<std::string> names;
    for (auto const& it : clusters_.at(id.Key()).attachments) names.push_back(it.name);
    return names;
  }

  static std::string UriOf(model::ResourceId const& id) {
    return "https://" + id.Key().substr(id.Key().rfind('/') + 1) + ".westus2.kusto.windows.net";
  }

  // ArmApi.

  Result<azure::ClusterInfo> GetCluster(model::ResourceId const& id,
                                        http::CallContext const& call) override {
    return Serve<azure::ClusterInfo>("GetCluster", id, call, [](Cluster& it) { return it.info; });
  }
  Result<std::vector<azure::Attachment>> ListAttachments(model::ResourceId const& id,
                                                         http::CallContext const& call) override {
    return Serve<std::vector<azure::Attachment>>("ListAttachments", id, call,
                                                 [](Cluster& it) { return it.attachments; });
  }
  Result<azure::Attachment> GetAttachment(model::ResourceId const& id, std::string const& name,
                                          http::CallContext const& call) override {
    return Serve<azure::Attachment>(
        "GetAttachment", id, call, [&](Cluster& it) -> Result<azure::Attachment> {
          auto const found =
              std::ranges::find(it.attachments, SharedText(name), &azure::Attachment::name);
          if (found == it.attachments.end()) return NotFound();
          return *found;
        });
  }
  Result<std::vector<azure::ArmDatabase>> ListDatabases(model::ResourceId const& id,
                                                        http::CallContext const& call) override {
    return Serve<std::vector<azure::ArmDatabase>>("ListDatabases", id, call,
                                                  [](Cluster& it) { return it.databases; });
  }
  Result<azure::Accepted> PutAttachment(model::ResourceId const& id, std::string const& name,
                                        azure::AttachmentSpec const& spec,
                                        http::CallContext const& call) override {
    return Serve<azure::Accepted>(
        "PutAttachment", id, call, [&](Cluster& it) -> Result<azure::Accepted> {
          if (it.operation) return Busy();
          Remove(it, name);
          it.attachments.push_back({.name = name, .spec = spec, .provisioning_state = "Creating"});
          return Start(it, name, Operation::kAttaches);
        });
  }
  Result<azure::Accepted> DeleteAttachment(model::ResourceId const& id, std::string const& name,
                                           http::CallContext const& call) override {
    return Serve<azure::Accepted>(
        "DeleteAttachment", id, call, [&](Cluster& it) -> Result<azure::Accepted> {
          if (it.operation) return Busy();
          auto const found =
              std::ranges::find(it.attachments, SharedText(name), &azure::Attachment::name);
          if (found == it.attachments.end()) return azure::Accepted{};
          found->provisioning_state = "Deleting";
          return Start(it, name, Operation::kDetaches);
        });
  }
  Result<azure::Accepted> DetachFollower(model::ResourceId const& leader,
                                         model::ResourceId const& follower, std::string const& name,
                                         http::CallContext const& call) override {
    return Serve<azure::Accepted>(
        "DetachFollower", follower, call, [&](Cluster& it) -> Result<azure::Accepted> {
          if (it.operation) return Busy();
          auto const found =
              std::ranges::find(it.attachments, SharedText(name), &azure::Attachment::name);
          if (found == it.attachments.end() || found->spec.leader != leader) return NotFound();
          found->provisioning_state = "Deleting";
          return Start(it, name, Operation::kDetaches);
        });
  }
  /// Attachments that are still being made are not listed.
  Result<std::vector<azure::FollowerOfLeader>> ListFollowers(
      model::ResourceId const& id, http::CallContext const& call) override {
    return Serve<std::vector<azure::FollowerOfLeader>>("ListFollowers", id, call, [&](Cluster&) {
      std::vector<azure::FollowerOfLeader> followers;
      for (auto const& [key, cluster] : clusters_) {
        for (auto const& it : cluster.attachments) {
          if (it.spec.leader != id || it.provisioning_state == "Creating") continue;
          followers.push_back({.follower = cluster.info.id,
                               .attachment_name = it.name,
                               .database = it.spec.database,
                               .share_origin = "Direct"});
        }
      }
      return followers;
    });
  }
  Result<std::optional<azure::LatencySample>> ReadFollowerLatency(
      model::ResourceId const& id, azure::TimeSpan const& span,
      http::CallContext const& call) override {
    return Serve<std::optional<azure::LatencySample>>(
        "ReadFollowerLatency", id, call,
        [&](Cluster& it) -> Result<std::optional<azure::LatencySample>> {
          bool const is_there = it.latency && it.latency->at >= span.from;
          return is_there ? it.latency : std::nullopt;
        });
  }
  Result<azure::OperationStatus> Poll(azure::OperationRef const& operation,
                                      http::CallContext const& call) override {
    return Answer<azure::OperationStatus>("Poll", call, [&]() -> Result<azure::OperationStatus> {
      SettleAll();
      if (auto const status = polls_ ? polls_(operation) : std::nullopt) return *status;
      bool const runs = std::ranges::any_of(clusters_, [&](auto const& it) {
        return it.second.operation && it.second.operation->url == operation.url;
      });
      return azure::OperationStatus{.state = runs ? azure::OperationStatus::kRunning
                                                  : azure::OperationStatus::kSucceeded};
    });
  }
  Result<void> CanReadSubscription(std::string const& /*id*/,
                                   http::CallContext const& call) override {
    return Answer<void>("CanReadSubscription", call, []() -> Result<void> { return {}; });
  }

  // KustoRunner: answers the two lists and what the test told; every other command succeeds and
  // changes nothing.

  Result<azure::KustoTable> RunCommand(std::string const& cluster_uri,
                                       azure::KustoCommand const& command,
                                       http::CallContext const& call) override {
    return Answer<azure::KustoTable>(
        std::string(command.name), call, [&]() -> Result<azure::KustoTable> {
          SettleAll();
          auto const found = std::ranges::find_if(
              clusters_, [&](auto const& it) { return it.second.info.uri == cluster_uri; });
          if (found == clusters_.end()) return NotFound();
          auto const told = answers_.find(std::string(command.name));
          return told == answers_.end() ? Show(found->second, command.name) : told->second(command);
        });
  }

 private:
  struct Operation {
    enum Kind { kAttaches, kDetaches };
    std::string url{};
    std::string attachment{};
    Kind kind = kAttaches;
    SteadyPoint ends{};
  };
  struct Cluster {
    azure::ClusterInfo info{};
    std::vector<azure::Attachment> attachments{};
    std::vector<azure::ArmDatabase> databases{};
    std::optional<Operation> operation{};
    std::optional<azure::LatencySample> latency{};
    std::map<std::string, std::string> versions{};  // by database, where not v1.0
  };
  static Failure NotFound() { return Failure(AzureError(Code::kNotFound, "ResourceNotFound")); }

  Failure Busy() {
    ++overlaps_;
    return Failure(AzureError(Code::kConflict, "ServiceIsInMaintenance"));
  }

  azure::Accepted Start(Cluster& cluster, std::string const& name, Operation::Kind kind) {
    auto const url = "https://management.azure.com/operations/" + std::to_string(++operations_);
    cluster.operation = {
        .url = url,
        .attachment = name,
        .kind = kind,
        .ends = clock_.Steady() + std::chrono::duration_cast<SteadyPoint::duration>(span_)};
    return {.operation = azure::OperationRef{.url = url, .started_at = clock_.Now()},
            .correlation_id = "c-" + std::to_string(operations_)};
  }

  static void Remove(Cluster& cluster, std::string const& name) {
    std::erase_if(cluster.attachments, [&](auto const& it) { return it.name == name; });
    std::erase_if(cluster.databases, [&](auto const& it) { return it.attachment_name == name; });
  }

  /// A database of a cluster that follows all of another.
  static azure::ArmDatabase Followed(azure::Attachment const& attachment, std::string const& name) {
    return {.name = attachment.spec.name_prefix.value_or("") + name,
            .is_following = true,
            .leader_id_key = attachment.spec.leader.Key(),
            .attachment_name = attachment.name,
            .original_name = name};
  }

  void FollowAll(Cluster& cluster) {
    for (auto const& attachment : cluster.attachments) {
      if (attachment.spec.database != "*" || attachment.provisioning_state != "Succeeded") continue;
      std::erase_if(cluster.databases, [&](auto const& it) {
        return it.is_following && it.attachment_name == attachment.name;
      });
      for (auto const& it : clusters_.at(attachment.spec.leader.Key()).databases)
        cluster.databases.push_back(Followed(attachment, it.name));
    }
  }

  void SettleAll() {
    for (auto& [key, cluster] : clusters_) {
      FollowAll(cluster);
      if (!cluster.operation || clock_.Steady() < cluster.operation->ends) continue;
      auto const done = *std::exchange(cluster.operation, std::nullopt);
      auto const found = std::ranges::find(cluster.attachments, SharedText(done.attachment),
                                           &azure::Attachment::name);
      if (done.kind == Operation::kDetaches) {
        Remove(cluster, done.attachment);
      } else if (found != cluster.attachments.end()) {
        found->provisioning_state = "Succeeded";
        found->attached_databases = {found->spec.database};
        if (found->spec.database == "*") {
          FollowAll(cluster);
          continue;
        }
        cluster.databases.push_back(
            {.name = found->spec.name_override.value_or(found->spec.database.Text()),
             .is_following = true,
             .leader_id_key = found->spec.leader.Key(),
             .attachment_name = found->name,
             .original_name = found->spec.database});
      }
    }
  }

  static Result<azure::KustoTable> Show(Cluster const& cluster, std::string_view command) {
    std::vector<nlohmann::json> rows;
    if (command == "show database principals")
      return azure::KustoTable({"Role", "PrincipalFQN", "Notes"}, {});
    if (command == "show databases") {
      for (auto const& it : cluster.databases) {
        auto const version = cluster.versions.find(it.name);
        rows.push_back({it.name, version == cluster.versions.end() ? "v1.0" : version->second,
                        it.is_following ? "ReadOnlyFollowing" : "ReadWrite"});
      }
      return azure::KustoTable({"DatabaseName", "Version", "DatabaseAccessMode"}, rows);
    }
    for (auto const& it : cluster.databases) {
      if (it.is_following) rows.push_back({it.name, nullptr, nullptr, "Union", "Union"});
    }
    return azure::KustoTable(
        {"DatabaseName", "CachingPolicyOverride", "AuthorizedPrincipalsOverride",
         "CachingPoliciesModificationKind", "AuthorizedPrincipalsModificationKind"},
        command == "show follower databases" ? rows : std::vector<nlohmann::json>{});
  }

  template <class T, class Act>
  Result<T> Serve(std::string const& name, model::ResourceId const& id,
                  http::CallContext const& call, Act const& act) {
    return Answer<T>(name, call, [&]() -> Result<T> {
      SettleAll();
      auto const found = clusters_.find(id.Key());
      if (found == clusters_.end()) return NotFound();
      return act(found->second);
    });
  }

  template <class T, class Act>
  Result<T> Answer(std::string const& name, http::CallContext const& call, Act const& act) {
    return script_.Answer<T>(name, call, [&]() -> Result<T> {
      std::lock_guard const lock(mutex_);
      return act();
    });
  }

  Clock const& clock_;
  CallScript script_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::map<std::string, Cluster> clusters_;
  std::map<std::string, std::function<Result<azure::KustoTable>(azure::KustoCommand const&)>>
      answers_;
  Polls polls_;
  Duration span_ = std::chrono::seconds(1);
  int operations_ = 0;
  int overlaps_ = 0;
};

}  // namespace adxf::test
