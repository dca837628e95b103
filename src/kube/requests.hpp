#pragma once

#include "http/request.hpp"
#include "kube/resource.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Requests to the API server as values. Pure: nothing is sent here. `server` is the base URL
/// without a trailing slash.
namespace adxf::kube {

/// One page of a list. An unset resourceVersion asks for the newest state (a quorum read).
struct ListPage {
  std::string ns{};    ///< "": all namespaces.
  std::string name{};  ///< Given: this one object alone.
  int limit = 500;
  std::string continue_token{};

  bool operator==(ListPage const&) const = default;
};

enum class InitialEvents {
  kNone,  ///< Resume behind `resource_version`.
  kSend,  ///< Streaming list: the whole state first, ended by an annotated bookmark.
};

struct WatchQuery {
  std::string ns{};
  std::string name{};  ///< Given: this one object alone.
  std::string resource_version{};
  InitialEvents initial_events = InitialEvents::kNone;
  std::chrono::seconds timeout{15};

  bool operator==(WatchQuery const&) const = default;
};

/// URL of the object, or of the collection when `key.name` is empty.
std::string ResourceUrl(std::string_view server, ResourceType const& type, ObjectKey const& key);

http::Request GetRequest(std::string_view server, ResourceType const& type, ObjectKey const& key);
/// Answered with the metadata alone.
http::Request GetMetadataRequest(std::string_view server, ResourceType const& type,
                                 ObjectKey const& key);
http::Request ListRequest(std::string_view server, ResourceType const& type, ListPage const& page);
http::Request WatchRequest(std::string_view server, ResourceType const& type,
                           WatchQuery const& query);
http::Request CreateRequest(std::string_view server, ResourceType const& type,
                            std::string const& ns, nlohmann::json const& object);
/// PUT of the status subresource; `object`: JSON, with the resourceVersion that must still be
/// current.
http::Request StatusPut(std::string_view server, ResourceType const& type, ObjectKey const& key,
                        std::string const& object);
/// A JSON patch (RFC 6902).
http::Request PatchRequest(std::string_view server, ResourceType const& type, ObjectKey const& key,
                           nlohmann::json const& patch);

/// What a guarded patch of the finalizers requires to be unchanged.
struct FinalizerGuard {
  std::string uid{};
  std::string resource_version{};
  std::vector<std::string> finalizers{};  ///< The whole list, in order.
};

/// The patch that makes the list equal `wanted`, refused by the server unless uid, resourceVersion
/// and the exact list still hold.
nlohmann::json FinalizerPatch(FinalizerGuard const& seen, std::vector<std::string> const& wanted);

}  // namespace adxf::kube
