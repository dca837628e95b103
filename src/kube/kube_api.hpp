#pragma once

#include "base/result.hpp"
#include "http/transport.hpp"
#include "kube/requests.hpp"
#include "kube/resource.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace adxf::kube {

/// The API server as its users see it: objects in, objects out. Thread-safe.
///
/// Errors carry the server's words and `service_code` = its reason: kNotFound (404), kConflict
/// (409), kInvalid (400, 422), kThrottled (429, with retry_after), kUnauthorized (401), kForbidden
/// (403), kUnavailable (5xx and the network); 410 is kConflict with http_status 410 (see IsGone). A
/// deadline or stop in `call` ends the call.
class KubeApi {
 public:
  virtual ~KubeApi() = default;

  virtual Result<nlohmann::json> Get(ResourceType const& type, ObjectKey const& key,
                                     http::CallContext const& call) = 0;

  /// The same with nothing of the object but its metadata.
  virtual Result<nlohmann::json> GetMetadata(ResourceType const& type, ObjectKey const& key,
                                             http::CallContext const& call) = 0;

  /// The list object: `items` and `metadata` with resourceVersion and continue.
  virtual Result<nlohmann::json> List(ResourceType const& type, ListPage const& page,
                                      http::CallContext const& call) = 0;

  virtual Result<nlohmann::json> Create(ResourceType const& type, std::string const& ns,
                                        nlohmann::json const& object,
                                        http::CallContext const& call) = 0;

  /// Replaces the status of the object; `object` holds identity with resourceVersion, and status,
  /// as JSON. The answer holds only metadata.
  virtual Result<nlohmann::json> PutStatus(ResourceType const& type, ObjectKey const& key,
                                           std::string const& object,
                                           http::CallContext const& call) = 0;

  /// Applies a JSON patch. A failed `test` operation is kConflict. The answer to one of metadata
  /// holds only that.
  virtual Result<nlohmann::json> Patch(ResourceType const& type, ObjectKey const& key,
                                       nlohmann::json const& patch,
                                       http::CallContext const& call) = 0;
};

/// True when the version asked for is no longer kept: list anew.
bool IsGone(Error const& error);

}  // namespace adxf::kube
