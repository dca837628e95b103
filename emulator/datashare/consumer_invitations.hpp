#pragma once

#include "emulator/datashare/place.hpp"

/// What a recipient sees of invitations, in whichever subscription or tenant they were sent. The
/// token alone decides: its address, or its tenant and object id. Others get 404, as if there were
/// no such invitation.
namespace adxf::emulator::datashare {

WireReply ListConsumerInvitations(Context& context);
WireReply GetConsumerInvitation(Context& context);
WireReply RejectInvitation(Context& context);

/// The invitation, if it was sent to the caller from that location, or the 404.
Found<Invitation> InvitationFor(Context& context, std::string_view id, std::string_view location);

bool IsExpired(Context const& context, Invitation const& invitation);

/// The answer to somebody who would accept or reject what is no longer open.
std::optional<WireReply> RefuseClosed(Context const& context, Invitation const& invitation);

}  // namespace adxf::emulator::datashare
