#pragma once

#include "azure/cloud.hpp"
#include "http/request.hpp"
#include "model/resource_id.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

/// What the requests to all of ARM's resource providers have in common.
namespace adxf::azure {

/// ARM's endpoint without a slash at the end.
std::string ArmUrl(Cloud const& cloud);
/// The id's path with each part encoded, behind ARM's endpoint.
std::string ArmUrl(Cloud const& cloud, model::ResourceId const& id);

/// `operation` is the operationId of the provider's OpenAPI file.
http::Request ArmRequest(http::Method method, std::string url, std::string operation);

/// The same request with a body; what is no UTF-8 in it is replaced.
http::Request WithJson(http::Request request, nlohmann::json const& body);

/// A write whose answer was lost is not sent again blindly: the lists tell whether it was accepted.
http::Request SentOnce(http::Request request);

}  // namespace adxf::azure
