#include "emulator/datashare/accounts.hpp"

#include "emulator/datashare/links.hpp"
#include "emulator/datashare/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ranges>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

enum class LocationForm { kAsSent, kDisplay };

json AccountJson(Context const& context, Account const& account, LocationForm form) {
  json properties{{"createdAt", Iso8601(account.created)},
                  {"provisioningState", account.provisioning_state}};
  AddAuthor(properties, account.author);
  json body{{"id", account.Id()},
            {"name", account.name},
            {"type", "Microsoft.DataShare/accounts"},
            {"location", form == LocationForm::kAsSent
                             ? account.location
                             : arm::DisplayLocation(context.estate, account.location)},
            {"tags", json::object()},
            {"identity",
             {{"type", "SystemAssigned"},
              {"principalId", account.principal_id},
              {"tenantId", account.tenant_id}}},
            {"properties", std::move(properties)}};
  for (auto const& [name, value] : account.tags) body["tags"][name] = value;
  return body;
}

void ApplyTags(Account& account, json const& body) {
  auto const tags = body.find("tags");
  if (tags == body.end() || !tags->is_object()) return;
  account.tags.clear();
  for (auto const& [name, value] : tags->items())
    account.tags[name] = value.is_string() ? value.get<std::string>() : value.dump();
}

std::optional<WireReply> RefuseBody(json const& body) {
  if (arm::Text(body, "location").empty())
    return ErrorReply(400, "LocationRequired", "The location property is required.");
  auto const identity = body.find("identity");
  bool const has_identity =
      identity != body.end() && SameName(arm::Text(*identity, "type"), "SystemAssigned");
  if (has_identity) return std::nullopt;
  return ErrorReply(400, "InvalidIdentity",
                    "A Data Share account needs an identity of type 'SystemAssigned'.");
}

WireReply UpdateAccount(Context& context, Account& account, json const& body) {
  if (account.provisioning_state != "Succeeded") return Busy(account.name);
  auto const location = arm::Text(body, "location");
  if (arm::ShortLocation(location) != arm::ShortLocation(account.location)) {
    return ErrorReply(
        409, "InvalidResourceLocation",
        fmt::format("The resource '{}' already exists in location '{}' in resource group '{}'. A "
                    "resource with the same name cannot be created in location '{}'.",
                    account.name, account.location, account.resource_group, location));
  }
  ApplyTags(account, body);
  return Done(200, AccountJson(context, account, LocationForm::kAsSent));
}

WireReply CreateAccount(Context& context, json const& body) {
  Account account{.name = context.Param("account"),
                  .subscription = context.Param("subscription"),
                  .resource_group = context.Param("group"),
                  .tenant_id = context.caller.tenant_id,
                  .location = arm::Text(body, "location"),
                  .created = context.Now(),
                  .author = AuthorOf(context),
                  .provisioning_state = "Creating"};
  ApplyTags(account, body);
  GiveIdentity(context.estate, account);
  auto const id = account.Id();
  auto reply = JsonReply(201, AccountJson(context, account, LocationForm::kAsSent));
  context.estate.data_share.accounts.emplace(id, std::move(account));
  StartOperation(context,
                 {.kind = "AccountCreate",
                  .resource_id = id,
                  .finish = [id](Estate& estate) -> std::optional<ServiceError> {
                    auto const made = estate.data_share.accounts.find(id);
                    if (made != estate.data_share.accounts.end())
                      made->second.provisioning_state = "Succeeded";
                    return std::nullopt;
                  }},
                 reply);
  return reply;
}

}  // namespace

void GiveIdentity(Estate& estate, Account& account) {
  auto const key = Lower(account.Id());
  auto const generation = estate.data_share.generations[key]++;
  account.principal_id = StableGuid(key + "/system-identity", generation);
  estate.directory.push_back({.kind = PrincipalKind::kApp,
                              .object_id = account.principal_id,
                              .tenant_id = account.tenant_id,
                              .display_name = account.name,
                              .app_id = StableGuid(key + "/system-identity/client", generation)});
}

WireReply ListAccounts(Context& context) {
  ByName<json> items;
  auto const group = context.params.find("group");
  for (auto const& [id, account] : context.estate.data_share.accounts) {
    if (!SameName(account.subscription, context.Param("subscription"))) continue;
    if (group != context.params.end() && !SameName(account.resource_group, group->second)) continue;
    items[id] = AccountJson(context, account, LocationForm::kDisplay);
  }
  return Page(context, std::move(items));
}

WireReply GetAccount(Context& context) {
  auto const account = AccountOf(context, Purpose::kLook);
  if (!account) return account.error();
  return JsonReply(200, AccountJson(context, **account, LocationForm::kDisplay));
}

WireReply PutAccount(Context& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return body.error();
  if (auto refused = RefuseBody(*body)) return *refused;
  auto const existing = AccountOf(context, Purpose::kLook);
  return existing ? UpdateAccount(context, **existing, *body) : CreateAccount(context, *body);
}

WireReply PatchAccount(Context& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return body.error();
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  ApplyTags(**account, *body);
  return Done(200, AccountJson(context, **account, LocationForm::kDisplay));
}

WireReply DeleteAccount(Context& context) {
  if (!AccountOf(context, Purpose::kLook)) return NothingThere();
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  (*account)->provisioning_state = "Deleting";
  auto const id = (*account)->Id();
  auto reply = Done(202);
  StartOperation(context,
                 {.kind = "AccountDelete",
                  .resource_id = id,
                  .location = arm::ShortLocation((*account)->location),
                  .finish = [id](Estate& estate) -> std::optional<ServiceError> {
                    DropAccount(estate, id);
                    return std::nullopt;
                  }},
                 reply);
  return reply;
}

}  // namespace adxf::emulator::datashare
