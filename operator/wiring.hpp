#pragma once

#include "base/log.hpp"
#include "base/result.hpp"
#include "operator/flags.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace adxf::app {

/// The whole operator, wired: everything is made here, in the order in which it depends on each
/// other, and ends in the opposite order.
class App {
 public:
  using LostLease = std::function<void(std::string_view why)>;

  /// Errors: what is wrong with the access to the API server, the TLS files or the listening port,
  /// with what to do.
  /// `lost_lease` is called from any thread when another process may lead by now.
  static Result<std::unique_ptr<App>> Make(Config const& config, Log const& log,
                                           LostLease lost_lease);
  ~App();

  /// Starts the threads; returns at once.
  void Start();
  /// Ends everything within ten seconds.
  void Stop();

  [[nodiscard]] int MetricsPort() const;

 private:
  struct Parts;
  explicit App(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace adxf::app
