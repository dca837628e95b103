#pragma once

#include "emulator/arm/context.hpp"

#include <nlohmann/json_fwd.hpp>

#include <expected>
#include <string>

/// Where a request goes, and the answers that all resources of Data Share have in common.
namespace adxf::emulator::datashare {

using arm::Context;
using arm::ErrorReply;

template <class T>
using Found = std::expected<T*, WireReply>;

/// Whether the request changes something: that is refused (409) while what it goes through is being
/// made or deleted, and (403) in a soft-blocked account.
enum class Purpose { kLook, kChange };

/// What the path names, or the 404. The account first, then what is in it.
Found<Account> AccountOf(Context& context, Purpose purpose);
Found<Share> ShareOf(Context& context, Purpose purpose);
Found<ShareSubscription> SubscriptionOf(Context& context, Purpose purpose);

std::string ShareId(Context const& context, Share const& share);

Author AuthorOf(Context const& context);
/// Adds `userName` and `userEmail`, what of them is known.
void AddAuthor(nlohmann::json& properties, Author const& author);

/// The answer to a change that was made.
WireReply Done(int status, nlohmann::json const& body);
WireReply Done(int status);
/// 204: there was nothing to delete.
WireReply NothingThere();
WireReply Absent(Context const& context, std::string_view type, std::string_view name);
/// 409 for a resource that is being made or deleted.
WireReply Busy(std::string_view name);

/// `properties` of a body, an empty object where it has none.
nlohmann::json PropertiesOf(nlohmann::json const& body);

/// One page of a list, by name, from `$skipToken` on. Refuses `$filter` and `$orderby`, which the
/// emulator does not know how Data Share reads.
WireReply Page(Context const& context, ByName<nlohmann::json> items);

}  // namespace adxf::emulator::datashare
