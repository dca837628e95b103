#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adxf {

/// Base64 with padding (RFC 4648, section 4), on one line.
std::string EncodeBase64(std::string_view bytes);
/// Line breaks and blanks around and inside are skipped, as in PEM and kubeconfig; nullopt for
/// anything malformed.
std::optional<std::string> DecodeBase64(std::string_view text);

/// The URL-safe alphabet without padding (RFC 4648, section 5), as in JWTs.
std::string EncodeBase64Url(std::string_view bytes);
/// Padding is accepted but not needed; nullopt for anything malformed.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace adxf
