#include "emulator/seed.hpp"

#include "emulator/datashare/seed.hpp"
#include "emulator/entra/certificates.hpp"
#include "emulator/seed_node.hpp"
#include "emulator/state.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace adxf::emulator {

namespace {

constexpr std::uint64_t kBytesPerRow = 128;

std::string TenantId(Estate const& estate, SeedNode const& node) {
  auto const* const tenant = FindTenant(estate, node.Required("tenant"));
  if (tenant == nullptr) node.Fail("tenant", "names no tenant of this seed");
  return tenant->id;
}

void LoadTenant(Estate& estate, SeedNode const& node) {
  Tenant tenant{.id = node.Guid("id"),
                .domain = node.Required("domain"),
                .display_name = node.Text("displayName")};
  if (tenant.display_name.empty()) tenant.display_name = tenant.domain;
  estate.tenants.emplace(tenant.id, tenant);
}

void LoadEntry(Estate& estate, SeedNode const& node) {
  auto const kind = ParsePrincipalKind(node.Required("kind"));
  if (!kind) node.Fail("kind", "must be user, group or app");
  estate.directory.push_back({.kind = *kind,
                              .object_id = node.Guid("objectId"),
                              .tenant_id = TenantId(estate, node),
                              .display_name = node.Text("displayName"),
                              .mail = node.Text("mail"),
                              .upn = node.Text("upn"),
                              .app_id = node.Text("appId"),
                              .members = node.Texts("members")});
}

void LoadApplication(Estate& estate, SeedNode const& node) {
  Application app{.tenant_id = TenantId(estate, node),
                  .client_id = node.Guid("clientId"),
                  .object_id = node.Guid("objectId"),
                  .display_name = node.Required("name"),
                  .is_managed_identity = node.Flag("managedIdentity", false),
                  .resource_id = node.Text("resourceId")};
  auto const mail = node.Text("mail");
  node.Each("secrets", [&](SeedNode const& item) {
    app.secrets.push_back({.value = item.Required("value"), .expires = item.Time("expires")});
  });
  node.Each("certificates", [&](SeedNode const& item) {
    auto const certificate = entra::ReadCertificate(item.Required("pem"));
    if (!certificate) item.Fail("pem", "holds no certificate");
    app.certificates.push_back(*certificate);
  });
  node.Each("federated", [&](SeedNode const& item) {
    FederatedCredential credential{.issuer = item.Required("issuer"),
                                   .subject = item.Required("subject"),
                                   .keys = item.Text("keys")};
    if (auto const audience = item.Text("audience"); !audience.empty())
      credential.audience = audience;
    app.federated.push_back(credential);
  });
  estate.directory.push_back({.kind = PrincipalKind::kApp,
                              .object_id = app.object_id,
                              .tenant_id = app.tenant_id,
                              .display_name = app.display_name,
                              .mail = mail,
                              .app_id = app.client_id});
  estate.applications.push_back(std::move(app));
}

void LoadSubscription(Estate& estate, SeedNode const& node) {
  Subscription subscription{.id = node.Guid("id"),
                            .tenant_id = TenantId(estate, node),
                            .display_name = node.Text("displayName")};
  node.EachMember("resourceGroups", [&](std::string const& name, std::string const& location) {
    subscription.resource_groups[name] = location;
  });
  for (auto const& provider : node.Texts("unregistered"))
    subscription.unregistered.insert(provider);
  estate.subscriptions.emplace(subscription.id, subscription);
}

DirectoryEntry const& Whom(Estate const& estate, SeedNode const& node) {
  auto const who = node.Required("principal");
  auto const* const entry = ResolveDirectory(estate, std::nullopt, who, "");
  if (entry == nullptr)
    node.Fail("principal", fmt::format("'{}' is nobody in this seed's directory", who));
  return *entry;
}

ArmRole RoleOf(SeedNode const& node) {
  auto const role = node.Required("role");
  if (role == "Reader") return ArmRole::kReader;
  if (role == "Contributor") return ArmRole::kContributor;
  if (role != "Owner") node.Fail("role", "must be Reader, Contributor or Owner");
  return ArmRole::kOwner;
}

void LoadRole(Estate& estate, SeedNode const& node) {
  auto const& entry = Whom(estate, node);
  estate.role_assignments.push_back(
      {.object_id = entry.object_id,
       .scope = node.Required("scope"),
       .role = RoleOf(node),
       .name = StableGuid("role-assignment", estate.role_assignments.size()),
       .kind = entry.kind,
       .created = estate.Now()});
}

std::optional<CachingPolicy> HotCache(SeedNode const& node) {
  auto const hot = node.Span("hotCache");
  return hot ? std::optional(CachingPolicy{.data_hot = *hot, .index_hot = *hot}) : std::nullopt;
}

void LoadTable(Estate& estate, Database& database, SeedNode const& node) {
  Table table{.name = node.Required("name"),
              .id = estate.NewGuid(),
              .created = database.created,
              .caching = HotCache(node)};
  node.EachMember("columns", [&](std::string const& name, std::string const& type) {
    table.columns.push_back({.name = name, .type = type});
  });
  if (auto const rows = node.Number("rows", 0); rows > 0) {
    table.extents.push_back({.id = estate.NewGuid(),
                             .created = database.created,
                             .rows = rows,
                             .bytes = rows * kBytesPerRow});
  }
  database.tables.emplace(table.name, std::move(table));
}

Version ParseVersion(SeedNode const& node) {
  auto const text = node.Text("version");
  Version version{1, 1};
  if (text.empty()) return version;
  char v = 0;
  char dot = 0;
  std::istringstream in(text);
  in >> v >> version.major >> dot >> version.minor;
  if (in.fail() || v != 'v' || dot != '.') node.Fail("version", "must look like v12.40");
  return version;
}

void LoadDatabase(Estate& estate, Cluster& cluster, SeedNode const& node) {
  Database database{.name = node.Required("name"),
                    .id = estate.NewGuid(),
                    .created = estate.Now() - std::chrono::hours(24),
                    .caching = HotCache(node),
                    .soft_delete = node.Span("softDelete")};
  node.Each("tables", [&](SeedNode const& item) { LoadTable(estate, database, item); });
  node.Each("materializedViews", [&](SeedNode const& item) {
    auto const name = item.Required("name");
    database.materialized_views[name] = {.name = name,
                                         .created = database.created,
                                         .source_table = item.Required("source"),
                                         .query = item.Text("query"),
                                         .caching = HotCache(item)};
  });
  node.Each("functions", [&](SeedNode const& item) {
    auto const name = item.Required("name");
    database.functions[name] = {
        .name = name, .created = database.created, .body = item.Text("body")};
  });
  node.Each("externalTables", [&](SeedNode const& item) {
    auto const name = item.Required("name");
    database.external_tables[name] = {.name = name,
                                      .created = database.created,
                                      .managed_identity = item.Text("managedIdentity")};
  });
  node.Each("grants", [&](SeedNode const& item) {
    auto const role = ParseDatabaseRole(item.Required("role"));
    if (!role) item.Fail("role", "is no database role");
    database.grants.push_back(
        {.role = *role, .principal = ToPrincipal(Whom(estate, item)), .notes = item.Text("notes")});
  });
  database.history.push_back({ParseVersion(node), database.created});
  if (!cluster.databases.emplace(database.name, database).second)
    node.Fail("name", "is used twice in this cluster");
}

void LoadCluster(Estate& estate, SeedNode const& node) {
  Cluster cluster{.name = node.Required("name"),
                  .subscription = node.Guid("subscription"),
                  .resource_group = node.Required("resourceGroup"),
                  .location = node.Required("location"),
                  .streaming_ingest = node.Flag("streamingIngest", false),
                  .customer_managed_key = node.Flag("customerManagedKey", false)};
  auto const subscription = estate.subscriptions.find(cluster.subscription);
  if (subscription == estate.subscriptions.end())
    node.Fail("subscription", "names no subscription of this seed");
  if (!subscription->second.resource_groups.contains(cluster.resource_group))
    node.Fail("resourceGroup", "is not in that subscription");
  cluster.tenant_id = subscription->second.tenant_id;
  if (auto const state = node.Text("state"); !state.empty()) cluster.state = state;
  if (node.Flag("systemIdentity", false)) cluster.identity_principal_id = estate.NewGuid();
  node.Each("userIdentities", [&](SeedNode const& item) {
    auto const id = item.Required("id");
    cluster.user_identities[id] = {
        .id = id, .principal_id = item.Guid("principalId"), .client_id = item.Guid("clientId")};
  });
  node.Each("grants", [&](SeedNode const& item) {
    auto const role = ParseClusterRole(item.Required("role"));
    if (!role) item.Fail("role", "is no cluster role");
    cluster.grants.push_back({.role = *role, .principal = ToPrincipal(Whom(estate, item))});
  });
  node.Each("databases", [&](SeedNode const& item) { LoadDatabase(estate, cluster, item); });
  auto const key = cluster.Key();
  if (!estate.clusters.emplace(key, std::move(cluster)).second) node.Fail("name", "is used twice");
}

void LoadSettings(Settings& settings, SeedNode const& node) {
  auto const millis = [&](char const* name, std::chrono::milliseconds now) {
    return std::chrono::milliseconds(node.Number(name, static_cast<std::uint64_t>(now.count())));
  };
  settings.schema_refresh = millis("schemaRefreshMs", settings.schema_refresh);
  settings.operation_duration = millis("operationDurationMs", settings.operation_duration);
  settings.lag = millis("lagMs", settings.lag);
  settings.own_versions = node.Flag("ownVersions", settings.own_versions);
  settings.bare_principals = node.Flag("barePrincipals", settings.bare_principals);
  settings.max_attachments = node.Number("maxAttachments", settings.max_attachments);
  settings.max_followers = node.Number("maxFollowers", settings.max_followers);
  settings.role_assignment_delay = millis("roleAssignmentDelayMs", settings.role_assignment_delay);
  settings.transient_failures = node.Flag("transientFailures", settings.transient_failures);
  settings.max_invitations = node.Number("maxInvitations", settings.max_invitations);
  settings.data_share_page_size = node.Number("dataSharePageSize", settings.data_share_page_size);
  settings.metrics_delay = millis("metricsDelayMs", settings.metrics_delay);
  node.EachMember("regionNames", [&](std::string const& name, std::string const& shown) {
    settings.region_names[name] = shown;
  });
}

void Load(Estate& estate, SeedNode const& root) {
  root.Only({"settings", "tenants", "directory", "applications", "subscriptions", "roleAssignments",
             "clusters", "dataShareAccounts"});
  if (auto const settings = root.Child("settings")) LoadSettings(estate.settings, *settings);
  root.Each("tenants", [&](SeedNode const& node) { LoadTenant(estate, node); });
  root.Each("directory", [&](SeedNode const& node) { LoadEntry(estate, node); });
  root.Each("applications", [&](SeedNode const& node) { LoadApplication(estate, node); });
  root.Each("subscriptions", [&](SeedNode const& node) { LoadSubscription(estate, node); });
  // Accounts come before roles, which their identities may be given.
  root.Each("dataShareAccounts",
            [&](SeedNode const& node) { datashare::LoadAccount(estate, node); });
  root.Each("roleAssignments", [&](SeedNode const& node) { LoadRole(estate, node); });
  root.Each("clusters", [&](SeedNode const& node) { LoadCluster(estate, node); });
  datashare::CheckSeed(estate);
}

}  // namespace

Result<void> LoadSeed(Estate& estate, std::string const& yaml) {
  try {
    Load(estate, SeedNode(YAML::Load(yaml), ""));
  } catch (SeedError const& error) {
    return Fail(Code::kInvalid, error.what());
  } catch (YAML::Exception const& error) {
    return Fail(Code::kInvalid, fmt::format("the seed is not valid YAML: {}", error.what()));
  }
  RefreshFollowed(estate);
  return {};
}

Result<void> LoadSeedFile(Estate& estate, std::filesystem::path const& file) {
  std::ifstream in(file);
  if (!in) return Fail(Code::kInvalid, fmt::format("cannot read the seed file {}", file.string()));
  std::stringstream text;
  text << in.rdbuf();
  return LoadSeed(estate, text.str());
}

}  // namespace adxf::emulator
