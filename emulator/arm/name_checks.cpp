#include "emulator/arm/name_checks.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

WireReply Available(std::string const& name) {
  return JsonReply(200, {{"nameAvailable", true}, {"name", name}, {"message", ""}});
}

WireReply Taken(std::string const& name, std::string_view what) {
  return JsonReply(
      200, {{"nameAvailable", false},
            {"name", name},
            {"message",
             fmt::format("Name '{}' with type {} is already taken. Please specify a different name",
                         name, what)},
            {"reason", "AlreadyExists"}});
}

WireReply Invalid(std::string const& name) {
  return JsonReply(200, {{"nameAvailable", false},
                         {"name", name},
                         {"message", fmt::format("Name '{}' is not valid.", name)},
                         {"reason", "Invalid"}});
}

struct Asked {
  std::string name{};
  std::string type{};
};

std::expected<Asked, WireReply> Question(Context const& context) {
  auto const body = JsonBody(context);
  if (!body) return std::unexpected(body.error());
  Asked asked{Text(*body, "name"), Text(*body, "type")};
  if (asked.name.empty() || asked.type.empty()) {
    return std::unexpected(
        ErrorReply(400, "BadRequest", "[BadRequest] 'name' and 'type' are required."));
  }
  return asked;
}

WireReply UnknownType(Asked const& asked) {
  return ErrorReply(400, "BadRequest",
                    fmt::format("[BadRequest] Type '{}' is not supported here.", asked.type));
}

constexpr std::string_view kAttachmentType =
    "Microsoft.Kusto/clusters/attachedDatabaseConfigurations";

WireReply CheckAssignment(Context const& context, std::string_view type,
                          ByName<PrincipalAssignment> const& assignments) {
  auto const asked = Question(context);
  if (!asked) return asked.error();
  if (!SameName(asked->type, type)) return UnknownType(*asked);
  return assignments.contains(asked->name) ? Taken(asked->name, "PrincipalAssignment")
                                           : Available(asked->name);
}

}  // namespace

WireReply CheckClusterName(Context& context) {
  auto const asked = Question(context);
  if (!asked) return asked.error();
  if (!SameName(asked->type, "Microsoft.Kusto/clusters")) return UnknownType(*asked);
  if (asked->name.size() < 4 || asked->name.size() > 22) return Invalid(asked->name);
  return context.estate.clusters.contains(asked->name) ? Taken(asked->name, "Cluster")
                                                       : Available(asked->name);
}

WireReply CheckDatabaseName(Context& context) {
  auto const asked = Question(context);
  if (!asked) return asked.error();
  auto const& cluster = *context.cluster;
  if (SameName(asked->type, kAttachmentType)) {
    return cluster.attachments.contains(asked->name)
               ? Taken(asked->name, "AttachedDatabaseConfiguration")
               : Available(asked->name);
  }
  if (!SameName(asked->type, "Microsoft.Kusto/clusters/databases")) return UnknownType(*asked);
  bool const is_taken =
      cluster.databases.contains(asked->name) || cluster.followed.contains(asked->name);
  return is_taken ? Taken(asked->name, "Database") : Available(asked->name);
}

WireReply CheckAttachmentName(Context& context) {
  auto const asked = Question(context);
  if (!asked) return asked.error();
  if (!SameName(asked->type, kAttachmentType)) return UnknownType(*asked);
  return context.cluster->attachments.contains(asked->name)
             ? Taken(asked->name, "AttachedDatabaseConfiguration")
             : Available(asked->name);
}

WireReply CheckClusterAssignmentName(Context& context) {
  return CheckAssignment(context, "Microsoft.Kusto/clusters/principalAssignments",
                         context.cluster->principal_assignments);
}

WireReply CheckDatabaseAssignmentName(Context& context) {
  auto const& name = context.Param("database");
  auto const& cluster = *context.cluster;
  static constexpr std::string_view kType =
      "Microsoft.Kusto/clusters/databases/principalAssignments";
  if (auto const own = cluster.databases.find(name); own != cluster.databases.end()) {
    return CheckAssignment(context, kType, own->second.principal_assignments);
  }
  if (auto const followed = cluster.followed.find(name); followed != cluster.followed.end()) {
    return CheckAssignment(context, kType, followed->second.principal_assignments);
  }
  return NotFound("Microsoft.Kusto/clusters/databases", cluster.name + "/" + name,
                  cluster.resource_group);
}

}  // namespace adxf::emulator::arm
