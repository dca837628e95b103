#pragma once

#include "emulator/model.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace adxf::emulator {
struct Estate;
}

namespace adxf::emulator::entra {

/// An error of the authority: its number, OAuth's word for it, what it says.
struct Refused {
  int code = 0;
  std::string error{};
  std::string message{};
};

/// Why Entra would not take this statement (JWT) of a client in place of a secret. One that names
/// the client itself as its issuer must be signed by one of the application's certificates, be for
/// this token endpoint and within its time. Any other is a federated one: issuer, subject, audience
/// and time are compared, and the signature where the seed gives the issuer's keys.
std::optional<Refused> CheckAssertion(Estate& estate, Application const& app,
                                      std::string const& assertion);

}  // namespace adxf::emulator::entra
