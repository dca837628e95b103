#pragma once

#include "kube/kube_api.hpp"

#include <string>
#include <string_view>

namespace adxf::kube {

/// KubeApi over HTTP. Expects a transport that authenticates (BearerTransport, or a client
/// certificate below it).
class ApiClient final : public KubeApi {
 public:
  ApiClient(http::Transport& transport, std::string server_url);

  Result<nlohmann::json> Get(ResourceType const& type, ObjectKey const& key,
                             http::CallContext const& call) override;
  Result<nlohmann::json> GetMetadata(ResourceType const& type, ObjectKey const& key,
                                     http::CallContext const& call) override;
  Result<nlohmann::json> List(ResourceType const& type, ListPage const& page,
                              http::CallContext const& call) override;
  Result<nlohmann::json> Create(ResourceType const& type, std::string const& ns,
                                nlohmann::json const& object,
                                http::CallContext const& call) override;
  Result<nlohmann::json> PutStatus(ResourceType const& type, ObjectKey const& key,
                                   std::string const& object,
                                   http::CallContext const& call) override;
  Result<nlohmann::json> Patch(ResourceType const& type, ObjectKey const& key,
                               nlohmann::json const& patch, http::CallContext const& call) override;

 private:
  Result<nlohmann::json> Send(http::Request const& request, http::CallContext const& call,
                              std::string_view what);

  http::Transport& transport_;
  std::string const server_url_;
};

/// The error that an answer other than 2xx stands for. `what` names the request: "get
/// followerdatabases team-a/sales".
Error ErrorFromResponse(http::Response const& response, std::string_view what);

/// The same from a Status object (the body of an ERROR watch event).
Error ErrorFromStatus(nlohmann::json const& status, int http_status, std::string_view what);

/// Parses an object without what SlimText drops, which is often more than half of the text.
Result<nlohmann::json> ParseObject(std::string_view text);

}  // namespace adxf::kube
