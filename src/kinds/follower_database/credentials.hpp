#pragma once

#include "kinds/azure_access/identities.hpp"
#include "kinds/follower_database/ledger.hpp"
#include "kinds/follower_database/types.hpp"

#include <memory>
#include <optional>

namespace adxf::follower_database {

/// Which identities an object acts with, and what becomes of those that Azure refuses. Thread-safe.
class Credentials {
 public:
  explicit Credentials(azure_access::Identities& identities) : identities_(identities) {}

  /// Nothing, with the reason in `problem`, where there is no identity to act with.
  std::shared_ptr<azure::Session> Resolve(FollowerDatabase const& want,
                                          std::optional<SecretRef> const& secret,
                                          std::optional<Problem>& problem,
                                          http::CallContext const& call);

  /// An object that rests may be deleted after its Secret: what a finalizer will need is read in
  /// time.
  void Keep(FollowerDatabase const& want, http::CallContext const& call);

  /// The Secrets whose identities the observers saw refused are read again at the next Resolve.
  void NoteRefused(FollowerDatabase const& want, Ledger const& ledger);

  /// After a refusal: whether the Secret, which is read again, holds something else by now; then
  /// `ledger` has the session of that.
  bool TakesNew(FollowerDatabase const& want, Ledger& ledger, http::CallContext const& call);

  /// The same for the identity that acts on the leader.
  bool TakesNewOfLeader(FollowerDatabase const& want, Ledger& ledger,
                        http::CallContext const& call);

 private:
  std::shared_ptr<azure::Session> ResolveRefused(FollowerDatabase const& want,
                                                 std::optional<SecretRef> const& secret,
                                                 http::CallContext const& call);

  azure_access::Identities& identities_;
};

/// The Secret of the identity that reads the leader, where it has one of its own.
std::optional<SecretRef> LeaderSecret(FollowerDatabase const& want);

}  // namespace adxf::follower_database
