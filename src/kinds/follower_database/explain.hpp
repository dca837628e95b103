#pragma once

#include "base/error.hpp"
#include "kinds/follower_database/plan_input.hpp"

#include <string>

/// Errors of Azure in the words of this kind's conditions.
namespace adxf::follower_database {

enum class Doing {
  kReadingFollower,
  kReadingLeader,
  kAttaching,
  kDetaching,
  kReadingFollowers,  ///< The leader's list of who follows it.
  kDetachingFromLeader,
  kApplyingPolicies,
  kReadingPolicies,
  kReadingShare,
  kMakingAccount,
  kAccepting,
  kMapping,
  kUnmapping,
  kLeavingShare
};

/// The problem that a failed call means for the object; the message names the cluster and the
/// identity concerned. `principal_id` is that of the Data Share account's identity, where known.
Problem Explain(Error const& error, Doing doing, FollowerDatabase const& want,
                std::string const& principal_id = "");

/// True when another operation holds the cluster: ordinary contention, not worth a word to the
/// user.
bool IsContention(Error const& error);

/// True when a command on a policy was refused for what it says: another one may succeed.
bool IsAboutTheCommand(Error const& error);

}  // namespace adxf::follower_database
