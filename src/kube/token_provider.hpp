#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace adxf::kube {

/// Bearer tokens for the API server. Thread-safe.
class TokenProvider {
 public:
  virtual ~TokenProvider() = default;

  /// The token to send now; an empty secret when none is needed.
  virtual Result<Secret> Token() = 0;

  /// The server refused the last token: forget what is cached.
  virtual void Refused() = 0;
};

/// Reads a small file as text. Errors: kNotFound, kUnavailable.
using FileReader = std::function<Result<std::string>(std::string const& path)>;
Result<std::string> ReadFile(std::string const& path);

/// A token that never changes; empty: none.
class FixedToken final : public TokenProvider {
 public:
  explicit FixedToken(Secret token) : token_(std::move(token)) {}
  Result<Secret> Token() override { return token_.Clone(); }
  void Refused() override {}

 private:
  Secret const token_;
};

/// A token from a file that others replace: read again every 50 s, and at once after Refused().
/// While the file cannot be read the last token goes on being used.
class TokenFile final : public TokenProvider {
 public:
  TokenFile(std::string path, FileReader read, Clock& clock);
  Result<Secret> Token() override;
  void Refused() override;

 private:
  std::string const path_;
  FileReader const read_;
  Clock& clock_;
  std::mutex mutex_;
  // Guarded by mutex_.
  Secret token_;
  std::optional<SteadyPoint> read_at_;
};

}  // namespace adxf::kube
