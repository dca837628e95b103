#include "kinds/follower_database/types.hpp"
#include "kinds/follower_database/types_spec.hpp"
#include "kinds/follower_database/types_status_table.hpp"
#include "model/pack_described.hpp"

namespace adxf::follower_database {

using namespace model::packing;

model::Packed Pack(FollowerDatabase const& object) {
  auto const& [metadata, spec, status] = object;
  model::Packer out;
  Put(out, metadata);
  Put(out, spec);
  Put(out, status);
  return out.Done();
}

void Unpack(model::Packed const& packed, FollowerDatabase& object) {
  auto& [metadata, spec, status] = object;
  model::Unpacker in(packed);
  Take(in, metadata);
  Take(in, spec);
  Take(in, status);
}

}  // namespace adxf::follower_database
