#include "objects.hpp"

#include <malloc.h>

#include <cstdio>
#include <fstream>
#include <string_view>

namespace adxf::bench {
namespace {

constexpr std::string_view kCluster =
    "/subscriptions/6f1b0c1e-4f43-4c55-9d59-7a3f3a3b0001/resourceGroups/analytics/providers/"
    "Microsoft.Kusto/clusters/";

std::string Replaced(std::string text, std::string_view mark, std::string const& with) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + with.size()))
    text.replace(at, mark.size(), with);
  return text;
}

constexpr std::string_view kSpec =
    R"({"caching":{"allowEmptyReplace":false,"database":{"hot":"7d"},)"
    R"("modificationKind":"Union","prefetchExtents":false,"tables":[{"hot":"30d","name":"Events"},)"
    R"({"hot":"1d","name":"Traces"}]},"credentialsSecretRef":{"name":"azure"},"deletionPolicy":"Detach",)"
    R"("followerCluster":{"resourceId":"@CLUSTER@reporting"},"mode":"Manage","permissions":{)"
    R"("allowEmptyReplace":false,"grants":[{"notes":"analysts","principal":"aadgroup=analysts@contoso.com",)"
    R"("role":"Viewer"}],"modificationKind":"Union","ownership":"Additive"},"source":{"leader":{)"
    R"("clusterResourceId":"@CLUSTER@corp","database":"Sales@N@"}},"suspend":false,)"
    R"("syncLag":{"objective":"5m","probeInterval":"30s"}})";

constexpr std::string_view kManagedFields =
    R"([{"apiVersion":"adxfollower.io/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":)"
    R"({"f:annotations":{".":{},"f:kubectl.kubernetes.io/last-applied-configuration":{}}},"f:spec":)"
    R"({".":{},"f:caching":{".":{},"f:allowEmptyReplace":{},"f:database":{".":{},"f:hot":{}},)"
    R"("f:modificationKind":{},"f:prefetchExtents":{},"f:tables":{".":{},"k:{\"name\":\"Events\"}":)"
    R"({".":{},"f:hot":{},"f:name":{}},"k:{\"name\":\"Traces\"}":{".":{},"f:hot":{},"f:name":{}}}},)"
    R"("f:credentialsSecretRef":{".":{},"f:name":{}},"f:deletionPolicy":{},"f:followerCluster":{".":{},)"
    R"("f:resourceId":{}},"f:mode":{},"f:permissions":{".":{},"f:allowEmptyReplace":{},"f:grants":)"
    R"({".":{},"k:{\"role\":\"Viewer\",\"principal\":\"aadgroup=analysts@contoso.com\"}":{".":{},)"
    R"("f:notes":{},"f:principal":{},"f:role":{}}},"f:modificationKind":{},"f:ownership":{}},"f:source":)"
    R"({".":{},"f:leader":{".":{},"f:clusterResourceId":{},"f:database":{}}},"f:suspend":{},)"
    R"("f:syncLag":{".":{},"f:objective":{},"f:probeInterval":{}}}},"manager":"kubectl",)"
    R"("operation":"Update","time":"2026-01-01T00:00:00Z"},{"apiVersion":"adxfollower.io/v1alpha1",)"
    R"("fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:finalizers":{".":{},)"
    R"("v:\"adxfollower.io/follower-database\"":{}}}},"manager":"adx-operator","operation":"Update",)"
    R"("time":"2026-01-01T00:00:01Z"},{"apiVersion":"adxfollower.io/v1alpha1","fieldsType":"FieldsV1",)"
    R"("fieldsV1":{"f:status":{"f:attachment":{".":{},"f:databases":{},"f:origin":{},)"
    R"("f:provisioningState":{},"f:resourceId":{}},"f:conditions":{".":{},"k:{\"type\":\"Attached\"}":)"
    R"({".":{},"f:lastTransitionTime":{},"f:message":{},"f:observedGeneration":{},"f:reason":{},)"
    R"("f:status":{},"f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastTransitionTime":{},)"
    R"("f:message":{},"f:observedGeneration":{},"f:reason":{},"f:status":{},"f:type":{}}},)"
    R"("f:followerCluster":{},"f:leaderCluster":{},"f:grants":{},"f:lastChange":{},)"
    R"("f:observedGeneration":{}}},"manager":"adx-operator","operation":"Update","subresource":"status",)"
    R"("time":"2026-01-01T00:00:05Z"}])";

