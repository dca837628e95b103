#pragma once

#include "kinds/data_share/conditions.hpp"
#include "kinds/data_share/kind.hpp"
#include "kinds/invitation/conditions.hpp"
#include "kinds/invitation/kind.hpp"
#include "kinds/invitation/news.hpp"
#include "runtime/change.hpp"
#include "runtime/controller.hpp"
#include "runtime/store_feed.hpp"
#include "support/fake_azure.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_kube.hpp"
#include "support/fake_random.hpp"
#include "support/fake_sessions.hpp"
#include "support/fake_shares.hpp"
#include "support/memory_log.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// The provider's kinds in memory: an API server, Data Share, and everything between, moved by
/// hand.
namespace adxf::provider {

using namespace std::chrono_literals;
using nlohmann::json;

class ReasonList final : public kube::EventSink {
 public:
  void Publish(kube::ObjectEvent event) override { reasons.push_back(event.reason); }
  std::vector<std::string> reasons;
};

struct SceneParts {
  test::FakeKube& kube;
  runtime::StatusWriter& statuses;
  kube::EventSink& events;
  Clock& clock;
  Random& random;
  Log log;
};

/// One kind with its store, queue and controller.
template <class K>
class KindInMemory {
 public:
  using Object = typename K::Object;

  KindInMemory(SceneParts parts, std::string_view finalizer)
      : parts_(std::move(parts)),
        finalizers_(parts_.kube, K::Type(), std::string(finalizer), parts_.clock) {
    finalizers_.OnLetGo([this](kube::ObjectKey const& key) { feed_.LetGo(key); });
    store_.BeginInit();
    store_.FinishInit();
  }

  using Listener = std::function<void(runtime::Change<Object> const&)>;

  void Build(std::unique_ptr<K> kind, Listener heard) {
    kind_ = std::move(kind);
    heard_ = std::move(heard);
    reconciler_ = std::make_unique<kinds::PassReconciler<K>>(
        typename kinds::PassReconciler<K>::Parts{.kind = *kind_,
                                                 .store = store_,
                                                 .kube = parts_.kube,
                                                 .finalizers = finalizers_,
                                                 .statuses = parts_.statuses,
                                                 .events = parts_.events,
                                                 .clock = parts_.clock,
                                                 .random = parts_.random,
                                                 .log = parts_.log});
    controller_ = std::make_unique<runtime::Controller>(
        runtime::ControllerOptions{.name = K::Type().kind},
        runtime::ControllerParts{.reconciler = *reconciler_,
                                 .queue = queue_,
                                 .caches = {&store_.Ready()},
                                 .clock = parts_.clock,
                                 .random = parts_.random,
                                 .observer = controller_observer_,
                                 .log = parts_.log});
  }

  /// What the watch would bring. Returns whether there was anything.
  bool Sync() {
    bool did = false;
    std::set<kube::ObjectKey> there;
    for (auto const& text : parts_.kube.All(K::Type())) {
      auto const object = K::Decode(text).value();
      auto const key = runtime::KeyOf(object);
      there.insert(key);
      if (delivered_[key] == object.metadata.resource_version) continue;
      delivered_[key] = object.metadata.resource_version;
      EXPECT_TRUE(feed_.OnApply(text));
      did = true;
    }
    for (auto const& object : store_.List()) {
      auto const key = runtime::KeyOf(*object);
      if (there.contains(key) || object->metadata.is_gone) continue;
      EXPECT_TRUE(feed_.OnDelete(parts_.kube.Last(K::Type(), key)));
      did = true;
    }
    return did;
  }

  bool RunOne() { return controller_->RunOne(); }
  [[nodiscard]] runtime::Store<Object>& Store() { return store_; }
  [[nodiscard]] runtime::WorkQueue& Queue() { return queue_; }

 private:
  void Hear(runtime::Change<Object> const& change) {
    kind_->NoteChange(change);
    if (auto const priority = runtime::PriorityOf(change)) queue_.Add(change.key, *priority);
    heard_(change);
  }

