#include "operator/wiring.hpp"

#include "azure/observer_pool.hpp"
#include "azure/write_slots.hpp"
#include "base/fence.hpp"
#include "base/metrics.hpp"
#include "http/beast_transport.hpp"
#include "http/fenced_transport.hpp"
#include "http/listener.hpp"
#include "http/log_transport.hpp"
#include "http/metrics_transport.hpp"
#include "http/retry_transport.hpp"
#include "http/token_buckets.hpp"
#include "kinds/azure_access/identities.hpp"
#include "kinds/follower_database/kind.hpp"
#include "kinds/follower_database/takers.hpp"
#include "kube/api_client.hpp"
#include "kube/bearer_transport.hpp"
#include "kube/event_recorder.hpp"
#include "kube/kube_config.hpp"
#include "operator/clients.hpp"
#include "operator/election_rig.hpp"
#include "operator/observers.hpp"
#include "operator/own_identity.hpp"
#include "operator/provider_rig.hpp"
#include "operator/samples.hpp"
#include "operator/sessions.hpp"
#include "runtime/change.hpp"
#include "runtime/controller.hpp"
#include "runtime/finalizer.hpp"
#include "runtime/secret_reader.hpp"
#include "runtime/status_writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace adxf::app {
namespace {

using follower_database::FollowerDatabase;

constexpr std::string_view kController = "followerdatabase";
constexpr int kObserverThreads = 4;

/// This installation's name in Azure: as configured, else the first eight digits of kube-system's
/// UID.
Result<std::string> InstanceName(Config const& config, kube::KubeApi& api, Clock& clock) {
  if (!config.instance.empty()) return config.instance;
  kube::ResourceType const namespaces{
      .group = "", .version = "v1", .plural = "namespaces", .kind = "Namespace"};
  auto const found = api.Get(namespaces, {.name = "kube-system"},
                             {.deadline = clock.Steady() + std::chrono::seconds(30)});
  if (!found)
    return std::unexpected(found.error().Because(
        "reading the namespace kube-system for this installation's name (or set --instance)"));
  auto const uid = (*found)["metadata"].value("uid", "");
  return uid.substr(0, std::min<std::size_t>(8, uid.size()));
}

}  // namespace

/// Members in order of dependence; destroyed from the last to the first.
struct App::Parts {
  Parts(Config const& config, std::unique_ptr<RealClock> real_clock,
        kube::ClusterAccess cluster_access, azure_access::IdentityOptions identity_options,
        runtime::LeaderGate::Lost lost, Log log_to)
      : log(std::move(log_to)),
        owned_clock(std::move(real_clock)),
        clock(*owned_clock),
        access(std::move(cluster_access)),
        identity(ProcessIdentity(random)),
        metrics(clock, {.version = ADXF_VERSION, .revision = "", .compiler = __VERSION__},
                static_cast<std::size_t>(config.metrics_max_series)),
        cloud(CloudOf(config)),
        gate(GateTermsOf(config.election), clock, std::move(lost)),
        kube_wire(Fenced(KubeClient(access, identity), config)),
        kube_fence(kube_wire, FenceOf(config)),
        kube_log(kube_fence, log, clock),
        kube_auth(kube_log, *access.tokens),
        kube_retry(kube_auth, clock, random),
        kube_metrics(kube_retry, metrics, clock),
        api(kube_metrics, access.server_url),
        stream_wire(KubeClient(access, identity)),
        stream_auth(stream_wire, *access.tokens),
        stream_metrics(stream_auth, metrics, clock),
        azure_wire(Fenced(AzureClient(config, identity), config)),
        azure_fence(azure_wire, FenceOf(config)),
        direct_wire(DirectAzureClient(config, identity)),
        sessions({.wire = azure_fence,
                  .direct = direct_wire,
                  .cloud = cloud,
                  .metrics = metrics,
                  .buckets = buckets,
                  .clock = clock,
                  .random = random,
                  .log = log,
                  .change_timeout = ChangeTimeout(config.election)}),
        secrets(api),
        identities(secrets, sessions, std::move(identity_options), clock),
        events({}, api, clock, random, log),
        statuses(api),
        finalizers(api, follower_database::ResourceTypeOfKind(),
                   std::string(follower_database::kFinalizer), clock),
        queue_metrics(metrics, std::string(kController)),
        store(config.namespaces),
        queue({}, clock, random, queue_metrics),
        slots([this](std::string const& holder) { WakeHolder(holder); }),
        relay(),
        pool({.tick = config.azure.tick,
              .quick_min = config.azure.operation_tick_min,
              .quick_max = config.azure.operation_tick_max,
              .latency = config.azure.follower_latency_interval},
             clock, random, log, relay),
        pace{.poll_min = config.azure.operation_tick_min,
             .poll_max = config.azure.operation_tick_max,
             .tick = config.azure.tick,
             .secret_refresh = config.secret_refresh,
             .patience = config.azure.patience} {}

  [[nodiscard]] Fence& FenceOf(Config const& config) {
    return config.election.is_enabled ? static_cast<Fence&>(gate) : only_one;
  }

