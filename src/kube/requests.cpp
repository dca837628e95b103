#include "kube/requests.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace adxf::kube {
namespace {

using Json = nlohmann::json;

http::Request Build(http::Method method, std::string url, std::string operation) {
  http::Request request;
  request.method = method;
  request.url = std::move(url);
  request.headers.emplace("Accept", "application/json");
  request.operation = std::move(operation);
  request.service = "kubernetes";
  return request;
}

/// Whether it is refused as soon as the object has changed.
bool IsGuarded(Json const& patch) {
  return std::ranges::any_of(patch, [](Json const& operation) {
    return operation.value("op", "") == "test" &&
           operation.value("path", "") == "/metadata/resourceVersion";
  });
}

bool ChangesOnlyMetadata(Json const& patch) {
  return std::ranges::all_of(patch, [](Json const& operation) {
    return operation.value("path", "").starts_with("/metadata/");
  });
}

/// The answer holds the metadata and no more: for who wants to know the new resourceVersion.
void AskForMetadata(http::Request& request) {
  request.headers["Accept"] = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
}

http::Request WithBody(http::Request request, std::string_view content_type, Json const& body) {
  request.headers.emplace("Content-Type", content_type);
  // Text from outside may hold bytes that are not UTF-8; a replaced character is better than a
  // failed pass.
  request.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return request;
}

}  // namespace

std::string ResourceUrl(std::string_view server, ResourceType const& type, ObjectKey const& key) {
  std::string url(server);
  url += type.group.empty() ? "/api/" : "/apis/" + http::EncodeComponent(type.group) + "/";
  url += http::EncodeComponent(type.version);
  if (!key.ns.empty()) url += "/namespaces/" + http::EncodeComponent(key.ns);
  url += "/" + http::EncodeComponent(type.plural);
  if (!key.name.empty()) url += "/" + http::EncodeComponent(key.name);
  return url;
}

http::Request GetRequest(std::string_view server, ResourceType const& type, ObjectKey const& key) {
  return Build(http::Method::kGet, ResourceUrl(server, type, key), "get " + type.plural);
}

http::Request GetMetadataRequest(std::string_view server, ResourceType const& type,
                                 ObjectKey const& key) {
  auto request = GetRequest(server, type, key);
  AskForMetadata(request);
  return request;
}

http::Request ListRequest(std::string_view server, ResourceType const& type, ListPage const& page) {
  std::vector<std::pair<std::string, std::string>> query{{"limit", std::to_string(page.limit)}};
  if (!page.name.empty()) query.emplace_back("fieldSelector", "metadata.name=" + page.name);
  if (!page.continue_token.empty()) query.emplace_back("continue", page.continue_token);
  auto const url =
      ResourceUrl(server, type, {.ns = page.ns, .name = {}}) + http::QueryString(query);
  return Build(http::Method::kGet, url, "list " + type.plural);
}

http::Request WatchRequest(std::string_view server, ResourceType const& type,
                           WatchQuery const& query) {
  std::vector<std::pair<std::string, std::string>> parameters{
      {"watch", "true"},
      {"allowWatchBookmarks", "true"},
      {"timeoutSeconds", std::to_string(query.timeout.count())},
  };
  if (!query.name.empty()) parameters.emplace_back("fieldSelector", "metadata.name=" + query.name);
  if (query.initial_events == InitialEvents::kSend) {
    parameters.emplace_back("sendInitialEvents", "true");
    parameters.emplace_back("resourceVersionMatch", "NotOlderThan");
  }
  if (!query.resource_version.empty())
    parameters.emplace_back("resourceVersion", query.resource_version);
  auto const url =
      ResourceUrl(server, type, {.ns = query.ns, .name = {}}) + http::QueryString(parameters);
  return Build(http::Method::kGet, url, "watch " + type.plural);
}

http::Request CreateRequest(std::string_view server, ResourceType const& type,
                            std::string const& ns, Json const& object) {
  auto const url = ResourceUrl(server, type, {.ns = ns, .name = {}});
  auto request = WithBody(Build(http::Method::kPost, url, "create " + type.plural),
                          "application/json", object);
  // Each has a name of its own, so that a second one is refused.
  if (type.plural == "events") request.repeatable = http::Repeatable::kRefusedTwice;
  return request;
}

http::Request StatusPut(std::string_view server, ResourceType const& type, ObjectKey const& key,
                        std::string const& object) {
  auto request = Build(http::Method::kPut, ResourceUrl(server, type, key) + "/status",
                       "update status of " + type.plural);
  request.headers.emplace("Content-Type", "application/json");
  request.body = object;
  AskForMetadata(request);
  // It may be sent again on another connection: with a resourceVersion the second one is a
  // conflict, not a second write.
  return request;
}

http::Request PatchRequest(std::string_view server, ResourceType const& type, ObjectKey const& key,
                           Json const& patch) {
  auto request =
      WithBody(Build(http::Method::kPatch, ResourceUrl(server, type, key), "patch " + type.plural),
               "application/json-patch+json", patch);
  // Sent again, it is a conflict and no second write; so it may travel on a connection that is
  // kept.
  if (IsGuarded(patch)) request.repeatable = http::Repeatable::kYes;
  if (ChangesOnlyMetadata(patch)) AskForMetadata(request);
  return request;
}

Json FinalizerPatch(FinalizerGuard const& seen, std::vector<std::string> const& wanted) {
  Json patch = Json::array();
  patch.push_back({{"op", "test"}, {"path", "/metadata/uid"}, {"value", seen.uid}});
  patch.push_back(
      {{"op", "test"}, {"path", "/metadata/resourceVersion"}, {"value", seen.resource_version}});
  if (seen.finalizers.empty()) {
    patch.push_back({{"op", "add"}, {"path", "/metadata/finalizers"}, {"value", wanted}});
    return patch;
  }
  patch.push_back({{"op", "test"}, {"path", "/metadata/finalizers"}, {"value", seen.finalizers}});
  patch.push_back({{"op", "replace"}, {"path", "/metadata/finalizers"}, {"value", wanted}});
  return patch;
}

}  // namespace adxf::kube
