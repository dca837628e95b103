#include "kinds/follower_database/types.hpp"
#include "kinds/follower_database/types_spec.hpp"
#include "kinds/follower_database/types_status_table.hpp"
#include "model/clip.hpp"
#include "model/json_bound.hpp"
#include "model/json_codec.hpp"
#include "model/object_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::follower_database {

namespace {

using model::EnumName;

template <class T>
void Halve(std::vector<TruncatedList>& cuts, std::string_view path, std::vector<T>& list) {
  if (list.empty()) return;
  // Of two cuts of the same list the first knew the whole length.
  kinds::NoteCut(cuts, path, kinds::TotalOf(cuts, path, list.size()));
  list.resize(list.size() / 2);
}

/// What a reader misses least goes first.
void HalveLists(Status& status) {
  auto& cuts = status.truncated;
  if (status.effective_policy) {
    Halve(cuts, "effectivePolicy.principals", status.effective_policy->principals);
    Halve(cuts, "effectivePolicy.caching", status.effective_policy->caching);
  }
  Halve(cuts, "drift", status.drift);
  Halve(cuts, "plan", status.plan);
  if (status.attachment) Halve(cuts, "attachment.databases", status.attachment->databases);
  Halve(cuts, "grants", status.grants);
}

}  // namespace

std::string_view ToString(ModificationKind value) { return EnumName(value); }
std::string_view ToString(Ownership value) { return EnumName(value); }
std::string_view ToString(Role value) { return EnumName(value); }
std::string_view ToString(DeletionPolicy value) { return EnumName(value); }
std::string_view ToString(Origin value) { return EnumName(value); }
std::string_view ToString(PolicyOrigin value) { return EnumName(value); }
std::string_view ToString(EntityKind value) { return EnumName(value); }

void Truncate(Status& status) {
  constexpr int kMaxHalvings = 12;  // More than log2 of the longest list.
  auto note = [&](std::string_view list, std::size_t total) {
    kinds::NoteCut(status.truncated, list, total);
  };
  model::Clip(status, note);
  auto const is_too_long = [&] {
    return model::MostJsonBytes(status) > kMaxStatusBytes &&
           EncodeStatus(status).size() > kMaxStatusBytes;
  };
  for (int i = 0; i < kMaxHalvings && is_too_long(); ++i) HalveLists(status);
  // Whichever was cut in an earlier pass: another order would be another status.
  std::ranges::sort(status.truncated, {}, &TruncatedList::list);
}

Result<FollowerDatabase> DecodeFollowerDatabase(nlohmann::json const& object) {
  if (!object.is_object())
    return Fail(Code::kInvalid,
                "expected a FollowerDatabase, found " + std::string(object.type_name()));
  FollowerDatabase decoded;
  TRY_ASSIGN(decoded.metadata, model::DecodeMeta(object));
  if (auto const read = model::codec::ReadMember(object, "spec", decoded.spec); !read)
    return Failure(read.error());
  if (auto const read = model::codec::ReadMember(object, "status", decoded.status); !read)
    return Failure(read.error());
  return decoded;
}

Result<FollowerDatabase> ParseFollowerDatabase(std::string_view json) {
  TRY_ASSIGN(nlohmann::json const object, model::ParseObject(json));
  return DecodeFollowerDatabase(object);
}

std::string EncodeStatus(Status const& status) { return model::ToJsonText(status); }

nlohmann::json EncodeSpec(Spec const& spec) { return model::codec::Write(spec); }

nlohmann::json EncodeFollowerDatabase(FollowerDatabase const& object) {
  return {{"apiVersion", std::string(kApiVersion)},
          {"kind", std::string(kKind)},
          {"metadata", model::EncodeMeta(object.metadata)},
          {"spec", EncodeSpec(object.spec)},
          {"status", model::codec::Write(object.status)}};
}

}  // namespace adxf::follower_database
