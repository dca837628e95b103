#include "emulator/datashare/place.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

constexpr std::size_t kAccountDepth = 8;  // parts of a path that ends with the account's name

std::string AccountId(Context const& context) {
  return fmt::format(
      "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.DataShare/accounts/{}",
      context.Param("subscription"), context.Param("group"), context.Param("account"));
}

WireReply AccountAbsent(Context const& context) {
  if (PathParts(context.request.path).size() <= kAccountDepth)
    return Absent(context, "accounts", context.Param("account"));
  return ErrorReply(
      404, "ParentResourceNotFound",
      fmt::format("Failed to perform '{}' on resource(s) of type 'accounts', because the parent "
                  "resource '{}' could not be found.",
                  context.request.method == "GET" ? "read" : "write", AccountId(context)));
}

bool IsBusy(std::string_view provisioning_state) {
  return provisioning_state == "Creating" || provisioning_state == "Deleting";
}

/// A child in a map of its parent, or why not.
template <class T>
Found<T> ChildOf(Context const& context, ByName<T>& all, std::string_view param, Purpose purpose) {
  auto const& name = context.Param(param);
  auto const found = all.find(name);
  if (found == all.end()) {
    return std::unexpected(
        Absent(context, fmt::format("accounts/{}s", param), context.Param("account") + "/" + name));
  }
  if (purpose == Purpose::kChange && IsBusy(found->second.provisioning_state))
    return std::unexpected(Busy(name));
  return &found->second;
}

}  // namespace

Found<Account> AccountOf(Context& context, Purpose purpose) {
  auto& accounts = context.estate.data_share.accounts;
  auto const found = accounts.find(AccountId(context));
  if (found == accounts.end()) return std::unexpected(AccountAbsent(context));
  auto& account = found->second;
  if (purpose == Purpose::kLook) return &account;
  if (IsBusy(account.provisioning_state)) return std::unexpected(Busy(account.name));
  if (account.is_soft_blocked && context.request.method != "DELETE") {
    return std::unexpected(ErrorReply(
        403, "AccountSoftBlocked",
        fmt::format("The Data Share account '{}' is blocked from making changes. Contact "
                    "support to lift the block.",
                    account.name)));
  }
  return &account;
}

Found<Share> ShareOf(Context& context, Purpose purpose) {
  auto const account = AccountOf(context, purpose);
  if (!account) return std::unexpected(account.error());
  return ChildOf(context, (*account)->shares, "share", purpose);
}

Found<ShareSubscription> SubscriptionOf(Context& context, Purpose purpose) {
  auto const account = AccountOf(context, purpose);
  if (!account) return std::unexpected(account.error());
  return ChildOf(context, (*account)->subscriptions, "shareSubscription", purpose);
}

std::string ShareId(Context const& context, Share const& share) {
  return fmt::format("{}/shares/{}", AccountId(context), share.name);
}

Author AuthorOf(Context const& context) {
  auto const* const entry = FindEntry(context.estate, context.caller.object_id);
  Author author{.tenant_id = context.caller.tenant_id};
  if (entry == nullptr) return author;
  author.name = entry->display_name;
  author.email = entry->upn.empty() ? entry->mail : entry->upn;
  return author;
}

void AddAuthor(json& properties, Author const& author) {
  if (!author.name.empty()) properties["userName"] = author.name;
  if (!author.email.empty()) properties["userEmail"] = author.email;
}

WireReply Done(int status, json const& body) {
  auto reply = JsonReply(status, body);
  reply.was_accepted = true;
  return reply;
}

WireReply Done(int status) {
  WireReply reply;
  reply.status = status;
  reply.was_accepted = true;
  return reply;
}

WireReply NothingThere() {
  WireReply reply;
  reply.status = 204;
  return reply;
}

WireReply Absent(Context const& context, std::string_view type, std::string_view name) {
  // As recorded of the service. What it answers for its other types is not known.
  auto const last = name.substr(name.rfind('/') + 1);
  if (type == "accounts/shares")
    return ErrorReply(404, "3000", fmt::format("Share: {} does not exist", last));
  if (type == "accounts/shares/invitations")
    return ErrorReply(404, "7001", fmt::format("Invitation: {} does not exist", last));
  return arm::NotFound(fmt::format("Microsoft.DataShare/{}", type), name, context.Param("group"));
}

WireReply Busy(std::string_view name) {
  return ErrorReply(409, "RequestConflict",
                    fmt::format("Cannot modify resource '{}': its provisioning state is not "
                                "terminal. Wait for it to become so and retry the request.",
                                name));
}

json PropertiesOf(json const& body) {
  auto const found = body.find("properties");
  return found != body.end() && found->is_object() ? *found : json::object();
}

WireReply Page(Context const& context, ByName<json> items) {
  for (auto const* const option : {"$filter", "$orderby"}) {
    if (context.request.Parameter(option).empty()) continue;
    return ErrorReply(400, "InvalidQueryParameter",
                      fmt::format("The query parameter '{}' is not supported here.", option));
  }
  auto const size = std::max<std::size_t>(1, context.estate.settings.data_share_page_size);
  auto const after = context.request.Parameter("$skipToken");
  json body{{"value", json::array()}};
  std::string last;
  for (auto at = after.empty() ? items.begin() : items.upper_bound(after); at != items.end();
       ++at) {
    if (body["value"].size() == size) {
      body["nextLink"] =
          fmt::format("{}{}?api-version={}&$skipToken={}", context.estate.endpoint,
                      context.request.path, context.api_version, PercentEncode(last));
      break;
    }
    last = at->first;
    body["value"].push_back(std::move(at->second));
  }
  return JsonReply(200, body);
}

}  // namespace adxf::emulator::datashare
