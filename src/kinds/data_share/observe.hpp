#pragma once

#include "kinds/azure_access/identities.hpp"
#include "kinds/common/ledger.hpp"
#include "kinds/data_share/plan.hpp"

namespace adxf::data_share {

/// Reads in Azure what a decision about a DataShare needs: account, share, data sets, invitations
/// and consumers.
class Observation {
 public:
  explicit Observation(azure_access::Identities& identities) : identities_(identities) {}

  /// Sets the ledger's session. `leaving` and `older_claim` are left to the caller.
  Observed Look(DataShare const& want, kinds::WorkLedger& ledger, http::CallContext const& call);

  /// After a refusal: whether the Secret holds something else by now, which `ledger` then has.
  bool TakesNewCredential(DataShare const& want, kinds::WorkLedger& ledger,
                          http::CallContext const& call);

 private:
  azure_access::Identities& identities_;
};

/// What a failed call means for the object; account and `cluster_id` may be empty.
Problem Explain(DataShare const& want, AccountStatus const& account, Error const& error,
                std::string const& cluster_id);

}  // namespace adxf::data_share
