#pragma once

#include "azure/observer_pool.hpp"
#include "kinds/azure_access/identities.hpp"
#include "kinds/follower_database/credentials.hpp"
#include "kinds/follower_database/ledger.hpp"
#include "kinds/follower_database/observe_share.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <string>

namespace adxf::follower_database {

struct ObserveOptions {
  std::string instance{};
  Duration schema_patience = std::chrono::minutes(10);
  Duration probe_interval = std::chrono::seconds(30);  ///< Where an object does not say.
  bool reads_latency_always = false;  ///< Azure's figure of the lag also where ours is known.
  Pace pace{};
  FindInvitation find_invitation{};
};

/// Gathers what a decision needs: identities, the latest look of the observers, the operation under
/// way. Reads little by itself: a Secret when its time has come, one poll of an operation, and of a
/// share what Data Share shows.
class Observation {
 public:
  Observation(azure_access::Identities& identities, azure::ObserverPool& pool,
              ObserveOptions options, Clock& clock);

  Observed Look(FollowerDatabase const& want, Ledger& ledger, http::CallContext const& call);

  /// How often the object's databases are probed for lag.
  [[nodiscard]] Duration ProbeInterval(FollowerDatabase const& want) const;

  /// The object is gone, or needs no looks: gives its subscriptions back.
  void Leave(std::string const& who, Ledger& ledger);

 private:
  void Attend(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
              http::CallContext const& call);
  void Approach(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                http::CallContext const& call);
  void AttendLeader(FollowerDatabase const& want, std::shared_ptr<azure::Session> const& session,
                    Observed& seen, Ledger& ledger, http::CallContext const& call);
  void AttendFollower(FollowerDatabase const& want, model::ResourceId const& follower,
                      std::vector<std::string> const& attachments, Ledger& ledger);
  void LookAtShare(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                   http::CallContext const& call);
  void AttendToDetach(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                      http::CallContext const& call);
  void AttendLeaderSide(FollowerDatabase const& want, Observed& seen, Ledger& ledger);
  void ReadOwnRights(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                     http::CallContext const& call);
  void PollOperation(FollowerDatabase const& want, Ledger& ledger, http::CallContext const& call);

  Credentials credentials_;
  azure::ObserverPool& pool_;
  ObserveOptions const options_;
  Clock& clock_;
};

/// "namespace/name", the name under which an object subscribes and holds write slots.
std::string HolderName(FollowerDatabase const& want);

}  // namespace adxf::follower_database
