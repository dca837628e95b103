#pragma once

#include "emulator/model.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Signatures of others: of clients by their certificates, of issuers by their published keys.
namespace adxf::emulator::entra {

/// The first certificate of a PEM text; nothing when there is none.
std::optional<ClientCertificate> ReadCertificate(std::string_view pem);

/// `algorithm`: RS256 or PS256, as in a JWT's header. False for any other.
bool VerifyByCertificate(std::string const& der, std::string_view algorithm, std::string_view text,
                         std::string_view signature);

/// RS256 by the key with that id in a JSON Web Key Set.
bool VerifyByKeySet(std::string const& keys, std::string_view id, std::string_view text,
                    std::string_view signature);

std::string_view WithoutPadding(std::string_view base64url);

}  // namespace adxf::emulator::entra
