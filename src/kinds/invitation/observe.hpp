#pragma once

#include "azure/share_client.hpp"
#include "kinds/azure_access/identities.hpp"
#include "kinds/common/ledger.hpp"
#include "kinds/data_share/types.hpp"
#include "kinds/invitation/plan.hpp"
#include "runtime/store.hpp"

#include <memory>
#include <string>

namespace adxf::invitation {

/// Reads in Azure what a decision about an Invitation needs: the share's account, its invitations
/// and its consumers; as the identity of the DataShare.
class Observation {
 public:
  Observation(azure_access::Identities& identities, runtime::Store<data_share::DataShare>& shares,
              std::string instance)
      : identities_(identities), shares_(shares), instance_(std::move(instance)) {}

  /// Sets the ledger's session. `older_claim` is left to the caller.
  Observed Look(Invitation const& want, kinds::WorkLedger& ledger, http::CallContext const& call);

  /// The share in Azure: the one in which the invitation was sent, else the DataShare's.
  [[nodiscard]] Result<azure::ShareRef> RefOf(Invitation const& want) const;

  /// The DataShare of the invitation's namespace; null when there is none.
  [[nodiscard]] std::shared_ptr<data_share::DataShare const> ShareOf(Invitation const& want) const;

  /// After a refusal: whether the Secret holds something else by now, which `ledger` then has.
  bool TakesNewCredential(Invitation const& want, kinds::WorkLedger& ledger,
                          http::CallContext const& call);

 private:
  void LookWithoutShare(Invitation const& want, Observed& seen, kinds::WorkLedger& ledger,
                        http::CallContext const& call);

  azure_access::Identities& identities_;
  runtime::Store<data_share::DataShare>& shares_;
  std::string const instance_;
};

/// What a failed call means for the object.
Problem Explain(data_share::DataShare const* share, Error const& error, std::string_view condition);

}  // namespace adxf::invitation
