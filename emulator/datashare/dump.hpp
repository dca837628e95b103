#pragma once

#include "emulator/state.hpp"

#include <nlohmann/json_fwd.hpp>

namespace adxf::emulator::datashare {

/// Accounts with all that is in them, and all invitations, for the side door.
nlohmann::json StateJson(Estate const& estate);

/// `{mails: [{kind, to, sentAt, share, invitationId, linkId, code}]}`
nlohmann::json MailsJson(Estate const& estate);

}  // namespace adxf::emulator::datashare
