#include "emulator/arm/principals.hpp"

#include "emulator/arm/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ranges>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

WireReply DatabaseAbsent(Context const& context) {
  return NotFound("Microsoft.Kusto/clusters/databases",
                  context.cluster->name + "/" + context.Param("database"),
                  context.cluster->resource_group);
}

bool HasDatabase(Context const& context) {
  auto const& name = context.Param("database");
  return name.empty() || context.cluster->databases.contains(name) ||
         context.cluster->followed.contains(name);
}

/// Changes the grants of a database in place; those of a follower show after the schema refresh.
template <class Change>
void ChangeGrants(Estate& estate, Cluster& cluster, std::string_view database, Change change) {
  if (auto const own = cluster.databases.find(database); own != cluster.databases.end()) {
    change(own->second.grants);
    own->second.Bump(estate.Now());
    return;
  }
  auto const followed = cluster.followed.find(database);
  if (followed == cluster.followed.end()) return;
  auto overrides = followed->second.overrides.Latest();
  change(overrides.grants);
  followed->second.overrides.Set(std::move(overrides),
                                 estate.Now() + estate.settings.schema_refresh);
}

json GrantJson(Estate const& estate, Grant const& grant) {
  auto const* const entry = FindEntry(estate, grant.principal.object_id);
  auto const* const tenant = FindTenant(estate, grant.principal.tenant_id);
  return {{"role", ToString(grant.role)},
          {"name", grant.principal.display_name},
          {"type", ToString(grant.principal.kind)},
          {"fqn", grant.principal.Fqn()},
          {"email", entry == nullptr ? "" : entry->mail},
          {"appId", grant.principal.app_id},
          {"tenantName", tenant == nullptr ? "" : tenant->display_name}};
}

json GrantsJson(Context const& context, std::vector<Grant> const& grants) {
  auto value = json::array();
  for (auto const& grant : grants) value.push_back(GrantJson(context.estate, grant));
  return {{"value", std::move(value)}};
}

/// The grants that overrides or the database itself will have, delayed or not.
std::vector<Grant> OwnGrants(Cluster const& cluster, std::string_view database) {
  if (auto const own = cluster.databases.find(database); own != cluster.databases.end())
    return own->second.grants;
  auto const followed = cluster.followed.find(database);
  return followed == cluster.followed.end() ? std::vector<Grant>{}
                                            : followed->second.overrides.Latest().grants;
}

/// "aadgroup=x;tenant" -> x and tenant.
struct Named {
  std::string who{};
  std::string tenant{};
};
Named FromFqn(std::string const& fqn) {
  auto const equals = fqn.find('=');
  auto const rest = equals == std::string::npos ? fqn : fqn.substr(equals + 1);
  auto const semicolon = rest.find(';');
  return {rest.substr(0, semicolon),
          semicolon == std::string::npos ? "" : rest.substr(semicolon + 1)};
}

std::expected<Grant, ServiceError> ParseGrant(Context const& context, json const& item) {
  auto const bad = [](std::string message) {
    return std::unexpected(ServiceError{400, "BadRequest", "[BadRequest] " + std::move(message)});
  };
  auto const role = ParseDatabaseRole(Text(item, "role"));
  auto const kind = ParsePrincipalKind(Text(item, "type"));
  if (!role) return bad(fmt::format("Role '{}' is not valid.", Text(item, "role")));
  if (!kind) return bad(fmt::format("Principal type '{}' is not valid.", Text(item, "type")));
  auto named = FromFqn(Text(item, "fqn"));
  if (named.who.empty())
    named.who = *kind == PrincipalKind::kApp ? Text(item, "appId") : Text(item, "email");
  if (named.who.empty()) named.who = Text(item, "name");
  auto const* const entry = ResolveDirectory(context.estate, kind, named.who, named.tenant);
  if (entry == nullptr) return bad(fmt::format("Principal '{}' could not be resolved.", named.who));
  return Grant{.role = *role, .principal = ToPrincipal(*entry)};
}

std::expected<std::vector<Grant>, WireReply> ParseGrants(Context const& context) {
  auto const body = JsonBody(context);
  if (!body) return std::unexpected(body.error());
  auto const value = body->find("value");
  if (value == body->end() || !value->is_array())
    return std::unexpected(ErrorReply(400, "BadRequest", "[BadRequest] 'value' is required."));
  std::vector<Grant> grants;
  for (auto const& item : *value) {
    auto grant = ParseGrant(context, item);
    if (!grant) return std::unexpected(ErrorReply(grant.error()));
    grants.push_back(std::move(*grant));
  }
  return grants;
}

bool IsSameGrant(Grant const& a, Grant const& b) {
  return a.role == b.role && a.principal.object_id == b.principal.object_id;
}

void Add(std::vector<Grant>& grants, Grant const& grant) {
  if (std::ranges::none_of(grants, [&](auto const& g) { return IsSameGrant(g, grant); }))
    grants.push_back(grant);
}

