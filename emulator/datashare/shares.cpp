#include "emulator/datashare/shares.hpp"

#include "emulator/datashare/links.hpp"
#include "emulator/datashare/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ranges>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

json ShareJson(Context const& context, Share const& share) {
  json properties{{"shareKind", share.kind},
                  {"createdAt", Iso8601(share.created)},
                  {"provisioningState", share.provisioning_state}};
  if (!share.description.empty()) properties["description"] = share.description;
  if (!share.terms.empty()) properties["terms"] = share.terms;
  AddAuthor(properties, share.author);
  return {{"id", ShareId(context, share)},
          {"name", share.name},
          {"type", "Microsoft.DataShare/accounts/shares"},
          {"properties", std::move(properties)}};
}

/// A share's kind as it is spelt; nothing for what is no kind.
std::optional<std::string> ParseKind(std::string const& text) {
  if (text.empty() || SameName(text, "CopyBased")) return "CopyBased";
  return SameName(text, "InPlace") ? std::optional<std::string>("InPlace") : std::nullopt;
}

}  // namespace

WireReply ListShares(Context& context) {
  auto const account = AccountOf(context, Purpose::kLook);
  if (!account) return account.error();
  ByName<json> items;
  for (auto const& [name, share] : (*account)->shares) items[name] = ShareJson(context, share);
  return Page(context, std::move(items));
}

WireReply GetShare(Context& context) {
  auto const share = ShareOf(context, Purpose::kLook);
  if (!share) return share.error();
  return JsonReply(200, ShareJson(context, **share));
}

WireReply PutShare(Context& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return body.error();
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  auto const properties = PropertiesOf(*body);
  auto const kind = ParseKind(arm::Text(properties, "shareKind"));
  if (!kind)
    return ErrorReply(400, "InvalidShareKind", "'shareKind' must be CopyBased or InPlace.");
  auto& shares = (*account)->shares;
  auto found = shares.find(context.Param("share"));
  bool const is_new = found == shares.end();
  if (!is_new && found->second.provisioning_state != "Succeeded") return Busy(found->first);
  if (!is_new && found->second.kind != *kind) {
    return ErrorReply(
        409, "ShareKindCannotBeChanged",
        fmt::format("The share '{}' exists with kind '{}'.", found->first, found->second.kind));
  }
  if (is_new) {
    Share share{.name = context.Param("share"),
                .id = context.estate.NewGuid(),
                .kind = *kind,
                .created = context.Now(),
                .author = AuthorOf(context)};
    found = shares.emplace(share.name, std::move(share)).first;
  }
  found->second.description = arm::Text(properties, "description");
  found->second.terms = arm::Text(properties, "terms");
  return Done(is_new ? 201 : 200, ShareJson(context, found->second));
}

WireReply DeleteShare(Context& context) {
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  if (!(*account)->shares.contains(context.Param("share"))) return NothingThere();
  auto const share = ShareOf(context, Purpose::kChange);
  if (!share) return share.error();
  (*share)->provisioning_state = "Deleting";
  auto reply = Done(202);
  StartOperation(context,
                 {.kind = "ShareDelete",
                  .resource_id = ShareId(context, **share),
                  .location = arm::ShortLocation((*account)->location),
                  .finish = [account_id = (*account)->Id(), name = (*share)->name,
                             id = (*share)->id](Estate& estate) -> std::optional<ServiceError> {
                    DropShare(estate, id);
                    auto const owner = estate.data_share.accounts.find(account_id);
                    if (owner != estate.data_share.accounts.end()) owner->second.shares.erase(name);
                    return std::nullopt;
                  }},
                 reply);
  return reply;
}

}  // namespace adxf::emulator::datashare
