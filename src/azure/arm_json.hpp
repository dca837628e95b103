#pragma once

#include "azure/arm_types.hpp"
#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

/// ARM's JSON and our types. Errors of all readers: kUnavailable with a sentence, for an answer we
/// cannot read may be whole the next time.
namespace adxf::azure {

nlohmann::json AttachmentBody(AttachmentSpec const& spec);

Result<ClusterInfo> ReadCluster(nlohmann::json const& resource);
Result<Attachment> ReadAttachment(nlohmann::json const& resource);
Result<ArmDatabase> ReadDatabase(nlohmann::json const& resource);
/// Both shapes: fields in the item (POST) and under `properties` (GET).
Result<FollowerOfLeader> ReadFollower(nlohmann::json const& item);

/// The text as a JSON object.
Result<nlohmann::json> ReadObject(std::string_view body, std::string_view what);

}  // namespace adxf::azure
