#include "base/log.hpp"
#include "operator/flags.hpp"
#include "operator/wiring.hpp"

#include <malloc.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int kLostLease = 3;

/// Blocks the stop signals for the whole process; every thread made later inherits it.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

int Run(adxf::app::Config const& config, sigset_t const& signals) {
  auto const sink = adxf::MakeLogSink(config.log_level, config.log_format);
  adxf::Log const log(*sink);
  auto const app = adxf::app::App::Make(config, log, [log](std::string_view why) {
    log.Error("ending at once: this process must not lead any longer", {adxf::kv("reason", why)});
    std::_Exit(kLostLease);  // Tidying up would take time, and others may be at work by now.
  });
  if (!app) {
    log.Error("cannot start", {adxf::kv("error", app.error().message)});
    return 1;
  }
  if (config.allow_loopback_endpoints)
    log.Warn("tokens may be sent to loopback addresses",
             {adxf::kv("flag", "allow-loopback-endpoints")});
  (*app)->Start();
  log.Info("started", {adxf::kv("metrics_port", (*app)->MetricsPort())});
  int signal = 0;
  sigwait(&signals, &signal);
  log.Info("stopping", {adxf::kv("signal", signal)});
  (*app)->Stop();
  log.Info("stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // One arena for each of twenty threads would hold several times the memory that is in use.
  mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): there is no other thread yet
  auto const signals = BlockStopSignals();
  auto const invocation = adxf::app::ParseCommandLine(
      std::vector<std::string>(argv + 1, argv + argc), adxf::app::ProcessEnvironment());
  if (!invocation.config) {
    std::fputs(invocation.text.c_str(), invocation.exit_code == 0 ? stdout : stderr);
    return invocation.exit_code;
  }
  return Run(*invocation.config, signals);
}
