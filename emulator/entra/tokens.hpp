#pragma once

#include "emulator/entra/keys.hpp"
#include "emulator/model.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::emulator {
struct Estate;
}

namespace adxf::emulator::entra {

/// Makes a signed access token (JWT, RS256) for an application.
std::string IssueToken(Estate const& estate, SigningKey const& key, Application const& app,
                       std::string_view audience);

enum class TokenFault { kMissing, kMalformed, kSignature, kExpired, kAudience };

struct Refusal {
  TokenFault fault = TokenFault::kMissing;
  std::string message{};
};

/// Who an `Authorization` header speaks for, or why it is refused. `audiences` are compared in
/// lower case and without a trailing slash.
std::expected<Caller, Refusal> VerifyToken(Estate const& estate, SigningKey const& key,
                                           std::string_view authorization,
                                           std::vector<std::string> const& audiences);

/// The audiences that ARM takes: Azure's own of each cloud, and this emulator's origin.
std::vector<std::string> ArmAudiences(Estate const& estate);
/// Those of one cluster: its URI (with or without port) and Kusto's general resources.
std::vector<std::string> KustoAudiences(Cluster const& cluster);

/// Whether tokens for this resource are made at all.
bool IsKnownResource(Estate const& estate, std::string_view resource);

/// "https://x/" and "HTTPS://X" are one audience.
std::string NormaliseAudience(std::string_view audience);

}  // namespace adxf::emulator::entra
