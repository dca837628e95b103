#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply ListAttachments(Context& context);
WireReply GetAttachment(Context& context);
WireReply PutAttachment(Context& context);
WireReply DeleteAttachment(Context& context);

/// Starts the operation that takes an attachment away, from either side.
WireReply StartDetach(Context& context, Cluster& follower, Attachment& attachment);

}  // namespace adxf::emulator::arm
