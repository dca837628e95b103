#include "kinds/invitation/types.hpp"
#include "kinds/invitation/types_table.hpp"
#include "model/clip.hpp"
#include "model/json_codec.hpp"
#include "model/object_json.hpp"

#include <nlohmann/json.hpp>

namespace adxf::invitation {

std::string_view ToString(Access value) { return model::EnumName(value); }
std::string_view ToString(DeletionPolicy value) { return model::EnumName(value); }
std::string_view ToString(State value) { return model::EnumName(value); }

void Truncate(Status& status) {
  auto ignore = [](std::string_view, std::size_t) {};
  model::Clip(status, ignore);
}

Result<Invitation> DecodeInvitation(nlohmann::json const& object) {
  Invitation decoded;
  TRY_ASSIGN(decoded.metadata, model::DecodeMeta(object));
  if (auto const read = model::codec::ReadMember(object, "spec", decoded.spec); !read)
    return Failure(read.error());
  if (auto const read = model::codec::ReadMember(object, "status", decoded.status); !read)
    return Failure(read.error());
  return decoded;
}

std::string EncodeStatus(Status const& status) { return model::ToJsonText(status); }

}  // namespace adxf::invitation
