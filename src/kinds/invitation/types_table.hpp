#pragma once

#include "kinds/common/types_table.hpp"
#include "kinds/invitation/types.hpp"
#include "model/condition_table.hpp"
#include "model/describe.hpp"

#include <tuple>
#include <utility>

/// Spec and status: names, texts, limits and rules. Each rule's message names the field and says
/// what to do. Truncate() cuts to the limits of the status.
namespace adxf::model {

namespace inv = invitation;

template <>
struct Describe<inv::Access> {
  using E = inv::Access;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kActive, "Active"}, {E::kRevoked, "Revoked"}});
};

template <>
struct Describe<inv::DeletionPolicy> {
  using E = inv::DeletionPolicy;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kRevoke, "Revoke"}, {E::kOrphan, "Orphan"}});
};

template <>
struct Describe<inv::State> {
  using E = inv::State;
  static constexpr auto values =
      std::to_array<std::pair<E, std::string_view>>({{E::kPending, "Pending"},
                                                     {E::kAccepted, "Accepted"},
                                                     {E::kRejected, "Rejected"},
                                                     {E::kWithdrawn, "Withdrawn"},
                                                     {E::kExpired, "Expired"},
                                                     {E::kRevoking, "Revoking"},
                                                     {E::kRevoked, "Revoked"}});
};

template <>
struct Describe<inv::DataShareRef> {
  static constexpr auto fields =
      std::tuple{Field("name", &inv::DataShareRef::name, "Name of a DataShare in this namespace.",
                       {.required = true, .min_length = 1, .max_length = 253})};
};

template <>
struct Describe<inv::Recipient> {
  using T = inv::Recipient;
  static constexpr std::string_view kIsGuid =
      R"(self.matches(r'(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'))";
  static constexpr auto fields = std::tuple{
      Field("email", &T::email,
            "Address with which the recipient signs in to Azure; aliases do not work.",
            {.min_length = 3,
             .max_length = 320,
             .rules = {{R"(self.matches(r'^[^@\s]+@[^@\s]+$'))",
                        "email must be an address such as ana@contoso.com"}}}),
      Field("tenantId", &T::tenant_id, "Tenant of the recipient.",
            {.max_length = 36, .rules = {{kIsGuid, "tenantId must be a GUID"}}}),
      Field("objectId", &T::object_id, "Object id of a user or application of that tenant.",
            {.max_length = 36, .rules = {{kIsGuid, "objectId must be a GUID"}}})};
  static constexpr Rules rules{
      {"has(self.email) != (has(self.tenantId) || has(self.objectId))",
       "recipient needs either email, or tenantId with objectId: give one and remove the other"},
      {"has(self.tenantId) == has(self.objectId)",
       "recipient by directory needs both tenantId and objectId: add the one that is missing"}};
};

template <>
struct Describe<inv::Spec> {
  using T = inv::Spec;
  static constexpr auto fields = std::tuple{
      Field("dataShareRef", &T::data_share_ref,
            "The DataShare that is offered; mode, suspend and credentials come from it. Immutable.",
            {.required = true, .immutable = true}),
      Field("invitationName", &T::invitation_name,
            "Name of the invitation in Azure; derived when absent. Immutable.",
            {.immutable = true,
             .min_length = 1,
             .max_length = 90,
             .rules = {{R"(self.matches(r'^[-\w][-\w.]*$'))",
                        "invitationName may hold only letters, digits, _, . and -, and does not "
                        "begin with a dot"}}}),
      Field("recipient", &T::recipient, "Who is invited. Immutable.",
            {.required = true, .immutable = true}),
      Field("expiresAt", &T::expires_at,
            "When invitation and access end, for instance 2026-12-31T00:00:00Z. Cannot change "
            "while the invitation is pending; after acceptance it moves the end of the access.",
            {.max_length = 40}),
      Field("access", &T::access,
            "Active, or Revoked: a pending invitation is withdrawn, an accepted one's access ends.",
            {.default_json = "\"Active\""}),
      Field("consumerSubscriptionId", &T::consumer_subscription_id,
            "Id of the consumer's subscription; only where Azure does not tell whose it is "
            "(AmbiguousConsumer).",
            {.min_length = 1, .max_length = 64}),
      Field("deletionPolicy", &T::deletion_policy,
            "What happens in Azure when the object is deleted: Revoke ends the access and removes "
            "the invitation; Orphan leaves both.",
            {.default_json = "\"Revoke\""})};
};

template <>
struct Describe<inv::ConsumerStatus> {
  using T = inv::ConsumerStatus;
  static constexpr auto fields = std::tuple{
      Field("subscriptionId", &T::subscription_id, "Id of the consumer's subscription.",
            {.required = true, .max_length = kMaxWord}),
      Field("name", &T::name, "Who accepted, as Data Share gives it.", {.max_length = 256}),
      Field("email", &T::email, "Address, as Data Share gives it.", {.max_length = 320}),
      Field("tenant", &T::tenant, "Name of the tenant.", {.max_length = 256}),
      Field("state", &T::state, "Active, Revoking, Revoked or SourceDeleted.",
            {.max_length = kMaxWord}),
      Field("expiresAt", &T::expires_at, "When the access ends.")};
};

template <>
struct Describe<inv::Status> {
  using T = inv::Status;
  static constexpr auto fields = std::tuple{
      Field("conditions", &T::conditions,
            "Ready first; Reconciling and Stalled are there only while true.",
            {.max_items = 20, .list_type = ListType::kMap, .list_map_keys = {"type"}}),
      Field("observedGeneration", &T::observed_generation,
            "The metadata.generation that was last judged; -1: none yet."),
      Field("lastHandledReconcileAt", &T::last_handled_reconcile_at,
            "Echo of the annotation adxfollower.io/reconcile-at.", {.max_length = 256}),
      Field("resourceId", &T::resource_id, "ARM resource id of the invitation.",
            {.max_length = kMaxId}),
      Field("invitationId", &T::invitation_id,
            "What a consumer elsewhere needs, together with location.", {.max_length = kMaxWord}),
      Field("location", &T::location, "Azure region of the share.", {.max_length = kMaxWord}),
      Field("state", &T::state, "How the invitation stands."),
      Field("sentAt", &T::sent_at, "When it was sent."),
      Field("respondedAt", &T::responded_at, "When it was accepted or rejected."),
      Field("revokedAt", &T::revoked_at, "When the access was seen to be over."),
      Field("consumer", &T::consumer, "Who accepted; bound once."),
      Field("plan", &T::plan, "What Manage would do; in mode Observe.", {.max_items = 50}),
      Field("lastChange", &T::last_change, "The last write to Azure.")};
};

}  // namespace adxf::model
