#pragma once

#include "emulator/model.hpp"

#include <optional>
#include <string>

namespace adxf::emulator {

struct Estate;

/// A request to a cluster's data endpoint. The server has verified the bearer token (signature,
/// expiry, audience of this cluster) and answered 401 itself where it was missing or wrong; only
/// paths that need none
/// (`/v1/rest/auth/metadata`) arrive without a caller. The cluster is Running (others never get
/// here: the server cuts the connection, as the absent host of a stopped cluster would).
struct KustoRequest {
  std::string method{};
  std::string path{};  ///< "/v1/rest/mgmt", without query
  std::string query{};
  ByName<std::string> headers{};
  std::string body{};
  std::optional<Caller> caller{};
};

struct KustoReply {
  int status = 200;
  ByName<std::string> headers{};  ///< Content-Type defaults to application/json
  std::string body{};
  std::string operation{};    ///< for the call log: ".show follower database", "query"
  std::string command{};      ///< for the call log: the text
  bool is_write = false;      ///< a command that changes something
  bool was_accepted = false;  ///< and did
};

/// The data plane of one cluster, a plain function: the caller holds the estate's lock and has
/// called Settle. Authorisation by database and cluster role is done in here.
KustoReply HandleKusto(Estate& estate, std::string const& cluster_key, KustoRequest const& request);

}  // namespace adxf::emulator
