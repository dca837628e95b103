#pragma once

#include "emulator/kusto/failure.hpp"
#include "emulator/kusto/parser/command.hpp"
#include "emulator/kusto/session.hpp"

#include <string>
#include <vector>

namespace adxf::emulator::kusto {

/// `aaduser=…`, `aadgroup=…`, `aadapp=…`, `msauser=…` through the directory. A GUID without a
/// tenant means the cluster's own; a display name needs a tenant. Refuses what the directory does
/// not know.
Outcome<std::vector<Principal>> ResolvePrincipals(Session const& session,
                                                  std::vector<std::string> const& texts);

/// What `ChangeGrants` does to each principal.
struct GrantChange {
  Change change = Change::kAdd;
  DatabaseRole role = DatabaseRole::kViewer;
  std::string notes{};
};

/// Adds or drops each principal in that role. One that is there already keeps its note; one that is
/// not there is no error to drop.
std::vector<Grant> ChangeGrants(std::vector<Grant> grants, GrantChange const& change,
                                std::vector<Principal> const& principals);

}  // namespace adxf::emulator::kusto
