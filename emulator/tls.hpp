#pragma once

#include <string>

namespace adxf::emulator {

/// A certificate authority made for this process, and the server certificate it signed for
/// 127.0.0.1 and localhost.
struct TlsIdentity {
  std::string ca_pem{};
  std::string certificate_pem{};
  std::string key_pem{};
};

/// Makes both with fresh EC keys, valid for a year. Throws std::runtime_error where OpenSSL fails.
TlsIdentity MakeTlsIdentity();

}  // namespace adxf::emulator
