#pragma once

#include "azure/share_types.hpp"
#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

/// The JSON of Microsoft.DataShare and our types. Bodies are whole: a PUT replaces what was there.
/// Times are sent in whole seconds. Errors of all readers: kUnavailable with a sentence, for an
/// answer we cannot read may be whole the next time. A time that is absent or lies outside of what
/// a TimePoint holds (.NET's "0001-01-01" and "9999-12-31" stand for none) is read as none.
namespace adxf::azure {

nlohmann::json AccountBody(std::string const& location);
/// In place: the only kind that shares a cluster.
nlohmann::json ShareBody(ShareSpec const& spec);
/// A table-level data set always carries its sharing lists, empty or not (required by the
/// specification).
nlohmann::json DataSetBody(DataSetSpec const& spec);
nlohmann::json InvitationBody(InvitationSpec const& spec);
/// Of reinstate and adjust.
nlohmann::json ExpirationBody(TimePoint expires_at);
/// The end is not sent: it is the provider's to set, and comes with the invitation.
nlohmann::json SubscriptionBody(ConsumerInvitation const& invitation);
nlohmann::json MappingBody(DataSetMapping const& mapping);

Result<ShareAccount> ReadAccount(nlohmann::json const& resource);
Result<Share> ReadShare(nlohmann::json const& resource);
Result<DataSet> ReadDataSet(nlohmann::json const& resource);
Result<ShareInvitation> ReadInvitation(nlohmann::json const& resource);
Result<ProviderSubscription> ReadProviderSubscription(nlohmann::json const& resource);
Result<ConsumerInvitation> ReadConsumerInvitation(nlohmann::json const& resource);
Result<ShareSubscription> ReadShareSubscription(nlohmann::json const& resource);
Result<SourceDataSet> ReadSourceDataSet(nlohmann::json const& resource);
Result<DataSetMapping> ReadMapping(nlohmann::json const& resource);

}  // namespace adxf::azure
