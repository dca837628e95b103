#pragma once

#include "emulator/entra/keys.hpp"
#include "emulator/faults.hpp"
#include "emulator/state.hpp"
#include "emulator/wire.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace adxf::emulator {

/// What the server does with an answer, once it is made.
struct Delivery {
  WireReply reply{};
  std::chrono::milliseconds delay{0};
  bool cut = false;  ///< close the connection without an answer
};

/// The emulated services behind their sockets: takes a request to the control port, or to a
/// cluster's port, checks its token, lets fault rules act, calls the handler and writes the call
/// log. Thread-safe; handlers run one at a time.
class Service {
 public:
  /// Gets every ARM exchange; may be empty.
  using Recorder = std::function<void(WireRequest const&, WireReply const&)>;

  explicit Service(Estate& estate, Recorder recorder = {})
      : estate_(estate), recorder_(std::move(recorder)) {}

  Delivery ServeControl(WireRequest const& request);
  Delivery ServeCluster(std::string const& cluster_key, WireRequest const& request);

 private:
  using Handler = std::function<WireReply()>;
  Delivery Serve(std::string_view service, FaultSubject const& subject, WireRequest const& request,
                 Handler const& handler);
  WireReply Arm(WireRequest const& request);
  WireReply Kusto(std::string const& cluster_key, WireRequest const& request);
  void Record(std::string_view service, FaultSubject const& subject, WireRequest const& request,
              WireReply const& reply, std::string const& fault, bool cut);

  Estate& estate_;  // its own mutex guards it
  Recorder recorder_;
  entra::SigningKey key_;
};

}  // namespace adxf::emulator
