#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace adxf::emulator {

/// What the command line says.
struct Options {
  std::filesystem::path
      seed{};  ///< empty: the built-in one beside the program or in the source tree
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;          ///< of ARM, Entra and the side door
  std::filesystem::path ca_dir{};  ///< where ca.pem is written, if anywhere
  std::filesystem::path ready_file{};
  std::filesystem::path exchanges{};  ///< JSON lines of ARM exchanges
  std::string arm_url{};              ///< how others reach ARM; empty: the address and the port
  std::string cluster_url{};  ///< the same of a cluster, with {name}: then all share one port
  std::filesystem::path tls_certificate{};  ///< PEM, the server's first; empty: made here
  std::filesystem::path tls_key{};
  std::optional<std::int64_t> schema_refresh_ms{};
  std::optional<std::int64_t> operation_duration_ms{};
  std::optional<std::int64_t> lag_ms{};
};

/// Serves until SIGTERM or SIGINT. Returns the exit code.
int RunEmulator(Options const& options);

}  // namespace adxf::emulator