  /// Null: nobody is elected.
  [[nodiscard]] runtime::ReadyLatch const* LeadsOf(Config const& config) const {
    return config.election.is_enabled ? &gate.Leads() : nullptr;
  }

  [[nodiscard]] http::ClientOptions Fenced(http::ClientOptions options, Config const& config) {
    options.fence = &FenceOf(config);
    return options;
  }

  void WakeHolder(std::string const& holder) {
    queue.Add(kube::ParseObjectKey(holder), runtime::kUserChange);
  }

  /// What a consumer in the same cluster needs of an Invitation.
  [[nodiscard]] std::optional<follower_database::SeenInvitationObject> FindInvitation(
      std::string const& name_space, std::string const& name) const;
  void WakeConsumers(runtime::Change<invitation::Invitation> const& change);

  void BuildKind(Config const& config, std::string const& instance);
  void BuildWatch(Config const& config);
  void BuildElection(Config const& config);
  [[nodiscard]] RigParts Rig(Config const& config);
  [[nodiscard]] bool IsReady() const { return store.Ready().IsOpen() && provider->IsReady(); }
  [[nodiscard]] http::ListenerReply Answer(std::string_view path) const;

  Log log;
  std::unique_ptr<RealClock> owned_clock;
  RealClock& clock;
  SystemRandom random;
  kube::ClusterAccess access;
  std::string const identity;  ///< Of this process.
  Metrics metrics;
  azure::Cloud cloud;
  runtime::LeaderGate gate;
  OpenFence only_one;
  http::BeastTransport kube_wire;
  http::FencedTransport kube_fence;
  http::LogTransport kube_log;
  kube::BearerTransport kube_auth;
  http::RetryTransport kube_retry;
  http::MetricsTransport kube_metrics;
  kube::ApiClient api;
  http::BeastStreamTransport stream_wire;
  kube::BearerStreamTransport stream_auth;
  http::MetricsStreamTransport stream_metrics;
  http::BeastTransport azure_wire;
  http::FencedTransport azure_fence;
  http::BeastTransport direct_wire;
  http::TokenBuckets buckets;
  LiveSessions sessions;
  runtime::KubeSecretReader secrets;
  azure_access::Identities identities;
  kube::EventRecorder events;
  runtime::StatusWriter statuses;
  runtime::Finalizers finalizers;
  QueueMetrics queue_metrics;
  runtime::Store<FollowerDatabase> store;
  runtime::WorkQueue queue;
  azure::WriteSlots slots;
  follower_database::LagBook lag;
  follower_database::Takers takers;
  ListenerRelay relay;
  azure::ObserverPool pool;
  kinds::Pace pace;
  std::unique_ptr<follower_database::Observation> observation;
  std::unique_ptr<follower_database::Executor> executor;
  std::unique_ptr<follower_database::FollowerDatabaseReconciler> reconciler;
  std::unique_ptr<ControllerMetrics> controller_metrics;
  std::unique_ptr<runtime::Controller> controller;
  std::unique_ptr<ObjectWatch<FollowerDatabase>> watch;
  std::unique_ptr<ProviderRig> provider;
  std::unique_ptr<http::Listener> listener;
  std::unique_ptr<ElectionRig> election;  ///< Null: this process is the only one.
};

RigParts App::Parts::Rig(Config const& config) {
  return {.api = api,
          .streams = stream_metrics,
          .server_url = access.server_url,
          .statuses = statuses,
          .events = events,
          .metrics = metrics,
          .clock = clock,
          .random = random,
          .log = log,
          .pace = pace,
          .leads = LeadsOf(config),
          .namespaces = config.namespaces};
}

std::optional<follower_database::SeenInvitationObject> App::Parts::FindInvitation(
    std::string const& name_space, std::string const& name) const {
  auto const object = provider->Invitations().Get({.ns = name_space, .name = name});
  if (!object) return std::nullopt;
  return follower_database::SeenInvitationObject{.id = object->status.invitation_id,
                                                 .location = object->status.location};
}

/// An Invitation that is sent, or answered, is news to who takes it.
void App::Parts::WakeConsumers(runtime::Change<invitation::Invitation> const& change) {
  for (auto const& key : takers.Of(change.key)) queue.Add(key, runtime::kUserChange);
}

