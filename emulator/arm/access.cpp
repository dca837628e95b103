#include "emulator/arm/access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace adxf::emulator::arm {

namespace {

bool IsHeldBy(Estate const& estate, RoleAssignment const& assignment, Caller const& caller) {
  if (estate.Now() < assignment.effective) return false;
  if (SameName(assignment.object_id, caller.object_id)) return true;
  auto const* const entry = FindEntry(estate, assignment.object_id);
  return entry != nullptr && std::ranges::any_of(entry->members, [&](auto const& m) {
           return SameName(m, caller.object_id);
         });
}

/// Refills and takes one; the tokens left, or the seconds until there is one.
struct Taken {
  bool was_taken = false;
  double remaining = 0;
  std::int64_t wait_seconds = 0;
};

Taken Take(Estate& estate, std::string const& key, BucketSize const& size) {
  auto const now = estate.Now();
  auto [entry, is_new] = estate.buckets.try_emplace(key, Bucket{size.capacity, now});
  auto& bucket = entry->second;
  auto const elapsed = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(size.capacity, bucket.tokens + std::max(0.0, elapsed) * size.per_second);
  bucket.filled = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return {.was_taken = true, .remaining = bucket.tokens};
  }
  double const wait = size.per_second > 0 ? (1 - bucket.tokens) / size.per_second : 3600;
  return {.wait_seconds = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(wait)))};
}

WireReply TooMany(Estate const& estate, std::string code, std::string message, std::int64_t wait) {
  auto reply = ErrorReply(429, std::move(code), std::move(message));
  if (estate.settings.throttle_with_retry_after)
    reply.headers["Retry-After"] = std::to_string(wait);
  return reply;
}

struct Class {
  std::string_view name{};
  BucketSize Settings::* size = nullptr;
};

Class ClassOf(std::string_view method) {
  if (method == "GET" || method == "HEAD") return {"reads", &Settings::reads};
  if (method == "DELETE") return {"deletes", &Settings::deletes};
  return {"writes", &Settings::writes};
}

}  // namespace

bool Covers(std::string_view assigned, std::string_view scope) {
  while (assigned.ends_with('/')) assigned.remove_suffix(1);
  if (scope.size() < assigned.size() || !SameName(scope.substr(0, assigned.size()), assigned))
    return false;
  return scope.size() == assigned.size() || scope.at(assigned.size()) == '/';
}

std::optional<ArmRole> RoleAt(Estate const& estate, Caller const& caller, std::string_view scope) {
  std::optional<ArmRole> best;
  for (auto const& assignment : estate.role_assignments) {
    if (!Covers(assignment.scope, scope) || !IsHeldBy(estate, assignment, caller)) continue;
    if (!best || *best < assignment.role) best = assignment.role;
  }
  return best;
}

bool MayDo(Estate const& estate, Caller const& caller, Right right, std::string_view scope) {
  auto const role = RoleAt(estate, caller, scope);
  if (!role) return false;
  if (right == Right::kGrant) return *role == ArmRole::kOwner;
  return right == Right::kRead || *role != ArmRole::kReader;
}

bool HasRoleWithin(Estate const& estate, Caller const& caller, std::string_view scope) {
  return std::ranges::any_of(estate.role_assignments, [&](RoleAssignment const& assignment) {
    return (Covers(assignment.scope, scope) || Covers(scope, assignment.scope)) &&
           IsHeldBy(estate, assignment, caller);
  });
}

WireReply AuthorizationFailed(Caller const& caller, std::string_view action,
                              std::string_view scope) {
  return ErrorReply(403, "AuthorizationFailed",
                    fmt::format("The client '{}' with object id '{}' does not have authorization "
                                "to perform action '{}' over "
                                "scope '{}' or the scope is invalid. If access was recently "
                                "granted, please refresh your credentials.",
                                caller.app_id, caller.object_id, action, scope));
}

WireReply LinkedAuthorizationFailed(Caller const& caller, std::string_view action,
                                    std::string_view scope, std::string_view linked_scope) {
  return ErrorReply(403, "LinkedAuthorizationFailed",
                    fmt::format("The client '{}' with object id '{}' has permission to perform "
                                "action '{}' on scope '{}'; however, "
                                "it does not have permission to perform action "
                                "'Microsoft.Kusto/clusters/write' on the linked "
                                "scope(s) '{}' or the linked scope(s) are invalid.",
                                caller.app_id, caller.object_id, action, scope, linked_scope));
}

WireReply LinkedTenantNotAuthorized(Caller const& caller, std::string_view action,
                                    std::string_view scope, std::string_view linked_subscription) {
  return ErrorReply(403, "LinkedAuthorizationFailed",
                    fmt::format("The client '{}' with object id '{}' has permission to perform "
                                "action '{}' on scope '{}'; however, the current tenant '{}' is "
                                "not authorized to access linked subscription '{}'.",
                                caller.app_id, caller.object_id, action, scope, caller.tenant_id,
                                linked_subscription));
}

std::optional<WireReply> Throttle(Context& context, ByName<std::string>& headers) {
  auto const kind = ClassOf(context.request.method);
  auto& estate = context.estate;
  auto const subscription = Lower(context.Param("subscription"));
  // Requests outside any subscription have buckets of the same sizes for the tenant.
  std::string_view const level = subscription.empty() ? "tenant" : "subscription";
  auto const& whose = subscription.empty() ? context.caller.tenant_id : subscription;
  auto const arm =
      Take(estate, fmt::format("arm|{}|{}|{}", context.caller.object_id, whose, kind.name),
           estate.settings.*kind.size);
  if (!arm.was_taken) {
    return TooMany(
        estate, subscription.empty() ? "TenantRequestsThrottled" : "SubscriptionRequestsThrottled",
        fmt::format("Number of '{}' requests for {} '{}' exceeded the limit.", kind.name, level,
                    whose),
        arm.wait_seconds);
  }
  headers[fmt::format("x-ms-ratelimit-remaining-{}-{}", level, kind.name)] =
      std::to_string(static_cast<std::int64_t>(arm.remaining));
  if (context.cluster == nullptr) return std::nullopt;
  bool const is_read = kind.name == "reads";
  auto const& size = is_read ? estate.settings.cluster_reads : estate.settings.cluster_writes;
  auto const provider =
      Take(estate, fmt::format("kusto|{}|{}", context.cluster->Key(), is_read), size);
  if (!provider.was_taken) {
    return TooMany(
        estate, "TooManyRequests",
        fmt::format("[TooManyRequests] Too many requests for cluster '{}'.", context.cluster->name),
        provider.wait_seconds);
  }
  headers["x-ms-ratelimit-remaining-subscription-resource-requests"] =
      std::to_string(static_cast<std::int64_t>(provider.remaining));
  return std::nullopt;
}

}  // namespace adxf::emulator::arm
