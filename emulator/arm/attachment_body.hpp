#pragma once

#include "emulator/arm/context.hpp"

#include <nlohmann/json_fwd.hpp>

#include <expected>

namespace adxf::emulator::arm {

/// Reads the body of an attachment PUT. Refuses (400) what the schema and the documented rules of
/// the table lists refuse: missing or mistyped members, unknown kinds, more than 100 entries,
/// wildcards anywhere but at the end, lists, override or both names together with "*".
std::expected<Attachment, ServiceError> ParseAttachment(nlohmann::json const& body);

/// Reads table level sharing properties. Refuses what is mistyped, misplaced wildcards and more
/// than 100 entries.
std::expected<SharingLists, ServiceError> ParseSharing(nlohmann::json const& object);

nlohmann::json SharingJson(SharingLists const& sharing);

enum class LocationForm { kAsSent, kDisplay };
/// The resource as ARM answers it. `attachedDatabaseNames` holds the follower's databases of this
/// attachment.
nlohmann::json AttachmentJson(Estate const& estate, Cluster const& cluster,
                              Attachment const& attachment, LocationForm form);

}  // namespace adxf::emulator::arm
