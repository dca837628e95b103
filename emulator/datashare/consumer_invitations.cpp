#include "emulator/datashare/consumer_invitations.hpp"

#include "emulator/datashare/links.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ranges>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

/// Invitations are only seen from a tenant where some subscription is registered for Data Share.
bool SeesInvitations(Context const& context) {
  return std::ranges::any_of(
      context.estate.subscriptions | std::views::values, [&](Subscription const& it) {
        return it.tenant_id == context.caller.tenant_id && it.IsRegistered("Microsoft.DataShare");
      });
}

bool IsFor(Context const& context, Invitation const& invitation) {
  auto const& caller = context.caller;
  if (!invitation.target_email.empty())
    return SameName(AuthorOf(context).email, invitation.target_email);
  return SameName(invitation.target_tenant, caller.tenant_id) &&
         (invitation.target_object.empty() || SameName(invitation.target_object, caller.object_id));
}

json ConsumerJson(Context const& context, Invitation const& invitation) {
  auto const* const share = FindShareById(std::as_const(context.estate), invitation.share_id);
  auto const* const tenant = FindTenant(context.estate, invitation.author.tenant_id);
  json properties{{"invitationId", invitation.id},
                  {"location", invitation.location},
                  {"shareName", invitation.share_name},
                  {"dataSetCount", share == nullptr ? 0 : share->data_sets.size()},
                  {"providerTenantName", tenant == nullptr ? "" : tenant->display_name},
                  {"invitationStatus", ToString(invitation.status)},
                  {"sentAt", Iso8601(invitation.sent)}};
  auto const add = [&](char const* name, std::string const& value) {
    if (!value.empty()) properties[name] = value;
  };
  add("providerName", invitation.author.name);
  add("providerEmail", invitation.author.email);
  if (share != nullptr) {
    add("description", share->description);
    add("termsOfUse", share->terms);
  }
  if (invitation.responded) properties["respondedAt"] = Iso8601(*invitation.responded);
  if (invitation.expires) properties["expirationDate"] = Iso8601(*invitation.expires);
  return {{"id", fmt::format("providers/Microsoft.DataShare/locations/{}/consumerInvitations/{}",
                             invitation.location, invitation.id)},
          {"name", invitation.name},
          {"type", "Microsoft.DataShare/locations/consumerInvitations"},
          {"properties", std::move(properties)}};
}

}  // namespace

bool IsExpired(Context const& context, Invitation const& invitation) {
  return invitation.expires && *invitation.expires <= context.Now();
}

Found<Invitation> InvitationFor(Context& context, std::string_view id, std::string_view location) {
  auto& all = context.estate.data_share.invitations;
  auto const found = all.find(id);
  bool const is_theirs = found != all.end() && SeesInvitations(context) &&
                         arm::ShortLocation(location) == found->second.location &&
                         IsFor(context, found->second);
  if (is_theirs) return &found->second;
  return std::unexpected(
      ErrorReply(404, "InvitationNotFound",
                 fmt::format("The invitation '{}' was not found in location '{}'.", id, location)));
}

std::optional<WireReply> RefuseClosed(Context const& context, Invitation const& invitation) {
  if (invitation.status != InvitationStatus::kPending) {
    return ErrorReply(
        409, "InvitationNotPending",
        fmt::format("The invitation '{}' is {}.", invitation.id, ToString(invitation.status)));
  }
  if (!IsExpired(context, invitation)) return std::nullopt;
  return ErrorReply(409, "InvitationExpired",
                    fmt::format("The invitation '{}' expired at {}.", invitation.id,
                                Iso8601(*invitation.expires)));
}

WireReply ListConsumerInvitations(Context& context) {
  ByName<json> items;
  for (auto const& [id, invitation] : context.estate.data_share.invitations) {
    if (IsFor(context, invitation)) items[id] = ConsumerJson(context, invitation);
  }
  if (!SeesInvitations(context)) items.clear();
  return Page(context, std::move(items));
}

WireReply GetConsumerInvitation(Context& context) {
  auto const invitation =
      InvitationFor(context, context.Param("invitation"), context.Param("location"));
  if (!invitation) return invitation.error();
  return JsonReply(200, ConsumerJson(context, **invitation));
}

WireReply RejectInvitation(Context& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return body.error();
  auto const id = arm::Text(PropertiesOf(*body), "invitationId");
  auto const invitation = InvitationFor(context, id, context.Param("location"));
  if (!invitation) return invitation.error();
  if (auto refused = RefuseClosed(context, **invitation)) return *refused;
  (*invitation)->status = InvitationStatus::kRejected;
  (*invitation)->responded = context.Now();
  return Done(200, ConsumerJson(context, **invitation));
}

}  // namespace adxf::emulator::datashare
