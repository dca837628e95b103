#include "emulator/datashare/invitations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ranges>
#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

std::string IdOf(Invitation const& invitation) {
  return fmt::format("{}/shares/{}/invitations/{}", invitation.account_id, invitation.share_name,
                     invitation.name);
}

json InvitationJson(Invitation const& invitation) {
  json properties{{"invitationId", invitation.id},
                  {"invitationStatus", ToString(invitation.status)},
                  {"sentAt", Iso8601(invitation.sent)}};
  auto const add = [&](char const* name, std::string const& value) {
    if (!value.empty()) properties[name] = value;
  };
  add("targetEmail", invitation.target_email);
  add("targetActiveDirectoryId", invitation.target_tenant);
  add("targetObjectId", invitation.target_object);
  if (invitation.responded) properties["respondedAt"] = Iso8601(*invitation.responded);
  if (invitation.expires) properties["expirationDate"] = Iso8601(*invitation.expires);
  AddAuthor(properties, invitation.author);
  return {{"id", IdOf(invitation)},
          {"name", invitation.name},
          {"type", "Microsoft.DataShare/accounts/shares/invitations"},
          {"properties", std::move(properties)}};
}

ServiceError Bad(std::string message) { return {400, "InvalidRequestContent", std::move(message)}; }

std::optional<ServiceError> CheckTarget(Invitation const& wanted) {
  if (wanted.target_email.empty() == wanted.target_tenant.empty())
    return Bad("Exactly one of 'targetEmail' and 'targetActiveDirectoryId' must be given.");
  if (!wanted.target_object.empty() && wanted.target_tenant.empty())
    return Bad("'targetObjectId' must be given along with 'targetActiveDirectoryId'.");
  if (!wanted.target_email.empty() && wanted.target_email.find('@') == std::string::npos)
    return Bad(fmt::format("'{}' is not an e-mail address.", wanted.target_email));
  for (auto const& id : {wanted.target_tenant, wanted.target_object}) {
    if (!id.empty() && !IsGuid(id)) return Bad(fmt::format("'{}' is not a GUID.", id));
  }
  return std::nullopt;
}

std::expected<Invitation, ServiceError> ParseInvitation(Context const& context, json const& body) {
  auto const properties = PropertiesOf(body);
  Invitation wanted{.target_email = arm::Text(properties, "targetEmail"),
                    .target_tenant = arm::Text(properties, "targetActiveDirectoryId"),
                    .target_object = arm::Text(properties, "targetObjectId")};
  if (auto error = CheckTarget(wanted)) return std::unexpected(*error);
  auto const end = arm::Text(properties, "expirationDate");
  if (end.empty()) return wanted;
  wanted.expires = ParseIso8601(end);
  if (!wanted.expires)
    return std::unexpected(Bad(fmt::format("'expirationDate' '{}' is not a time.", end)));
  if (*wanted.expires <= context.Now())
    return std::unexpected(Bad("'expirationDate' must be in the future."));
  return wanted;
}

Invitation* FindInvitation(Estate& estate, Share const& share, std::string_view name) {
  for (auto& invitation : estate.data_share.invitations | std::views::values) {
    if (invitation.share_id == share.id && !invitation.is_deleted &&
        SameName(invitation.name, name))
      return &invitation;
  }
  return nullptr;
}

bool HasSameTarget(Invitation const& a, Invitation const& b) {
  return SameName(a.target_email, b.target_email) && SameName(a.target_tenant, b.target_tenant) &&
         SameName(a.target_object, b.target_object);
}

std::size_t Count(Estate const& estate, Share const& share) {
  return static_cast<std::size_t>(std::ranges::count_if(
      estate.data_share.invitations | std::views::values,
      [&](Invitation const& it) { return it.share_id == share.id && !it.is_deleted; }));
}

void SendMail(Estate& estate, Invitation const& invitation) {
  if (invitation.target_email.empty()) return;
  estate.data_share.mails.push_back({.kind = "invitation",
                                     .to = invitation.target_email,
                                     .sent = invitation.sent,
                                     .share = invitation.share_name,
                                     .invitation_id = invitation.id,
                                     .link_id = estate.NewGuid()});
}