  SceneParts parts_;
  runtime::Finalizers finalizers_;
  runtime::QueueObserver queue_observer_;
  runtime::ControllerObserver controller_observer_;
  runtime::Store<Object> store_;
  runtime::StoreFeed<Object> feed_{
      store_, K::Decode, [this](auto const& change) { Hear(change); }, {}, &finalizers_};
  runtime::WorkQueue queue_{{}, parts_.clock, parts_.random, queue_observer_};
  std::unique_ptr<K> kind_;
  Listener heard_;
  std::unique_ptr<kinds::PassReconciler<K>> reconciler_;
  std::unique_ptr<runtime::Controller> controller_;
  std::map<kube::ObjectKey, std::string> delivered_;
};

struct ProviderWorld {
  using ShareKind = data_share::DataShareKind;
  using InvitationKind = invitation::InvitationKind;

  ProviderWorld() {
    cloud_.AddAccount(account_);
    Boot();
  }

  /// The operator starts anew: all that was in memory is lost.
  void Boot() {
    identities_ =
        std::make_unique<azure_access::Identities>(secrets_, sessions_, OwnIdentity(), clock_);
    shares_ = std::make_unique<KindInMemory<ShareKind>>(parts_, data_share::kFinalizer);
    invitations_ = std::make_unique<KindInMemory<InvitationKind>>(parts_, invitation::kFinalizer);
    shares_->Build(
        std::make_unique<ShareKind>(*identities_, shares_->Queue(),
                                    [this](data_share::DataShare const&) { return Leaving(); }),
        [this](auto const&) { WakeInvitations(); });
    invitations_->Build(
        std::make_unique<InvitationKind>(InvitationKind::Parts{.identities = *identities_,
                                                               .shares = shares_->Store(),
                                                               .queue = invitations_->Queue(),
                                                               .metrics = metrics_,
                                                               .clock = clock_,
                                                               .instance = "1234abcd"}),
        [this](auto const& change) { WakeShares(change); });
  }

  static kube::ObjectKey Key(std::string const& name) { return {.ns = "team-a", .name = name}; }
  azure::ShareRef Ref(std::string const& share = "sales") const {
    return {.account = account_, .share = share};
  }

  void ApplyShare(std::string const& name = "sales",
                  json data_sets = json::array({{{"name", "sales"},
                                                 {"clusterResourceId", kCluster},
                                                 {"database", "Sales"}}})) {
    kube_.Put(
        ShareKind::Type(),
        {{"metadata", {{"namespace", "team-a"}, {"name", name}}},
         {"spec",
          {{"account", {{"resourceId", account_.Text()}}}, {"dataSets", std::move(data_sets)}}},
         {"status", {{"observedGeneration", -1}}}});
  }
  void Invite(std::string const& name, json recipient, json more = json::object()) {
    json spec{{"dataShareRef", {{"name", "sales"}}}, {"recipient", std::move(recipient)}};
    spec.update(more);
    kube_.Put(InvitationKind::Type(), {{"metadata", {{"namespace", "team-a"}, {"name", name}}},
                                       {"spec", std::move(spec)},
                                       {"status", {{"observedGeneration", -1}}}});
  }
  void EditShare(std::function<void(json&)> const& change, std::string const& name = "sales") {
    kube_.Edit(ShareKind::Type(), Key(name), change);
  }
  void EditInvitation(std::string const& name, std::function<void(json&)> const& change) {
    kube_.Edit(InvitationKind::Type(), Key(name), change);
  }
  void DeleteShare(std::string const& name = "sales") {
    kube_.Delete(ShareKind::Type(), Key(name));
  }
  void DeleteInvitation(std::string const& name) {
    kube_.Delete(InvitationKind::Type(), Key(name));
  }

