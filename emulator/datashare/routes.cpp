#include "emulator/datashare/routes.hpp"

#include "emulator/datashare/accounts.hpp"
#include "emulator/datashare/consumer_invitations.hpp"
#include "emulator/datashare/data_sets.hpp"
#include "emulator/datashare/email_registrations.hpp"
#include "emulator/datashare/invitations.hpp"
#include "emulator/datashare/mappings.hpp"
#include "emulator/datashare/operations.hpp"
#include "emulator/datashare/provider_subscriptions.hpp"
#include "emulator/datashare/share_subscriptions.hpp"
#include "emulator/datashare/shares.hpp"
#include "emulator/datashare/synchronization.hpp"

#include <array>

namespace adxf::emulator::datashare {

namespace {

using arm::Route;
using enum arm::Base;

constexpr auto kRead = arm::Right::kRead;
constexpr auto kAction = arm::Right::kAction;
constexpr auto kWrite = arm::Right::kWrite;

constexpr std::array kRoutes{
    Route{"GET", kSubscription, "/providers/Microsoft.DataShare/accounts",
          "Microsoft.DataShare/accounts/read", kRead, ListAccounts},
    Route{"GET", kGroup, "/providers/Microsoft.DataShare/accounts",
          "Microsoft.DataShare/accounts/read", kRead, ListAccounts},
    Route{"GET", kAccount, "", "Microsoft.DataShare/accounts/read", kRead, GetAccount},
    Route{"PUT", kAccount, "", "Microsoft.DataShare/accounts/write", kWrite, PutAccount},
    Route{"PATCH", kAccount, "", "Microsoft.DataShare/accounts/write", kWrite, PatchAccount},
    Route{"DELETE", kAccount, "", "Microsoft.DataShare/accounts/delete", kWrite, DeleteAccount},
    Route{"GET", kSubscription,
          "/providers/Microsoft.DataShare/locations/{location}/operationResults/{operation}",
          "Microsoft.DataShare/locations/operationResults/read", kRead, ReadOperationAtLocation},
    Route{"GET", kAccount, "/operationResults/{operation}",
          "Microsoft.DataShare/accounts/operationResults/read", kRead, ReadOperation},

    Route{"GET", kAccount, "/shares", "Microsoft.DataShare/accounts/shares/read", kRead,
          ListShares},
    Route{"GET", kShare, "", "Microsoft.DataShare/accounts/shares/read", kRead, GetShare},
    Route{"PUT", kShare, "", "Microsoft.DataShare/accounts/shares/write", kWrite, PutShare},
    Route{"DELETE", kShare, "", "Microsoft.DataShare/accounts/shares/delete", kWrite, DeleteShare},
    Route{"GET", kShare, "/operationResults/{operation}",
          "Microsoft.DataShare/accounts/shares/operationResults/read", kRead, ReadOperation},
    Route{"GET", kShare, "/dataSets", "Microsoft.DataShare/accounts/shares/dataSets/read", kRead,
          ListDataSets},
    Route{"GET", kShare, "/dataSets/{dataSet}", "Microsoft.DataShare/accounts/shares/dataSets/read",
          kRead, GetDataSet},
    Route{"PUT", kShare, "/dataSets/{dataSet}",
          "Microsoft.DataShare/accounts/shares/dataSets/write", kWrite, PutDataSet},
    Route{"DELETE", kShare, "/dataSets/{dataSet}",
          "Microsoft.DataShare/accounts/shares/dataSets/delete", kWrite, DeleteDataSet},
    Route{"GET", kShare, "/invitations", "Microsoft.DataShare/accounts/shares/invitations/read",
          kRead, ListInvitations},
    Route{"GET", kShare, "/invitations/{invitation}",
          "Microsoft.DataShare/accounts/shares/invitations/read", kRead, GetInvitation},
    Route{"PUT", kShare, "/invitations/{invitation}",
          "Microsoft.DataShare/accounts/shares/invitations/write", kWrite, PutInvitation},
    Route{"DELETE", kShare, "/invitations/{invitation}",
          "Microsoft.DataShare/accounts/shares/invitations/delete", kWrite, DeleteInvitation},
    Route{"GET", kShare, "/providerShareSubscriptions",
          "Microsoft.DataShare/accounts/shares/providerShareSubscriptions/read", kRead,
          ListProviderSubscriptions},
    Route{"GET", kShare, "/providerShareSubscriptions/{providerShareSubscription}",
          "Microsoft.DataShare/accounts/shares/providerShareSubscriptions/read", kRead,
          GetProviderSubscription},
    Route{"POST", kShare, "/providerShareSubscriptions/{providerShareSubscription}/revoke",
          "Microsoft.DataShare/accounts/shares/providerShareSubscriptions/revoke/action", kWrite,
          RevokeSubscription},
    Route{"POST", kShare, "/providerShareSubscriptions/{providerShareSubscription}/reinstate",
          "Microsoft.DataShare/accounts/shares/providerShareSubscriptions/reinstate/action", kWrite,
          ReinstateSubscription},
    Route{"POST", kShare, "/providerShareSubscriptions/{providerShareSubscription}/adjust",
          "Microsoft.DataShare/accounts/shares/providerShareSubscriptions/adjust/action", kWrite,
          AdjustSubscription},

    Route{"GET", kTenant, "/providers/Microsoft.DataShare/listInvitations",
          "Microsoft.DataShare/listInvitations/read", kRead, ListConsumerInvitations},
    Route{"GET", kTenant,
          "/providers/Microsoft.DataShare/locations/{location}/consumerInvitations/{invitation}",
          "Microsoft.DataShare/locations/consumerInvitations/read", kRead, GetConsumerInvitation},
    Route{"POST", kTenant, "/providers/Microsoft.DataShare/locations/{location}/rejectInvitation",
          "Microsoft.DataShare/locations/rejectInvitation/action", kWrite, RejectInvitation},
    Route{"POST", kTenant, "/providers/Microsoft.DataShare/locations/{location}/registerEmail",
          "Microsoft.DataShare/locations/registerEmail/action", kWrite, RegisterEmail},
    Route{"POST", kTenant, "/providers/Microsoft.DataShare/locations/{location}/activateEmail",
          "Microsoft.DataShare/locations/activateEmail/action", kWrite, ActivateEmail},

    Route{"GET", kAccount, "/shareSubscriptions",
          "Microsoft.DataShare/accounts/shareSubscriptions/read", kRead, ListShareSubscriptions},
    Route{"GET", kShareSubscription, "", "Microsoft.DataShare/accounts/shareSubscriptions/read",
          kRead, GetShareSubscription},
    Route{"PUT", kShareSubscription, "", "Microsoft.DataShare/accounts/shareSubscriptions/write",
          kWrite, PutShareSubscription},
    Route{"DELETE", kShareSubscription, "",
          "Microsoft.DataShare/accounts/shareSubscriptions/delete", kWrite,
          DeleteShareSubscription},
    Route{"GET", kShareSubscription, "/operationResults/{operation}",
          "Microsoft.DataShare/accounts/shareSubscriptions/operationResults/read", kRead,
          ReadOperation},
    Route{"GET", kShareSubscription, "/consumerSourceDataSets",
          "Microsoft.DataShare/accounts/shareSubscriptions/consumerSourceDataSets/read", kRead,
          ListSourceDataSets},
    Route{"GET", kShareSubscription, "/dataSetMappings",
          "Microsoft.DataShare/accounts/shareSubscriptions/dataSetMappings/read", kRead,
          ListMappings},
    Route{"GET", kShareSubscription, "/dataSetMappings/{mapping}",
          "Microsoft.DataShare/accounts/shareSubscriptions/dataSetMappings/read", kRead,
          GetMapping},
    Route{"PUT", kShareSubscription, "/dataSetMappings/{mapping}",
          "Microsoft.DataShare/accounts/shareSubscriptions/dataSetMappings/write", kWrite,
          PutMapping},
    Route{"DELETE", kShareSubscription, "/dataSetMappings/{mapping}",
          "Microsoft.DataShare/accounts/shareSubscriptions/dataSetMappings/delete", kWrite,
          DeleteMapping},

    Route{"POST", kShareSubscription, "/synchronize",
          "Microsoft.DataShare/accounts/shareSubscriptions/synchronize/action", kWrite,
          RefuseForSubscription},
    Route{"POST", kShareSubscription, "/cancelSynchronization",
          "Microsoft.DataShare/accounts/shareSubscriptions/cancelSynchronization/action", kWrite,
          RefuseForSubscription},
    Route{"POST", kShareSubscription, "/listSynchronizations",
          "Microsoft.DataShare/accounts/shareSubscriptions/listSynchronizations/action", kAction,
          NoneForSubscription},
    Route{"POST", kShareSubscription, "/listSynchronizationDetails",
          "Microsoft.DataShare/accounts/shareSubscriptions/listSynchronizationDetails/action",
          kAction, NoneForSubscription},
    Route{"POST", kShareSubscription, "/listSourceShareSynchronizationSettings",
          "Microsoft.DataShare/accounts/shareSubscriptions/listSourceShareSynchronizationSettings/"
          "action",
          kAction, NoneForSubscription},
    Route{"GET", kShareSubscription, "/triggers",
          "Microsoft.DataShare/accounts/shareSubscriptions/triggers/read", kRead,
          NoneForSubscription},
    Route{"GET", kShareSubscription, "/triggers/{child}",
          "Microsoft.DataShare/accounts/shareSubscriptions/triggers/read", kRead,
          AbsentForSubscription},
    Route{"PUT", kShareSubscription, "/triggers/{child}",
          "Microsoft.DataShare/accounts/shareSubscriptions/triggers/write", kWrite,
          RefuseForSubscription},
    Route{"DELETE", kShareSubscription, "/triggers/{child}",
          "Microsoft.DataShare/accounts/shareSubscriptions/triggers/delete", kWrite,
          NothingToDelete},
    Route{"POST", kShare, "/listSynchronizations",
          "Microsoft.DataShare/accounts/shares/listSynchronizations/action", kAction, NoneForShare},
    Route{"POST", kShare, "/listSynchronizationDetails",
          "Microsoft.DataShare/accounts/shares/listSynchronizationDetails/action", kAction,
          NoneForShare},
    Route{"GET", kShare, "/synchronizationSettings",
          "Microsoft.DataShare/accounts/shares/synchronizationSettings/read", kRead, NoneForShare},
    Route{"GET", kShare, "/synchronizationSettings/{child}",
          "Microsoft.DataShare/accounts/shares/synchronizationSettings/read", kRead,
          AbsentForShare},
    Route{"PUT", kShare, "/synchronizationSettings/{child}",
          "Microsoft.DataShare/accounts/shares/synchronizationSettings/write", kWrite,
          RefuseForShare},
    Route{"DELETE", kShare, "/synchronizationSettings/{child}",
          "Microsoft.DataShare/accounts/shares/synchronizationSettings/delete", kWrite,
          NothingToDelete},
};

}  // namespace

std::span<Route const> Routes() { return kRoutes; }

}  // namespace adxf::emulator::datashare
