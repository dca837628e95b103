#include "emulator/side_door.hpp"

#include "emulator/datashare/dump.hpp"
#include "emulator/dump.hpp"
#include "emulator/entra/certificates.hpp"
#include "emulator/state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace adxf::emulator {

namespace {

using nlohmann::json;
using Parts = std::vector<std::string>;

constexpr std::uint64_t kBytesPerRow = 128;

/// Wrong input of the side door; becomes a 400 that names the member.
struct BadInput {
  std::string message{};
};

WireReply Refused(int status, std::string const& message) {
  return JsonReply(status, {{"error", message}});
}

template <class T>
std::optional<T> Member(json const& body, char const* name) {
  auto const found = body.find(name);
  if (found == body.end() || found->is_null()) return std::nullopt;
  try {
    return found->get<T>();
  } catch (json::exception const&) {
    throw BadInput{fmt::format("'{}' has the wrong type", name)};
  }
}

std::optional<std::chrono::milliseconds> Millis(json const& body, char const* name) {
  auto const count = Member<std::int64_t>(body, name);
  return count ? std::optional(std::chrono::milliseconds(*count)) : std::nullopt;
}

template <class T, class From>
void Put(std::optional<From> const& value, T& target) {
  if (value) target = T(*value);
}

std::optional<std::regex> Pattern(std::string const& text, char const* name) {
  if (text.empty()) return std::nullopt;
  try {
    return std::regex(text, std::regex::ECMAScript | std::regex::icase);
  } catch (std::regex_error const&) {
    throw BadInput{fmt::format("'{}' is not a regular expression", name)};
  }
}

FaultAction ActionOf(std::string const& text) {
  static std::map<std::string, FaultAction> const kActions{{"status", FaultAction::kStatus},
                                                           {"delay", FaultAction::kDelay},
                                                           {"dropBefore", FaultAction::kDropBefore},
                                                           {"dropAfter", FaultAction::kDropAfter},
                                                           {"malformed", FaultAction::kMalformed}};
  auto const found = kActions.find(text);
  if (found == kActions.end())
    throw BadInput{"'action' must be status, delay, dropBefore, dropAfter or malformed"};
  return found->second;
}

Fault ParseFault(Estate& estate, json const& body) {
  Fault fault;
  fault.id = Member<std::string>(body, "id").value_or(estate.NewGuid());
  Put(Member<std::string>(body, "service"), fault.service);
  Put(Member<std::string>(body, "method"), fault.method);
  Put(Member<std::string>(body, "cluster"), fault.cluster);
  Put(Member<std::string>(body, "path"), fault.path_text);
  Put(Member<std::string>(body, "command"), fault.command_text);
  fault.path = Pattern(fault.path_text, "path");
  fault.command = Pattern(fault.command_text, "command");
  Put(Member<std::uint64_t>(body, "skip"), fault.skip);
  fault.count = Member<std::uint64_t>(body, "count");
  fault.action = ActionOf(Member<std::string>(body, "action").value_or("status"));
  Put(Member<int>(body, "status"), fault.status);
  Put(Millis(body, "delayMs"), fault.delay);
  if (auto const text = body.find("body"); text != body.end())
    fault.body = text->is_string() ? text->get<std::string>() : text->dump();
  Put(Member<std::map<std::string, std::string>>(body, "headers"), fault.headers);
  return fault;
}

WireReply Calls(Estate& estate, WireRequest const& request) {
  if (request.method == "DELETE") {
    estate.calls.Clear();
    return JsonReply(200, {{"last", estate.calls.Last()}});
  }
  std::uint64_t since = 0;
  auto const text = request.Parameter("since");
  std::from_chars(text.data(), text.data() + text.size(), since);
  auto list = json::array();
  for (auto const& call : estate.calls.All()) {
    if (call.number > since) list.push_back(CallJson(call));
  }
  return JsonReply(200, {{"calls", std::move(list)}, {"last", estate.calls.Last()}});
}

WireReply FaultRules(Estate& estate, WireRequest const& request, Parts const& parts,
                     json const& body) {
  if (request.method == "DELETE") {
    if (parts.size() < 3) estate.faults.Clear();
    if (parts.size() >= 3 && !estate.faults.Remove(parts.at(2)))
      return Refused(404, "no such fault");
    return JsonReply(200, json::object());
  }
  if (request.method == "POST") {
    auto fault = ParseFault(estate, body);
    auto const id = fault.id;
    estate.faults.Add(std::move(fault));
    return JsonReply(201, {{"id", id}});
  }
  auto list = json::array();
  for (auto const& fault : estate.faults.All()) list.push_back(FaultJson(fault));
  return JsonReply(200, {{"faults", std::move(list)}});
}

WireReply MoveClock(Estate& estate, json const& body) {
  auto const seconds = Member<double>(body, "advanceSeconds").value_or(0);
  if (seconds < 0) throw BadInput{"'advanceSeconds' must not be negative"};
  estate.clock.Advance(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
  Settle(estate);
  return JsonReply(200, {{"now", Iso8601(estate.Now())}});
}

void PutBucket(json const& throttle, char const* name, BucketSize& size) {
  auto const found = throttle.find(name);
  if (found == throttle.end()) return;
  if (auto const capacity = Member<double>(*found, "capacity")) size.capacity = *capacity;
  if (auto const rate = Member<double>(*found, "perSecond")) size.per_second = *rate;
}

MaintenanceMode ModeOf(std::string const& text) {
  if (text == "conflict") return MaintenanceMode::kConflictAtOnce;
  if (text == "failOperation") return MaintenanceMode::kFailOperation;
  throw BadInput{"'maintenance' must be conflict or failOperation"};
}

WireReply ChangeSettings(Estate& estate, WireRequest const& request, json const& body) {
  if (request.method == "GET") return JsonReply(200, SettingsJson(estate));
  auto settings = estate.settings;
  Put(Millis(body, "schemaRefreshMs"), settings.schema_refresh);
  Put(Millis(body, "operationDurationMs"), settings.operation_duration);
  Put(Millis(body, "lagMs"), settings.lag);
  Put(Member<bool>(body, "ownVersions"), settings.own_versions);
  Put(Member<bool>(body, "barePrincipals"), settings.bare_principals);
  Put(Member<bool>(body, "throttleWithRetryAfter"), settings.throttle_with_retry_after);
  Put(Member<std::size_t>(body, "maxAttachments"), settings.max_attachments);
  Put(Member<std::size_t>(body, "maxFollowers"), settings.max_followers);
  Put(Millis(body, "roleAssignmentDelayMs"), settings.role_assignment_delay);
  Put(Member<bool>(body, "transientFailures"), settings.transient_failures);
  Put(Member<std::size_t>(body, "maxInvitations"), settings.max_invitations);
  Put(Member<std::size_t>(body, "dataSharePageSize"), settings.data_share_page_size);
  Put(Millis(body, "metricsDelayMs"), settings.metrics_delay);
  Put(Member<std::int64_t>(body, "tokenLifetimeSeconds"), settings.token_lifetime);
  Put(Member<bool>(body, "singleUseAssertions"), settings.single_use_assertions);
  if (auto const mode = Member<std::string>(body, "maintenance"))
    settings.maintenance = ModeOf(*mode);
  if (auto const names = Member<std::map<std::string, std::string>>(body, "regionNames")) {
    for (auto const& [key, name] : *names) settings.region_names[key] = name;
  }
  if (body.contains("retryAfterSeconds")) {
    auto const seconds = Member<std::int64_t>(body, "retryAfterSeconds");
    settings.retry_after = seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
  }
  if (auto const throttle = body.find("throttle");
      throttle != body.end() && throttle->is_object()) {
    PutBucket(*throttle, "reads", settings.reads);
    PutBucket(*throttle, "writes", settings.writes);
    PutBucket(*throttle, "deletes", settings.deletes);
    PutBucket(*throttle, "clusterReads", settings.cluster_reads);
    PutBucket(*throttle, "clusterWrites", settings.cluster_writes);
    estate.buckets.clear();
  }
  estate.settings = std::move(settings);
  return JsonReply(200, SettingsJson(estate));
}

WireReply Ingest(Estate& estate, json const& body) {
  auto* const cluster = FindCluster(estate, Member<std::string>(body, "cluster").value_or(""));
  if (cluster == nullptr) return Refused(404, "'cluster' is not known");
  auto const database = cluster->databases.find(Member<std::string>(body, "database").value_or(""));
  if (database == cluster->databases.end()) return Refused(404, "'database' is not known");
  auto const table = database->second.tables.find(Member<std::string>(body, "table").value_or(""));
  if (table == database->second.tables.end()) return Refused(404, "'table' is not known");
  auto const rows = Member<std::uint64_t>(body, "rows").value_or(1);
  table->second.extents.push_back({.id = estate.NewGuid(),
                                   .created = estate.Now(),
                                   .rows = rows,
                                   .bytes = rows * kBytesPerRow});
  database->second.Bump(estate.Now());
  return JsonReply(200, {{"version", ToString(database->second.Latest())}});
}

/// null drops a database of the cluster's own; lag and suspension are those of one that it follows.
/// Returns whether there is such a database.
bool ChangeDatabase(Cluster& cluster, std::string const& name, json const& change) {
  if (change.is_null() && cluster.databases.erase(name) > 0) return true;
  auto const followed = cluster.followed.find(name);
  if (followed == cluster.followed.end()) return false;
  followed->second.lag = Millis(change, "lagMs");
  Put(Member<bool>(change, "suspended"), followed->second.is_suspended);
  return true;
}

WireReply ChangeCluster(Estate& estate, Parts const& parts, json const& body) {
  auto* const cluster = parts.size() < 3 ? nullptr : FindCluster(estate, parts.at(2));
  if (cluster == nullptr) return Refused(404, "no such cluster");
  if (auto const state = Member<std::string>(body, "state")) cluster->state = *state;
  if (body.contains("lagMs")) cluster->lag = Millis(body, "lagMs");
  if (body.contains("uri")) cluster->told_uri = Member<std::string>(body, "uri");
  if (auto const streaming = Member<bool>(body, "streamingIngest"))
    cluster->streaming_ingest = *streaming;
  auto const databases = body.value("databases", json::object());
  for (auto const& [name, value] : databases.items()) {
    if (!ChangeDatabase(*cluster, name, value))
      return Refused(404, fmt::format("'databases.{}' is not a followed database", name));
  }
  return JsonReply(200, {{"state", cluster->state}});
}

ClientCertificate CertificateOf(json const& item) {
  auto const certificate = entra::ReadCertificate(Member<std::string>(item, "pem").value_or(""));
  if (!certificate) throw BadInput{"'pem' holds no certificate"};
  return *certificate;
}

FederatedCredential FederatedOf(json const& item) {
  FederatedCredential credential;
  Put(Member<std::string>(item, "issuer"), credential.issuer);
  Put(Member<std::string>(item, "subject"), credential.subject);
  Put(Member<std::string>(item, "audience"), credential.audience);
  Put(Member<std::string>(item, "keys"), credential.keys);
  return credential;
}

/// What an application may prove itself with from now on; lists that are not given stay.
WireReply ChangeApplication(Estate& estate, Parts const& parts, json const& body) {
  auto const app = std::ranges::find_if(estate.applications, [&](Application const& it) {
    return parts.size() > 2 && SameName(it.client_id, parts.at(2));
  });
  if (app == estate.applications.end()) return Refused(404, "no such application");
  auto changed = *app;
  if (auto const values = Member<std::vector<std::string>>(body, "secrets")) {
    changed.secrets.clear();
    for (auto const& value : *values) changed.secrets.push_back({.value = value});
  }
  if (auto const items = Member<std::vector<json>>(body, "certificates")) {
    changed.certificates.clear();
    for (auto const& item : *items) changed.certificates.push_back(CertificateOf(item));
  }
  if (auto const items = Member<std::vector<json>>(body, "federated")) {
    changed.federated.clear();
    for (auto const& item : *items) changed.federated.push_back(FederatedOf(item));
  }
  *app = std::move(changed);
  return JsonReply(200, {{"secrets", app->secrets.size()},
                         {"certificates", app->certificates.size()},
                         {"federated", app->federated.size()}});
}

/// A Data Share account is blocked from making changes, or let again.
WireReply ChangeAccount(Estate& estate, json const& body) {
  auto& accounts = estate.data_share.accounts;
  auto const account = accounts.find(Member<std::string>(body, "id").value_or(""));
  if (account == accounts.end()) return Refused(404, "'id' names no Data Share account");
  Put(Member<bool>(body, "softBlocked"), account->second.is_soft_blocked);
  return JsonReply(200, {{"softBlocked", account->second.is_soft_blocked}});
}

/// Which resource providers a subscription may use.
WireReply ChangeSubscription(Estate& estate, Parts const& parts, json const& body) {
  auto const found =
      parts.size() < 3 ? estate.subscriptions.end() : estate.subscriptions.find(parts.at(2));
  if (found == estate.subscriptions.end()) return Refused(404, "no such subscription");
  auto& unregistered = found->second.unregistered;
  if (auto const names = Member<std::vector<std::string>>(body, "unregistered"))
    unregistered = {names->begin(), names->end()};
  return JsonReply(200, {{"unregistered", std::vector(unregistered.begin(), unregistered.end())}});
}

std::optional<WireReply> Show(Estate& estate, std::string const& what) {
  if (what == "state") return JsonReply(200, StateJson(estate));
  if (what == "clock") return JsonReply(200, {{"now", Iso8601(estate.Now())}});
  if (what == "mails") return JsonReply(200, datashare::MailsJson(estate));
  return std::nullopt;
}

std::optional<WireReply> Turn(Estate& estate, Parts const& parts, json const& body) {
  auto const& what = parts.at(1);
  if (what == "clock") return MoveClock(estate, body);
  if (what == "ingest") return Ingest(estate, body);
  if (what == "clusters") return ChangeCluster(estate, parts, body);
  if (what == "accounts") return ChangeAccount(estate, body);
  if (what == "subscriptions") return ChangeSubscription(estate, parts, body);
  if (what == "applications") return ChangeApplication(estate, parts, body);
  return std::nullopt;
}

WireReply Route(Estate& estate, WireRequest const& request, Parts const& parts, json const& body) {
  auto const what = parts.size() < 2 ? std::string{} : parts.at(1);
  bool const is_post = request.method == "POST";
  if (what == "calls" && !is_post) return Calls(estate, request);
  if (what == "faults") return FaultRules(estate, request, parts, body);
  if (what == "settings") return ChangeSettings(estate, request, body);
  std::optional<WireReply> reply;
  if (request.method == "GET") reply = Show(estate, what);
  if (is_post && !what.empty()) reply = Turn(estate, parts, body);
  return reply.value_or(Refused(404,
                                "the side door has calls, state, faults, clock, settings, ingest, "
                                "clusters, accounts, subscriptions, applications and mails"));
}

}  // namespace

bool IsSideDoorPath(std::string_view path) {
  return path == "/_emulator" || path.starts_with("/_emulator/");
}

WireReply HandleSideDoor(Estate& estate, WireRequest const& request) {
  auto const body =
      request.body.empty() ? json::object() : json::parse(request.body, nullptr, false);
  if (!body.is_object()) return Refused(400, "the body must be a JSON object");
  try {
    return Route(estate, request, PathParts(request.path), body);
  } catch (BadInput const& error) {
    return Refused(400, error.message);
  }
}

}  // namespace adxf::emulator