void Remove(std::vector<Grant>& grants, Grant const& grant) {
  std::erase_if(grants, [&](auto const& g) { return IsSameGrant(g, grant); });
}

// ---- principalAssignments
// ------------------------------------------------------------------------------------------

/// Those of the database that the route names, or of the cluster.
ByName<PrincipalAssignment>& AssignmentsOf(Cluster& cluster, std::string const& database) {
  if (database.empty()) return cluster.principal_assignments;
  if (auto const own = cluster.databases.find(database); own != cluster.databases.end())
    return own->second.principal_assignments;
  return cluster.followed.find(database)->second.principal_assignments;
}

json AssignmentJson(Context const& context, PrincipalAssignment const& assignment) {
  auto const& database = context.Param("database");
  auto const& cluster = *context.cluster;
  auto const* const tenant = FindTenant(context.estate, assignment.principal.tenant_id);
  auto const parent = database.empty() ? "" : "/Databases/" + database;
  return {{"id", cluster.Id() + parent + "/PrincipalAssignments/" + assignment.name},
          {"name", cluster.name + "/" + (database.empty() ? "" : database + "/") + assignment.name},
          {"type", database.empty() ? "Microsoft.Kusto/Clusters/PrincipalAssignments"
                                    : "Microsoft.Kusto/Clusters/Databases/PrincipalAssignments"},
          {"properties",
           {{"principalId", assignment.principal_id},
            {"role", assignment.role},
            {"principalType", assignment.principal_type},
            {"tenantId", assignment.principal.tenant_id},
            {"tenantName", tenant == nullptr ? "" : tenant->display_name},
            {"principalName", assignment.principal.display_name},
            {"aadObjectId", assignment.principal.object_id},
            {"provisioningState", assignment.provisioning_state}}}};
}

std::expected<PrincipalAssignment, ServiceError> ParseAssignment(Context const& context,
                                                                 json const& body) {
  auto const bad = [](std::string message) {
    return std::unexpected(ServiceError{400, "BadRequest", "[BadRequest] " + std::move(message)});
  };
  auto const found = body.find("properties");
  auto const& properties = found == body.end() ? json::object() : *found;
  PrincipalAssignment assignment{.name = context.Param("assignment"),
                                 .principal_id = Text(properties, "principalId"),
                                 .principal_type = Text(properties, "principalType"),
                                 .role = Text(properties, "role"),
                                 .tenant_id = Text(properties, "tenantId")};
  if (assignment.principal_id.empty()) return bad("Property 'principalId' is required.");
  auto const kind = ParsePrincipalKind(assignment.principal_type);
  if (!kind) return bad("Property 'principalType' must be App, Group or User.");
  bool const role_fits = context.Param("database").empty()
                             ? ParseClusterRole(assignment.role).has_value()
                             : ParseDatabaseRole(assignment.role).has_value();
  if (!role_fits) return bad(fmt::format("Role '{}' is not valid.", assignment.role));
  auto const* const entry =
      ResolveDirectory(context.estate, kind, assignment.principal_id, assignment.tenant_id);
  if (entry == nullptr)
    return bad(fmt::format("Principal '{}' could not be resolved.", assignment.principal_id));
  assignment.principal = ToPrincipal(*entry);
  return assignment;
}

void Enforce(Estate& estate, Cluster& cluster, std::string const& database,
             PrincipalAssignment const& assignment) {
  if (database.empty()) {
    cluster.grants.push_back(
        {.role = *ParseClusterRole(assignment.role), .principal = assignment.principal});
    return;
  }
  ChangeGrants(estate, cluster, database, [&](auto& grants) {
    Add(grants, {.role = *ParseDatabaseRole(assignment.role), .principal = assignment.principal});
  });
}

void Withdraw(Estate& estate, Cluster& cluster, std::string const& database,
              PrincipalAssignment const& assignment) {
  if (database.empty()) {
    std::erase_if(cluster.grants, [&](ClusterGrant const& grant) {
      return grant.role == ParseClusterRole(assignment.role) &&
             grant.principal.object_id == assignment.principal.object_id;
    });
    return;
  }
  ChangeGrants(estate, cluster, database, [&](auto& grants) {
    Remove(grants,
           {.role = *ParseDatabaseRole(assignment.role), .principal = assignment.principal});
  });
}

/// The database was there when the operation began; at its end it may be gone.
bool IsStillThere(Cluster const& cluster, std::string const& database) {
  return database.empty() || cluster.databases.contains(database) ||
         cluster.followed.contains(database);
}

}  // namespace

WireReply ListPrincipals(Context& context) {
  if (!HasDatabase(context)) return DatabaseAbsent(context);
  return JsonReply(200, GrantsJson(context, EffectiveGrants(context.estate, *context.cluster,
                                                            context.Param("database"))));
}

