#include "runtime/status_writer.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>

namespace adxf::runtime {
namespace {

using Json = nlohmann::json;

std::string BodyOf(kube::ResourceType const& type, model::ObjectMeta const& seen,
                   std::string const& version, std::string const& status) {
  Json const head{{"apiVersion", type.ApiVersion()},
                  {"kind", type.kind},
                  {"metadata",
                   {{"name", seen.name},
                    {"namespace", seen.name_space},
                    {"uid", seen.uid},
                    {"resourceVersion", version}}}};
  auto body = head.dump();
  body.back() = ',';
  return body.append("\"status\":").append(status).append("}");
}

Json const& MetaOf(Json const& object) {
  static Json const kNone = Json::object();
  auto const found = object.find("metadata");
  return found == object.end() ? kNone : *found;
}

std::string VersionOf(Json const& object) {
  return MetaOf(object).value("resourceVersion", std::string());
}

bool IsSameSpec(Json const& live, model::ObjectMeta const& seen) {
  auto const& meta = MetaOf(live);
  return meta.value("uid", std::string()) == seen.uid &&
         meta.value("generation", std::int64_t{0}) == seen.generation;
}

Failure MovedOn(model::ObjectMeta const& seen) {
  return Fail(Code::kConflict, "status of " + seen.name_space + "/" + seen.name +
                                   " not written: the object was changed meanwhile, looking again");
}

}  // namespace

Result<StatusWritten> StatusWriter::Write(kube::ResourceType const& type,
                                          model::ObjectMeta const& seen, StatusPair const& status,
                                          http::CallContext const& call) {
  if (status.current == status.wanted)
    return StatusWritten{.resource_version = seen.resource_version};
  if (seen.is_gone) return StatusWritten{.resource_version = seen.resource_version};
  if (!AcquireSlot(call.stop)) return Fail(Code::kCancelled, "asked to stop before writing status");
  struct Slot {
    StatusWriter& writer;
    ~Slot() { writer.ReleaseSlot(); }
  } const slot{*this};
  return WriteInSlot(type, seen, status, call);
}

Result<StatusWritten> StatusWriter::WriteInSlot(kube::ResourceType const& type,
                                                model::ObjectMeta const& seen,
                                                StatusPair const& status,
                                                http::CallContext const& call) {
  kube::ObjectKey const key{.ns = seen.name_space, .name = seen.name};
  auto version = seen.resource_version;
  for (int retry = 0;; ++retry) {
    auto const put = api_.PutStatus(type, key, BodyOf(type, seen, version, status.wanted), call);
    if (put) return StatusWritten{.resource_version = VersionOf(*put)};
    if (put.error().code != Code::kConflict) return Failure(put.error());
    if (retry == kMostRetries) return MovedOn(seen);
    TRY_ASSIGN(auto const live, api_.Get(type, key, call));
    if (!IsSameSpec(live, seen)) return MovedOn(seen);
    version = VersionOf(live);
    auto const stands = live.value("status", Json());
    // The conflict may be with ourselves: a first try whose answer was lost.
    if (stands == Json::parse(status.wanted)) return StatusWritten{.resource_version = version};
    // Who decided without knowing that status might wipe out a claim in it.
    if (stands != Json::parse(status.current)) return MovedOn(seen);
  }
}

bool StatusWriter::AcquireSlot(std::stop_token const& stop) {
  std::unique_lock lock(mutex_);
  if (!freed_.wait(lock, stop, [this] { return free_slots_ > 0; })) return false;
  --free_slots_;
  return true;
}

void StatusWriter::ReleaseSlot() {
  {
    std::lock_guard const lock(mutex_);
    ++free_slots_;
  }
  freed_.notify_one();
}

}  // namespace adxf::runtime
