#pragma once

#include "kinds/azure_access/identities.hpp"
#include "kinds/common/ledger.hpp"
#include "kinds/common/plan.hpp"
#include "kinds/common/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace adxf::kinds {

/// What a denied identity means for an object, told on `condition`.
Problem ProblemOf(azure_access::Resolution const& denied, std::string_view condition);

/// Sets the ledger's session to that of the identity that the object acts with; null, and what
/// stands in the way, where it is denied.
std::optional<Problem> ResolveIdentity(WorkLedger& ledger, azure_access::Identities& identities,
                                       azure_access::IdentityRequest const& request,
                                       std::string_view condition, http::CallContext const& call);

bool IsRefused(std::optional<Problem> const& problem);

/// After a refusal: whether the Secret, which is read again, holds something else by now; then
/// `ledger` has the session of that. What was replaced while it was in use is told by nobody.
bool TakesNewCredential(WorkLedger& ledger, azure_access::Identities& identities,
                        azure_access::IdentityRequest const& request,
                        http::CallContext const& call);

/// "the identity of Secret x (spec.credentialsSecretRef)", or the operator's own.
std::string IdentityWords(std::optional<SecretRef> const& secret);

/// A call to Azure that failed, and what a message about it can name.
struct ShareCall {
  std::string condition{};
  std::string identity{};      ///< In words.
  std::string account_id{};    ///< ARM id of the Data Share account.
  std::string principal_id{};  ///< Of the account's identity; empty: not known.
  std::string cluster_id{};    ///< Concerned by the call; empty: none.
};

/// The problem that a failed call to Data Share means.
Problem ExplainShareCall(Error const& error, ShareCall const& call);

}  // namespace adxf::kinds