WireReply AddPrincipals(Context& context) {
  if (!HasDatabase(context)) return DatabaseAbsent(context);
  auto const wanted = ParseGrants(context);
  if (!wanted) return wanted.error();
  ChangeGrants(context.estate, *context.cluster, context.Param("database"), [&](auto& grants) {
    for (auto const& grant : *wanted) Add(grants, grant);
  });
  auto reply =
      JsonReply(200, GrantsJson(context, OwnGrants(*context.cluster, context.Param("database"))));
  reply.was_accepted = true;
  return reply;
}

WireReply RemovePrincipals(Context& context) {
  if (!HasDatabase(context)) return DatabaseAbsent(context);
  auto const unwanted = ParseGrants(context);
  if (!unwanted) return unwanted.error();
  ChangeGrants(context.estate, *context.cluster, context.Param("database"), [&](auto& grants) {
    for (auto const& grant : *unwanted) Remove(grants, grant);
  });
  auto reply =
      JsonReply(200, GrantsJson(context, OwnGrants(*context.cluster, context.Param("database"))));
  reply.was_accepted = true;
  return reply;
}

WireReply ListAssignments(Context& context) {
  if (!HasDatabase(context)) return DatabaseAbsent(context);
  auto value = json::array();
  for (auto const& assignment :
       AssignmentsOf(*context.cluster, context.Param("database")) | std::views::values) {
    value.push_back(AssignmentJson(context, assignment));
  }
  return JsonReply(200, {{"value", std::move(value)}});
}

WireReply GetAssignment(Context& context) {
  if (!HasDatabase(context)) return DatabaseAbsent(context);
  auto const& assignments = AssignmentsOf(*context.cluster, context.Param("database"));
  auto const found = assignments.find(context.Param("assignment"));
  if (found != assignments.end()) return JsonReply(200, AssignmentJson(context, found->second));
  return NotFound("Microsoft.Kusto/clusters/principalAssignments",
                  context.cluster->name + "/" + context.Param("assignment"),
                  context.cluster->resource_group);
}

WireReply PutAssignment(Context& context) {
  if (!HasDatabase(context)) return DatabaseAbsent(context);
  auto const body = JsonBody(context);
  if (!body) return body.error();
  auto wanted = ParseAssignment(context, *body);
  if (!wanted) return ErrorReply(wanted.error());
  auto& cluster = *context.cluster;
  auto const database = context.Param("database");
  auto& assignments = AssignmentsOf(cluster, database);
  bool const exists = assignments.contains(wanted->name);
  if (auto error = WriteRefusal(context.estate, cluster)) return ErrorReply(*error);
  wanted->provisioning_state = exists ? "Running" : "Creating";
  auto reply = JsonReply(exists ? 200 : 201, AssignmentJson(context, *wanted));
  if (!exists) assignments.emplace(wanted->name, *wanted);
  auto finish = [key = cluster.Key(), database,
                 want = *wanted](Estate& estate) mutable -> std::optional<ServiceError> {
    auto* const target = FindCluster(estate, key);
    if (target == nullptr || !IsStillThere(*target, database))
      return ServiceError{404, "ResourceNotFound", "[NotFound] The database is gone."};
    auto& kept = AssignmentsOf(*target, database);
    if (auto const old = kept.find(want.name);
        old != kept.end() && old->second.provisioning_state == "Succeeded") {
      Withdraw(estate, *target, database, old->second);
    }
    want.provisioning_state = "Succeeded";
    kept.insert_or_assign(want.name, want);
    Enforce(estate, *target, database, want);
    return std::nullopt;
  };
  StartOperation(
      context, cluster,
      {.kind = database.empty() ? "ServicePrincipalAssignmentsAdd" : "DatabaseAddPrincipals",
       .location = DisplayLocation(context.estate, cluster.location),
       .finish = finish},
      reply);
  return reply;
}

WireReply DeleteAssignment(Context& context) {
  if (!HasDatabase(context)) return DatabaseAbsent(context);
  auto& cluster = *context.cluster;
  auto const database = context.Param("database");
  WireReply reply;
  if (!AssignmentsOf(cluster, database).contains(context.Param("assignment"))) {
    reply.status = 204;
    return reply;
  }
  if (auto error = WriteRefusal(context.estate, cluster)) return ErrorReply(*error);
  reply.status = 202;
  auto finish = [key = cluster.Key(), database, name = context.Param("assignment")](
                    Estate& estate) -> std::optional<ServiceError> {
    auto* const target = FindCluster(estate, key);
    if (target == nullptr || !IsStillThere(*target, database)) return std::nullopt;
    auto& kept = AssignmentsOf(*target, database);
    auto const old = kept.find(name);
    if (old == kept.end()) return std::nullopt;
    Withdraw(estate, *target, database, old->second);
    kept.erase(old);
    return std::nullopt;
  };
  StartOperation(
      context, cluster,
      {.kind = database.empty() ? "ServicePrincipalAssignmentsDrop" : "DatabaseDropPrincipals",
       .location = DisplayLocation(context.estate, cluster.location),
       .finish = finish},
      reply);
  return reply;
}

}  // namespace adxf::emulator::arm