  /// Everything that is due now, until nothing is.
  void Run() {
    for (int turns = 0; turns < 10'000; ++turns) {
      if (is_crashed_) {
        is_crashed_ = false;
        Boot();
      }
      bool const has_synced = shares_->Sync() || invitations_->Sync();
      bool const has_passed = shares_->RunOne() || invitations_->RunOne();
      if (!has_synced && !has_passed) return;
    }
    ADD_FAILURE() << "there is always something to do";
  }
  void RunFor(Duration span, Duration step = 500ms) {
    Run();
    for (Duration gone{0}; gone < span; gone += step) {
      clock_.Advance(step);
      Run();
    }
  }

  data_share::DataShare Share(std::string const& name = "sales") const {
    return ShareKind::Decode(kube_.Find(ShareKind::Type(), Key(name)).value()).value();
  }
  invitation::Invitation Invited(std::string const& name) const {
    return InvitationKind::Decode(kube_.Find(InvitationKind::Type(), Key(name)).value()).value();
  }
  template <class Object>
  static std::string ReasonOf(Object const& object, std::string_view type = kinds::kReady) {
    auto const* condition = model::FindCondition(object.status.conditions, type);
    return condition == nullptr ? "absent" : condition->reason;
  }
  template <class Object>
  static bool IsReady(Object const& object) {
    return model::IsTrue(object.status.conditions, kinds::kReady);
  }
  bool IsShareThere(std::string const& name = "sales") const {
    return kube_.Find(ShareKind::Type(), Key(name)).has_value();
  }
  bool IsInvitationThere(std::string const& name) const {
    return kube_.Find(InvitationKind::Type(), Key(name)).has_value();
  }
  /// The client that a session was opened for last.
  std::string LastClient() const { return sessions_.opened().back().client_id; }
  static std::string NameInAzure(std::string const& name) { return "team-a." + name + ".1234abcd"; }

  static constexpr auto kCluster =
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/corp";

  model::ResourceId const account_ =
      model::ResourceId::Parse(
          "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/accounts/contoso")
          .value();
  bool may_use_own_ = true;  ///< The namespace may use the operator's identity; Boot() heeds it.
  test::FakeClock clock_;
  Metrics metrics_{clock_, {}};
  test::FakeRandom random_{0.5};
  test::MemoryLog log_;
  test::FakeKube kube_;
  test::FakeAzure azure_{clock_};
  test::FakeShares cloud_{clock_};
  ReasonList events_;
  bool is_crashed_ = false;  ///< Set it to have the operator start anew at the next turn.

 private:
  std::vector<std::string> Leaving() {
    std::vector<std::string> names;
    for (auto const& it : invitations_->Store().List()) {
      bool const is_leaving =
          it->metadata.IsDeleting() && it->metadata.HasFinalizer(invitation::kFinalizer);
      if (is_leaving) names.push_back(it->metadata.name);
    }
    return names;
  }
  void WakeInvitations() {
    for (auto const& it : invitations_->Store().List())
      invitations_->Queue().Add(runtime::KeyOf(*it), runtime::kUserChange);
  }
  void WakeShares(runtime::Change<invitation::Invitation> const& change) {
    for (auto const& it : shares_->Store().List()) {
      if (it->metadata.IsDeleting() || invitation::IsNewsFor(*it, change))
        shares_->Queue().Add(runtime::KeyOf(*it), runtime::kUserChange);
    }
  }
  [[nodiscard]] azure_access::IdentityOptions OwnIdentity() const {
    azure_access::IdentityOptions options;
    options.own =
        azure::Credential{.tenant_id = "t",
                          .client_id = "c",
                          .proof = azure::ClientSecretCredential{.secret = Secret("own")}};
    if (may_use_own_) options.allowed = {{.name = "team-a"}};
    return options;
  }

  test::FakeSessions sessions_{azure_, cloud_};
  runtime::KubeSecretReader secrets_{kube_};
  runtime::StatusWriter statuses_{kube_};
  SceneParts parts_{kube_, statuses_, events_, clock_, random_, Log(log_)};
  std::unique_ptr<azure_access::Identities> identities_;
  std::unique_ptr<KindInMemory<ShareKind>> shares_;
  std::unique_ptr<KindInMemory<InvitationKind>> invitations_;
};

}  // namespace adxf::provider
