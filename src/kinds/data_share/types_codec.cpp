#include "kinds/data_share/types.hpp"
#include "kinds/data_share/types_table.hpp"
#include "model/clip.hpp"
#include "model/json_codec.hpp"
#include "model/object_json.hpp"

#include <nlohmann/json.hpp>

namespace adxf::data_share {

std::string_view ToString(DeletionPolicy value) { return model::EnumName(value); }

void Truncate(Status& status) {
  auto note = [&](std::string_view list, std::size_t total) {
    kinds::NoteCut(status.truncated, list, total);
  };
  model::Clip(status, note);
  std::ranges::sort(status.truncated, {}, &TruncatedList::list);
}

Result<DataShare> DecodeDataShare(nlohmann::json const& object) {
  DataShare decoded;
  TRY_ASSIGN(decoded.metadata, model::DecodeMeta(object));
  if (auto const read = model::codec::ReadMember(object, "spec", decoded.spec); !read)
    return Failure(read.error());
  if (auto const read = model::codec::ReadMember(object, "status", decoded.status); !read)
    return Failure(read.error());
  return decoded;
}

std::string EncodeStatus(Status const& status) { return model::ToJsonText(status); }

std::string ShareName(DataShare const& share) {
  return share.spec.share_name.value_or(share.metadata.name);
}

}  // namespace adxf::data_share
