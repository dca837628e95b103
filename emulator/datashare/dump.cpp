#include "emulator/datashare/dump.hpp"

#include "emulator/arm/attachment_body.hpp"
#include "emulator/datashare/links.hpp"

#include <nlohmann/json.hpp>

#include <ranges>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

json TimeJson(std::optional<TimePoint> const& time) {
  return time ? json(Iso8601(*time)) : json(nullptr);
}

json ShareJson(Share const& share) {
  json body{{"id", share.id},
            {"kind", share.kind},
            {"provisioningState", share.provisioning_state},
            {"dataSets", json::object()}};
  for (auto const& [name, data_set] : share.data_sets) {
    auto& shown = body["dataSets"][name] = {
        {"id", data_set.id}, {"kind", ToString(data_set.kind)}, {"resource", data_set.resource_id}};
    if (data_set.sharing) shown["sharing"] = arm::SharingJson(*data_set.sharing);
  }
  return body;
}

json SubscriptionJson(Estate const& estate, ShareSubscription const& subscription) {
  json body{{"id", subscription.id},
            {"invitationId", subscription.invitation_id},
            {"shareId", subscription.share_id},
            {"status", ToString(subscription.status)},
            {"expires", TimeJson(subscription.expires)},
            {"mappings", json::object()}};
  for (auto const& [name, mapping] : subscription.mappings) {
    body["mappings"][name] = {{"kind", ToString(mapping.kind)},
                              {"cluster", mapping.cluster_id},
                              {"dataSetId", mapping.data_set_id},
                              {"attachment", mapping.attachment},
                              {"provisioningState", mapping.provisioning_state},
                              {"isLinked", FindLink(estate, mapping) != nullptr}};
  }
  return body;
}

json AccountJson(Estate const& estate, Account const& account) {
  json body{{"principalId", account.principal_id},
            {"location", account.location},
            {"provisioningState", account.provisioning_state},
            {"softBlocked", account.is_soft_blocked},
            {"shares", json::object()},
            {"shareSubscriptions", json::object()}};
  for (auto const& [name, share] : account.shares) body["shares"][name] = ShareJson(share);
  for (auto const& [name, subscription] : account.subscriptions)
    body["shareSubscriptions"][name] = SubscriptionJson(estate, subscription);
  return body;
}

json InvitationJson(Invitation const& invitation) {
  return {{"id", invitation.id},
          {"name", invitation.name},
          {"account", invitation.account_id},
          {"share", invitation.share_name},
          {"shareId", invitation.share_id},
          {"targetEmail", invitation.target_email},
          {"targetActiveDirectoryId", invitation.target_tenant},
          {"targetObjectId", invitation.target_object},
          {"status", ToString(invitation.status)},
          {"sentAt", Iso8601(invitation.sent)},
          {"respondedAt", TimeJson(invitation.responded)},
          {"expires", TimeJson(invitation.expires)},
          {"deleted", invitation.is_deleted}};
}

}  // namespace

json StateJson(Estate const& estate) {
  json body{{"accounts", json::object()}, {"invitations", json::array()}};
  for (auto const& [id, account] : estate.data_share.accounts)
    body["accounts"][id] = AccountJson(estate, account);
  for (auto const& invitation : estate.data_share.invitations | std::views::values)
    body["invitations"].push_back(InvitationJson(invitation));
  return body;
}

json MailsJson(Estate const& estate) {
  auto mails = json::array();
  for (auto const& mail : estate.data_share.mails) {
    mails.push_back({{"kind", mail.kind},
                     {"to", mail.to},
                     {"sentAt", Iso8601(mail.sent)},
                     {"share", mail.share},
                     {"invitationId", mail.invitation_id},
                     {"linkId", mail.link_id},
                     {"code", mail.code}});
  }
  return {{"mails", std::move(mails)}};
}

}  // namespace adxf::emulator::datashare
