#include "emulator/arm/attachments.hpp"
#include "emulator/arm/clusters.hpp"
#include "emulator/arm/databases.hpp"
#include "emulator/arm/followers.hpp"
#include "emulator/arm/metrics.hpp"
#include "emulator/arm/name_checks.hpp"
#include "emulator/arm/operations.hpp"
#include "emulator/arm/principals.hpp"
#include "emulator/arm/role_assignments.hpp"
#include "emulator/arm/router.hpp"
#include "emulator/arm/subscriptions.hpp"

#include <array>

namespace adxf::emulator::arm {

namespace {

constexpr auto kRead = Right::kRead;
constexpr auto kAction = Right::kAction;
constexpr auto kWrite = Right::kWrite;
constexpr auto kGrant = Right::kGrant;
using enum Base;

constexpr std::array kRoutes{
    Route{"GET", kSubscription, "", "Microsoft.Resources/subscriptions/read", kRead,
          GetSubscription},
    Route{"GET", kGroup, "", "Microsoft.Resources/subscriptions/resourceGroups/read", kRead,
          GetResourceGroup},
    Route{"GET", kSubscription, "/providers/{provider}", "Microsoft.Resources/providers/read",
          kRead, GetProvider},
    Route{"POST", kSubscription, "/providers/{provider}/register",
          "Microsoft.Resources/providers/register/action", kWrite, RegisterProvider},

    Route{"GET", kScope, "/providers/Microsoft.Authorization/roleAssignments",
          "Microsoft.Authorization/roleAssignments/read", kRead, ListRoleAssignments},
    Route{"GET", kScope, "/providers/Microsoft.Authorization/roleAssignments/{assignment}",
          "Microsoft.Authorization/roleAssignments/read", kRead, GetRoleAssignment},
    Route{"PUT", kScope, "/providers/Microsoft.Authorization/roleAssignments/{assignment}",
          "Microsoft.Authorization/roleAssignments/write", kGrant, PutRoleAssignment},
    Route{"DELETE", kScope, "/providers/Microsoft.Authorization/roleAssignments/{assignment}",
          "Microsoft.Authorization/roleAssignments/delete", kGrant, DeleteRoleAssignment},

    Route{"GET", kScope, "/providers/Microsoft.Insights/metrics", "Microsoft.Insights/metrics/read",
          kRead, ListMetrics},
    Route{"GET", kScope, "/providers/Microsoft.Insights/metricDefinitions",
          "Microsoft.Insights/metricDefinitions/read", kRead, ListMetricDefinitions},

    Route{"GET", kSubscription, "/providers/Microsoft.Kusto/clusters",
          "Microsoft.Kusto/clusters/read", kRead, ListClusters},
    Route{"GET", kGroup, "/providers/Microsoft.Kusto/clusters", "Microsoft.Kusto/clusters/read",
          kRead, ListClusters},
    Route{"GET", kSubscription,
          "/providers/Microsoft.Kusto/locations/{location}/operationResults/{operation}",
          "Microsoft.Kusto/locations/operationresults/read", kRead, GetOperationResult},
    Route{"POST", kSubscription,
          "/providers/Microsoft.Kusto/locations/{location}/checkNameAvailability",
          "Microsoft.Kusto/locations/checkNameAvailability/action", kAction, CheckClusterName},

    Route{"GET", kCluster, "", "Microsoft.Kusto/clusters/read", kRead, GetCluster},
    Route{"PATCH", kCluster, "", "Microsoft.Kusto/clusters/write", kWrite, PatchCluster},
    Route{"DELETE", kCluster, "", "Microsoft.Kusto/clusters/delete", kWrite, DeleteCluster},
    Route{"POST", kCluster, "/start", "Microsoft.Kusto/clusters/start/action", kWrite,
          StartCluster},
    Route{"POST", kCluster, "/stop", "Microsoft.Kusto/clusters/stop/action", kWrite, StopCluster},
    Route{"POST", kCluster, "/checkNameAvailability",
          "Microsoft.Kusto/clusters/checkNameAvailability/action", kAction, CheckDatabaseName},
    Route{"POST", kCluster, "/attachedDatabaseConfigurationCheckNameAvailability",
          "Microsoft.Kusto/clusters/attachedDatabaseConfigurationCheckNameAvailability/action",
          kAction, CheckAttachmentName},
    Route{"POST", kCluster, "/checkPrincipalAssignmentNameAvailability",
          "Microsoft.Kusto/clusters/checkPrincipalAssignmentNameAvailability/action", kAction,
          CheckClusterAssignmentName},

    Route{"GET", kCluster, "/attachedDatabaseConfigurations",
          "Microsoft.Kusto/clusters/attachedDatabaseConfigurations/read", kRead, ListAttachments},
    Route{"GET", kAttachment, "", "Microsoft.Kusto/clusters/attachedDatabaseConfigurations/read",
          kRead, GetAttachment},
    Route{"PUT", kAttachment, "", "Microsoft.Kusto/clusters/attachedDatabaseConfigurations/write",
          kWrite, PutAttachment},
    Route{"DELETE", kAttachment, "",
          "Microsoft.Kusto/clusters/attachedDatabaseConfigurations/delete", kWrite,
          DeleteAttachment},
    Route{"POST", kCluster, "/listFollowerDatabases",
          "Microsoft.Kusto/clusters/ListFollowerDatabases/action", kAction, ListFollowersPost},
    Route{"GET", kCluster, "/listFollowerDatabases",
          "Microsoft.Kusto/clusters/ListFollowerDatabases/read", kRead, ListFollowersGet},
    Route{"POST", kCluster, "/detachFollowerDatabases",
          "Microsoft.Kusto/clusters/DetachFollowerDatabases/action", kWrite, DetachFollower},

    Route{"GET", kCluster, "/databases", "Microsoft.Kusto/clusters/databases/read", kRead,
          ListDatabases},
    Route{"GET", kDatabase, "", "Microsoft.Kusto/clusters/databases/read", kRead, GetDatabase},
    Route{"PUT", kDatabase, "", "Microsoft.Kusto/clusters/databases/write", kWrite, PutDatabase},
    Route{"PATCH", kDatabase, "", "Microsoft.Kusto/clusters/databases/write", kWrite,
          PatchDatabase},
    Route{"DELETE", kDatabase, "", "Microsoft.Kusto/clusters/databases/delete", kWrite,
          DeleteDatabase},
    Route{"POST", kDatabase, "/listPrincipals",
          "Microsoft.Kusto/clusters/databases/ListPrincipals/action", kAction, ListPrincipals},
    Route{"POST", kDatabase, "/addPrincipals",
          "Microsoft.Kusto/clusters/databases/AddPrincipals/action", kWrite, AddPrincipals},
    Route{"POST", kDatabase, "/removePrincipals",
          "Microsoft.Kusto/clusters/databases/RemovePrincipals/action", kWrite, RemovePrincipals},
    Route{"POST", kDatabase, "/checkPrincipalAssignmentNameAvailability",
          "Microsoft.Kusto/clusters/databases/checkPrincipalAssignmentNameAvailability/action",
          kAction, CheckDatabaseAssignmentName},

    Route{"GET", kDatabase, "/principalAssignments",
          "Microsoft.Kusto/clusters/databases/principalAssignments/read", kRead, ListAssignments},
    Route{"GET", kDatabase, "/principalAssignments/{assignment}",
          "Microsoft.Kusto/clusters/databases/principalAssignments/read", kRead, GetAssignment},
    Route{"PUT", kDatabase, "/principalAssignments/{assignment}",
          "Microsoft.Kusto/clusters/databases/principalAssignments/write", kWrite, PutAssignment},
    Route{"DELETE", kDatabase, "/principalAssignments/{assignment}",
          "Microsoft.Kusto/clusters/databases/principalAssignments/delete", kWrite,
          DeleteAssignment},
    Route{"GET", kCluster, "/principalAssignments",
          "Microsoft.Kusto/clusters/principalAssignments/read", kRead, ListAssignments},
    Route{"GET", kCluster, "/principalAssignments/{assignment}",
          "Microsoft.Kusto/clusters/principalAssignments/read", kRead, GetAssignment},
    Route{"PUT", kCluster, "/principalAssignments/{assignment}",
          "Microsoft.Kusto/clusters/principalAssignments/write", kWrite, PutAssignment},
    Route{"DELETE", kCluster, "/principalAssignments/{assignment}",
          "Microsoft.Kusto/clusters/principalAssignments/delete", kWrite, DeleteAssignment},
};

}  // namespace

std::span<Route const> Routes() { return kRoutes; }

}  // namespace adxf::emulator::arm