void App::Parts::BuildKind(Config const& config, std::string const& instance) {
  observation = std::make_unique<follower_database::Observation>(
      identities, pool,
      follower_database::ObserveOptions{
          .instance = instance,
          .schema_patience = config.azure.patience,
          .probe_interval = config.probe_interval,
          .reads_latency_always = config.azure.follower_latency_always,
          .pace = pace,
          .find_invitation = [this](auto const& name_space,
                                    auto const& name) { return FindInvitation(name_space, name); }},
      clock);
  executor = std::make_unique<follower_database::Executor>(
      follower_database::Executor::Parts{.kube = api,
                                         .finalizers = finalizers,
                                         .statuses = statuses,
                                         .slots = slots,
                                         .pool = pool,
                                         .identities = identities,
                                         .clock = clock,
                                         .pace = pace});
  reconciler = std::make_unique<follower_database::FollowerDatabaseReconciler>(
      follower_database::FollowerDatabaseReconciler::Parts{.store = store,
                                                           .queue = queue,
                                                           .observation = *observation,
                                                           .executor = *executor,
                                                           .statuses = statuses,
                                                           .pool = pool,
                                                           .slots = slots,
                                                           .events = events,
                                                           .lag = lag,
                                                           .metrics = metrics,
                                                           .clock = clock,
                                                           .log = log,
                                                           .pace = pace});
  relay.SetTarget(*reconciler);
  provider = std::make_unique<ProviderRig>(Rig(config), identities, instance,
                                           [this](auto const& change) { WakeConsumers(change); });
  controller_metrics = std::make_unique<ControllerMetrics>(metrics, std::string(kController));
  metrics.RegisterController(kController, config.workers);
  controller = std::make_unique<runtime::Controller>(
      runtime::ControllerOptions{.name = std::string(kController),
                                 .kind = std::string(follower_database::kKind),
                                 .workers = config.workers},
      runtime::ControllerParts{.reconciler = *reconciler,
                               .queue = queue,
                               .caches = {&store.Ready(), &provider->Invitations().Ready()},
                               .leads = LeadsOf(config),
                               .clock = clock,
                               .random = random,
                               .observer = *controller_metrics,
                               .log = log});
}

void App::Parts::BuildWatch(Config const& config) {
  watch = std::make_unique<ObjectWatch<FollowerDatabase>>(
      Rig(config), follower_database::ResourceTypeOfKind(), store,
      follower_database::DecodeFollowerDatabase,
      [this](runtime::Change<FollowerDatabase> const& change) {
        reconciler->NoteChange(change);
        takers.Note(change);
        if (auto const priority = runtime::PriorityOf(change)) queue.Add(change.key, *priority);
      },
      finalizers);
  // Where there are too many series those of the last are left out: the many must not hide the few.
  // A standby would tell of every object once more, and knows of no lag.
  auto const* const leads = LeadsOf(config);
  metrics.AddSampler([this, leads](SampleSink& out) {
    if (leads != nullptr && !leads->IsOpen()) return;
    ProviderSamples(provider->Shares(), provider->Invitations(), out);
    ObjectSamples(store, lag, clock.Now(), out);
  });
}

void App::Parts::BuildElection(Config const& config) {
  if (!config.election.is_enabled) return;
  election = std::make_unique<ElectionRig>(
      config.election, ElectionRigParts{.tokens = *access.tokens,
                                        .wire = KubeClient(access, identity),
                                        .watch = KubeClient(access, identity),
                                        .server_url = access.server_url,
                                        .default_namespace = access.default_namespace,
                                        .identity = identity,
                                        .gate = gate,
                                        .metrics = metrics,
                                        .clock = clock,
                                        .random = random,
                                        .log = log});
}

http::ListenerReply App::Parts::Answer(std::string_view path) const {
  if (path == "/healthz") return {.body = "ok\n"};
  if (path == "/readyz")
    return IsReady() ? http::ListenerReply{.body = "ok\n"}
                     : http::ListenerReply{.status = 503,
                                           .body = "the first list of some kind has not arrived\n"};
  if (path == "/metrics")
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
            .slow_body = [this] { return metrics.RenderPieces(); }};
  return {.status = 404, .body = "not found\n"};
}

Result<std::unique_ptr<App>> App::Make(Config const& config, Log const& log, LostLease lost_lease) {
  TRY_ASSIGN(auto identity_options, IdentitiesOf(config));
  auto clock = std::make_unique<RealClock>();
  TRY_ASSIGN(auto access,
             kube::LoadAccess({.kubeconfig_path = config.kubeconfig, .context = config.context},
                              {.clock = *clock}));
  auto parts = std::make_unique<Parts>(config, std::move(clock), std::move(access),
                                       std::move(identity_options), std::move(lost_lease), log);
  TRY_ASSIGN(auto const instance, InstanceName(config, parts->api, parts->clock));
  parts->BuildKind(config, instance);
  parts->BuildWatch(config);
  parts->BuildElection(config);
  auto* const raw = parts.get();
  TRY_ASSIGN(parts->listener,
             http::Listener::Open(config.metrics_address, config.metrics_port,
                                  [raw](std::string_view path) { return raw->Answer(path); }));
  log.Info("wired", {kv("instance", instance), kv("api_server", parts->access.server_url),
                     kv("metrics_port", parts->listener->Port())});
  return std::unique_ptr<App>(new App(std::move(parts)));
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

App::~App() { Stop(); }

void App::Start() {
  parts_->events.Start();
  parts_->pool.Start(kObserverThreads);
  parts_->controller->Start();
  parts_->watch->Start();
  parts_->provider->Start();
  if (parts_->election) parts_->election->Start();
}

void App::Stop() {
  parts_->watch->Stop();
  parts_->controller->BeginStop();
  parts_->provider->BeginStop();
  parts_->controller->Stop();
  parts_->provider->Stop();
  parts_->pool.Stop();
  parts_->events.Stop();
  if (parts_->election) parts_->election->Stop();
}

int App::MetricsPort() const { return parts_->listener->Port(); }

}  // namespace adxf::app
