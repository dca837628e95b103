#pragma once

#include "base/log.hpp"
#include "base/result.hpp"
#include "operator/flags.hpp"

#include <memory>
#include <string>

namespace adxf::app {

/// The whole operator, wired: everything is made here, in the order in which it depends on each
/// other, and ends in the opposite order.
class App {
 public:
  /// Errors: what is wrong with the access to the API server, the TLS files or the listening port,
  /// with what to do.
  static Result<std::unique_ptr<App>> Make(Config const& config, Log const& log);
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
