#include "kube/requests.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace adxf::kube {
namespace {

using Json = nlohmann::json;

ResourceType const kType{.group = "adxfollower.io",
                         .version = "v1alpha1",
                         .plural = "followerdatabases",
                         .kind = "FollowerDatabase"};
ResourceType const kSecrets{.group = "", .version = "v1", .plural = "secrets", .kind = "Secret"};
ObjectKey const kKey{.ns = "team-a", .name = "sales"};
constexpr char const* kServer = "https://10.0.0.1:6443";

TEST(KubeRequests, NameAnObjectOfAGroup) {
  auto const request = GetRequest(kServer, kType, kKey);

  EXPECT_EQ(request.method, http::Method::kGet);
  EXPECT_EQ(request.url,
            "https://10.0.0.1:6443/apis/adxfollower.io/v1alpha1/namespaces/team-a/"
            "followerdatabases/sales");
  EXPECT_EQ(request.service, "kubernetes");
  EXPECT_EQ(request.operation, "get followerdatabases");
}

TEST(KubeRequests, NameCoreAndClusterScopedObjects) {
  EXPECT_EQ(ResourceUrl(kServer, kSecrets, kKey),
            "https://10.0.0.1:6443/api/v1/namespaces/team-a/secrets/sales");
  ResourceType const namespaces{
      .group = "", .version = "v1", .plural = "namespaces", .kind = "Namespace"};
  EXPECT_EQ(ResourceUrl(kServer, namespaces, {.ns = "", .name = "kube-system"}),
            "https://10.0.0.1:6443/api/v1/namespaces/kube-system");
}

TEST(KubeRequests, NeverLetANameChangeThePath) {
  EXPECT_EQ(ResourceUrl("https://h", kSecrets, {.ns = "a/b", .name = "../x?y"}),
            "https://h/api/v1/namespaces/a%2Fb/secrets/..%2Fx%3Fy");
}

TEST(KubeRequests, ListInPagesOfTheNewestState) {
  EXPECT_EQ(ListRequest(kServer, kType, {}).url,
            "https://10.0.0.1:6443/apis/adxfollower.io/v1alpha1/followerdatabases?limit=500");
  EXPECT_EQ(ListRequest(kServer, kType, {.ns = "team-a", .limit = 2, .continue_token = "a=="}).url,
            "https://10.0.0.1:6443/apis/adxfollower.io/v1alpha1/namespaces/team-a/"
            "followerdatabases?limit=2&continue=a%3D%3D");
}

TEST(KubeRequests, WatchFromAVersion) {
  EXPECT_EQ(WatchRequest(kServer, kType, {.resource_version = "42"}).url,
            "https://10.0.0.1:6443/apis/adxfollower.io/v1alpha1/followerdatabases"
            "?watch=true&allowWatchBookmarks=true&timeoutSeconds=15&resourceVersion=42");
}

TEST(KubeRequests, SingleOneObjectOut) {
  EXPECT_EQ(ListRequest(kServer, kType, {.ns = "team-a", .name = "sales"}).url,
            "https://10.0.0.1:6443/apis/adxfollower.io/v1alpha1/namespaces/team-a/"
            "followerdatabases?limit=500&fieldSelector=metadata.name%3Dsales");
  EXPECT_EQ(WatchRequest(kServer, kType, {.ns = "team-a", .name = "sales"}).url,
            "https://10.0.0.1:6443/apis/adxfollower.io/v1alpha1/namespaces/team-a/"
            "followerdatabases?watch=true&allowWatchBookmarks=true&timeoutSeconds=15"
            "&fieldSelector=metadata.name%3Dsales");
}

TEST(KubeRequests, AskForAStreamingList) {
  EXPECT_EQ(
      WatchRequest(kServer, kType,
                   {.initial_events = InitialEvents::kSend, .timeout = std::chrono::seconds(30)})
          .url,
      "https://10.0.0.1:6443/apis/adxfollower.io/v1alpha1/followerdatabases"
      "?watch=true&allowWatchBookmarks=true&timeoutSeconds=30&sendInitialEvents=true&"
      "resourceVersionMatch=NotOlderThan");
}

TEST(KubeRequests, PutStatusOnTheSubresource) {
  auto const request = StatusPut(kServer, kType, kKey, R"({"status":1})");

  EXPECT_EQ(request.method, http::Method::kPut);
  EXPECT_TRUE(request.url.ends_with("/followerdatabases/sales/status"));
  EXPECT_EQ(request.headers.at("Content-Type"), "application/json");
  EXPECT_EQ(request.body, R"({"status":1})");
}

TEST(KubeRequests, AskForTheMetadataAloneWhereNothingElseIsRead) {
  constexpr auto kMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  nlohmann::json const finalizers = {{{"op", "add"}, {"path", "/metadata/finalizers"}}};
  nlohmann::json const lease = {{{"op", "test"}, {"path", "/metadata/resourceVersion"}},
                                {{"op", "replace"}, {"path", "/spec"}}};

  EXPECT_EQ(StatusPut(kServer, kType, kKey, "{}").headers.at("Accept"), kMetadata);
  EXPECT_EQ(PatchRequest(kServer, kType, kKey, finalizers).headers.at("Accept"), kMetadata);
  EXPECT_EQ(PatchRequest(kServer, kType, kKey, lease).headers.at("Accept"), "application/json");
}

TEST(KubeRequests, SurviveTextThatIsNotUtf8) {
  EXPECT_NO_THROW(CreateRequest(kServer, kType, "team-a", {{"note", "\xff"}}));
}

TEST(KubeRequests, CreateIsNotRepeatable) {
  auto const request = CreateRequest(kServer, kType, "team-a", Json::object());

  EXPECT_EQ(request.method, http::Method::kPost);
  EXPECT_FALSE(request.IsRepeatable());
}

TEST(KubeRequests, PatchFinalizersOnlyWhenNothingMoved) {
  auto const patch = FinalizerPatch(
      {.uid = "u1", .resource_version = "7", .finalizers = {"other/one"}}, {"other/one", "ours/x"});

  EXPECT_EQ(patch, Json::parse(R"([
    {"op": "test", "path": "/metadata/uid", "value": "u1"},
    {"op": "test", "path": "/metadata/resourceVersion", "value": "7"},
    {"op": "test", "path": "/metadata/finalizers", "value": ["other/one"]},
    {"op": "replace", "path": "/metadata/finalizers", "value": ["other/one", "ours/x"]}])"));
  EXPECT_EQ(PatchRequest(kServer, kType, kKey, patch).headers.at("Content-Type"),
            "application/json-patch+json");
}

TEST(KubeRequests, PatchTheFirstFinalizerAsANewList) {
  auto const patch =
      FinalizerPatch({.uid = "u1", .resource_version = "7", .finalizers = {}}, {"ours/x"});

  EXPECT_EQ(patch, Json::parse(R"([
    {"op": "test", "path": "/metadata/uid", "value": "u1"},
    {"op": "test", "path": "/metadata/resourceVersion", "value": "7"},
    {"op": "add", "path": "/metadata/finalizers", "value": ["ours/x"]}])"));
}

}  // namespace
}  // namespace adxf::kube
