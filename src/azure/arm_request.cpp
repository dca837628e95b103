#include "azure/arm_request.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::azure {

std::string ArmUrl(Cloud const& cloud) {
  std::string url = cloud.arm_endpoint;
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string ArmUrl(Cloud const& cloud, model::ResourceId const& id) {
  auto url = ArmUrl(cloud);
  std::string_view rest = id.Text();
  while (!rest.empty()) {
    rest.remove_prefix(1);  // Each part has a slash in front.
    auto const part = rest.substr(0, rest.find('/'));
    url += "/" + http::EncodeComponent(part);
    rest.remove_prefix(part.size());
  }
  return url;
}

http::Request ArmRequest(http::Method method, std::string url, std::string operation) {
  return {.method = method,
          .url = std::move(url),
          .headers = {{"Accept", "application/json"}},
          .operation = std::move(operation),
          .service = "arm"};
}

http::Request WithJson(http::Request request, nlohmann::json const& body) {
  request.headers["Content-Type"] = "application/json; charset=utf-8";
  request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return request;
}

http::Request SentOnce(http::Request request) {
  request.repeatable = http::Repeatable::kNo;
  return request;
}

}  // namespace adxf::azure
