#pragma once

#include "azure/observer_pool.hpp"
#include "azure/write_slots.hpp"
#include "kinds/follower_database/credentials.hpp"
#include "kinds/follower_database/ledger.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/types.hpp"
#include "kube/kube_api.hpp"
#include "runtime/finalizer.hpp"
#include "runtime/status_writer.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace adxf::follower_database {

/// The resource of this kind as the API server names it.
kube::ResourceType const& ResourceTypeOfKind();

/// How far a plan was carried out.
struct Execution {
  enum class End {
    kDone,      ///< Every action succeeded.
    kWaiting,   ///< Somebody else writes on the cluster, or what was seen is stale: look again when
                ///< woken.
    kUnderWay,  ///< Azure accepted a long-running operation.
    kFailed,    ///< Azure refused or could not; the ledger knows for how long to rest.
    kMovedOn,   ///< The object, or its identity, is not what was decided with: pass again.
    kError,     ///< Kubernetes could not be reached or refused; `error` tells.
  };
  End end = End::kDone;
  bool waits_for_turn = false;  ///< With kWaiting: woken when the turn comes, and by nothing else.
  std::optional<Problem> problem{};
  std::optional<Error> error{};
  model::ObjectMeta metadata{};        ///< After the finalizer was changed and the claim stored.
  std::optional<Status> claimed{};     ///< The status that is stored with the claim.
  std::vector<kinds::Step> steps{};    ///< The actions, and what came of each.
  std::vector<CoveredChange> noted{};  ///< What was done and nobody asked for just now: drift put
                                       ///< right, grants that ran out.
};

/// Carries out plans: in order, stopping at the first action that fails or is not finished. Only a
/// policy that Azure refuses for what it says, as of a table that is not there, holds back no more
/// than what depends on it. Before the first write to Azure in a pass the object is proved current,
/// by the finalizer's patch or by a live read.
class Executor {
 public:
  struct Parts {
    kube::KubeApi& kube;
    runtime::Finalizers& finalizers;
    runtime::StatusWriter& statuses;
    azure::WriteSlots& slots;
    azure::ObserverPool& pool;
    azure_access::Identities& identities;
    Clock& clock;
    Pace pace{};
  };

  explicit Executor(Parts parts) : parts_(parts), credentials_(parts.identities) {}

  /// Tells also what became of operations that earlier passes began.
  Execution Run(FollowerDatabase const& want, Plan const& plan, Ledger& ledger,
                http::CallContext const& call);

 private:
  struct Pass;

  Execution Carry(Pass& pass);
  /// Action `i` of the plan, when its turn has come.
  Execution TryStep(Pass& pass, std::size_t i);
  Execution QueueUp(Pass& pass);

  Execution Step(Pass& pass, Action const& action);
  Execution Step(Pass& pass, AddFinalizer const& action);
  Execution Step(Pass& pass, RemoveFinalizer const& action);
  Execution Step(Pass& pass, RecordClaim const& action);
  Execution Step(Pass& pass, PutAttachment const& put);
  Execution Step(Pass& pass, DeleteAttachment const& action);
  Execution Step(Pass& pass, DetachFromLeader const& action);
  Execution Step(Pass& pass, CreateAccount const& action);
  Execution Step(Pass& pass, AcceptInvitation const& action);
  Execution Step(Pass& pass, PutMapping const& put);
  Execution Step(Pass& pass, DeleteMapping const& action);
  Execution Step(Pass& pass, LeaveShare const& action);
  Execution Step(Pass& pass, ChangePolicy const& change);

  void GiveBack(FollowerDatabase const& want, Execution const& result, Ledger& ledger);
  Execution AcquireTurn(Pass& pass, Action const& action);
  Execution ProveCurrent(Pass& pass);
  Execution Started(Pass& pass, Result<azure::Accepted> const& accepted, Doing doing);
  Execution Refused(Pass& pass, Error const& error, Doing doing);
  bool TakesNewCredential(Pass& pass, Doing doing);

  Parts parts_;
  Credentials credentials_;
};

}  // namespace adxf::follower_database