/// The headers of a recorded answer: where it is, and how many of how many there are.
void AddHeaders(Estate const& estate, Share const& share, Invitation const& invitation,
                WireReply& reply) {
  auto const id = IdOf(invitation);
  reply.headers["location"] = fmt::format("{}/{}", id, invitation.id);
  reply.headers["x-ms-quota"] = json::array({{{"currentUsed", Count(estate, share)},
                                              {"limit", estate.settings.max_invitations},
                                              {"name", {{"value", "Invitation resource quota"}}},
                                              {"target", id}}})
                                    .dump();
}

/// As recorded, a PUT of one that is pending dates it anew and answers 201.
WireReply SendAgain(Context& context, Share const& share, Invitation& existing,
                    Invitation const& wanted) {
  existing.expires = wanted.expires;
  existing.sent = context.Now();
  SendMail(context.estate, existing);
  auto reply = Done(201, InvitationJson(existing));
  AddHeaders(context.estate, share, existing, reply);
  return reply;
}

WireReply UpdateInvitation(Context& context, Share const& share, Invitation& existing,
                           Invitation const& wanted) {
  if (!HasSameTarget(existing, wanted)) {
    return ErrorReply(
        409, "InvitationAlreadyExists",
        fmt::format("The invitation '{}' exists for another recipient.", existing.name));
  }
  if (existing.status == InvitationStatus::kPending)
    return SendAgain(context, share, existing, wanted);
  if (existing.expires == wanted.expires) return Done(200, InvitationJson(existing));
  return ErrorReply(409, "InvitationNotPending",
                    fmt::format("The invitation '{}' is {} and cannot be changed.", existing.name,
                                ToString(existing.status)));
}

WireReply SendInvitation(Context& context, Account const& account, Share const& share,
                         Invitation wanted) {
  auto& estate = context.estate;
  if (Count(estate, share) >= estate.settings.max_invitations) {
    return ErrorReply(400, "QuotaExceeded",
                      fmt::format("The share '{}' has reached its quota of {} invitations.",
                                  share.name, estate.settings.max_invitations));
  }
  wanted.name = context.Param("invitation");
  wanted.id = estate.NewGuid();
  wanted.account_id = account.Id();
  wanted.share_id = share.id;
  wanted.share_name = share.name;
  wanted.location = arm::ShortLocation(account.location);
  wanted.sent = context.Now();
  wanted.author = AuthorOf(context);
  auto const& sent = estate.data_share.invitations.emplace(wanted.id, wanted).first->second;
  SendMail(estate, sent);
  auto reply = Done(201, InvitationJson(sent));
  AddHeaders(estate, share, sent, reply);
  return reply;
}

}  // namespace

WireReply ListInvitations(Context& context) {
  auto const share = ShareOf(context, Purpose::kLook);
  if (!share) return share.error();
  ByName<json> items;
  for (auto const& invitation : context.estate.data_share.invitations | std::views::values) {
    if (invitation.share_id == (*share)->id && !invitation.is_deleted)
      items[invitation.name] = InvitationJson(invitation);
  }
  return Page(context, std::move(items));
}

WireReply GetInvitation(Context& context) {
  auto const share = ShareOf(context, Purpose::kLook);
  if (!share) return share.error();
  auto const& name = context.Param("invitation");
  auto const* const invitation = FindInvitation(context.estate, **share, name);
  if (invitation == nullptr)
    return Absent(context, "accounts/shares/invitations",
                  fmt::format("{}/{}/{}", context.Param("account"), (*share)->name, name));
  return JsonReply(200, InvitationJson(*invitation));
}

WireReply PutInvitation(Context& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return body.error();
  auto const account = AccountOf(context, Purpose::kChange);
  if (!account) return account.error();
  auto const share = ShareOf(context, Purpose::kChange);
  if (!share) return share.error();
  auto const wanted = ParseInvitation(context, *body);
  if (!wanted) return ErrorReply(wanted.error());
  auto* const existing = FindInvitation(context.estate, **share, context.Param("invitation"));
  return existing != nullptr ? UpdateInvitation(context, **share, *existing, *wanted)
                             : SendInvitation(context, **account, **share, *wanted);
}

WireReply DeleteInvitation(Context& context) {
  auto const share = ShareOf(context, Purpose::kChange);
  if (!share) return share.error();
  auto* const invitation = FindInvitation(context.estate, **share, context.Param("invitation"));
  if (invitation == nullptr) return NothingThere();
  invitation->is_deleted = true;
  if (invitation->status == InvitationStatus::kPending)
    invitation->status = InvitationStatus::kWithdrawn;
  return Done(200);
}

}  // namespace adxf::emulator::datashare