constexpr std::string_view kCondition =
    R"({"lastTransitionTime":"2026-01-01T00:00:05Z","message":"@MESSAGE@","observedGeneration":1,)"
    R"("reason":"@REASON@","status":"True","type":"@TYPE@"})";

std::string Condition(std::string const& type, std::string const& reason,
                      std::string const& message) {
  auto const text = Replaced(std::string(kCondition), "@TYPE@", type);
  return Replaced(Replaced(text, "@REASON@", reason), "@MESSAGE@", message);
}

std::string Status() {
  return R"({"attachment":{"databases":[{"follower":"Sales@N@","leader":"Sales@N@"}],"origin":"Direct",)"
         R"("provisioningState":"Succeeded","resourceId":"@CLUSTER@reporting/)"
         R"(attachedDatabaseConfigurations/team-a.sales-@N@.1234abcd"},"conditions":[)" +
         Condition("Ready", "Ready", "The database is attached and its policies are as declared.") +
         "," + Condition("Preflight", "Passed", "Nothing stands in the way.") + "," +
         Condition("Attached", "Attached", "The follower cluster follows the leader.") + "," +
         Condition("PoliciesApplied", "Applied", "Hot cache and permissions are as declared.") +
         R"(],"followerCluster":{"location":"westus2","name":"reporting","state":"Running",)"
         R"("uri":"https://reporting.westus2.kusto.windows.net"},"grants":[{"database":"Sales@N@",)"
         R"("principal":"aadgroup=analysts@contoso.com","resolvedPrincipal":"aadgroup=)"
         R"(1f3e6a9c-1111-4222-8333-444455556666;72f988bf-86f1-41af-91ab-2d7cd011db47",)"
         R"("role":"Viewer"}],"lastChange":{"action":"Attach","at":"2026-01-01T00:00:02Z",)"
         R"("correlationId":"0c1d2e3f-0000-4000-8000-000000000001"},"leaderCluster":{)"
         R"("location":"westus2","name":"corp","state":"Running",)"
         R"("uri":"https://corp.westus2.kusto.windows.net"},"observedGeneration":1})";
}

/// With @N@ where objects differ.
std::string const& Template() {
  static std::string const text = [] {
    auto const escaped = Replaced(std::string(kSpec), "\"", "\\\"");
    auto const whole =
        R"({"apiVersion":"adxfollower.io/v1alpha1","kind":"FollowerDatabase","metadata":{)"
        R"("annotations":{"kubectl.kubernetes.io/last-applied-configuration":)"
        R"("{\"apiVersion\":\"adxfollower.io/v1alpha1\",\"kind\":\"FollowerDatabase\",\"spec\":)" +
        escaped +
        R"(}\n"},"creationTimestamp":"2026-01-01T00:00:00Z","finalizers":[)"
        R"("adxfollower.io/follower-database"],"generation":1,"managedFields":)" +
        std::string(kManagedFields) +
        R"(,"name":"sales-@N@","namespace":"team-a","resourceVersion":"1@N@",)"
        R"("uid":"3c4d5e6f-0000-4000-8000-0000000@N@"},"spec":)" +
        std::string(kSpec) + R"(,"status":)" + Status() + "}";
    return Replaced(whole, "@CLUSTER@", std::string(kCluster));
  }();
  return text;
}

std::string Digits(std::size_t index) {
  char text[16];
  std::snprintf(text, sizeof text, "%05zu", index);
  return text;
}

double StatusMiB(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stod(line.substr(field.size())) / 1024.0;
  }
  return 0.0;
}

}  // namespace

std::string ObjectJson(std::size_t index) { return Replaced(Template(), "@N@", Digits(index)); }

std::string WatchLine(std::string const& type, std::size_t index) {
  return R"({"type":")" + type + R"(","object":)" + ObjectJson(index) + "}";
}

follower_database::FollowerDatabase Typed(std::size_t index) {
  auto object = follower_database::ParseFollowerDatabase(ObjectJson(index)).value();
  object.status = {};
  return object;
}

double ResidentMiB() { return StatusMiB("VmRSS:"); }

double PeakMiB() { return StatusMiB("VmHWM:"); }

void ResetPeak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";  // Linux: the peak becomes what is resident now.
}

}  // namespace adxf::bench
