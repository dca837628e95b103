#pragma once

#include "kube/kube_api.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adxf::test {

/// One call that FakeKube received.
struct KubeCall {
  std::string verb{};  ///< "get", "list", "create", "put status", "patch".
  std::string plural{};
  kube::ObjectKey key{};
  nlohmann::json body{};
};

/// An API server in memory: objects with versions, uids, generations, finalizers and the optimistic
/// locking of the real one. Answers can be scripted: `FailNext` refuses before acting,
/// `LoseNextAnswer` acts and then refuses. Thread-safe.
class FakeKube final : public kube::KubeApi {
 public:
  using Json = nlohmann::json;

  // What the test does, as a user with kubectl would.

  /// Stores an object with a new uid and version; `object` needs metadata.name.
  Json Put(kube::ResourceType const& type, Json object) {
    std::lock_guard const lock(mutex_);
    return Insert(type, std::move(object));
  }

  /// Changes an object in place; a changed spec moves the generation.
  void Edit(kube::ResourceType const& type, kube::ObjectKey const& key,
            std::function<void(Json&)> const& change) {
    std::lock_guard const lock(mutex_);
    auto& object = objects_.at({type.plural, key});
    auto const spec = object.value("spec", Json());
    change(object);
    if (object.value("spec", Json()) != spec) BumpGeneration(object);
    Bump(object);
  }

  /// kubectl delete: marks it while finalizers are left, else removes it.
  void Delete(kube::ResourceType const& type, kube::ObjectKey const& key) {
    std::lock_guard const lock(mutex_);
    auto const found = objects_.find({type.plural, key});
    if (found == objects_.end()) return;
    auto& meta = found->second["metadata"];
    if (!meta.contains("finalizers") || meta["finalizers"].empty()) return Remove(found);
    if (meta.contains("deletionTimestamp")) return;
    meta["deletionTimestamp"] = "2026-01-01T00:00:00Z";
    BumpGeneration(found->second);
    Bump(found->second);
  }

  /// Removes it whatever it says.
  void Erase(kube::ResourceType const& type, kube::ObjectKey const& key) {
    std::lock_guard const lock(mutex_);
    auto const found = objects_.find({type.plural, key});
    if (found != objects_.end()) Remove(found);
  }

  /// As it was when it was removed.
  [[nodiscard]] Json Last(kube::ResourceType const& type, kube::ObjectKey const& key) const {
    std::lock_guard const lock(mutex_);
    return removed_.at({type.plural, key});
  }

  [[nodiscard]] std::optional<Json> Find(kube::ResourceType const& type,
                                         kube::ObjectKey const& key) const {
    std::lock_guard const lock(mutex_);
    auto const found = objects_.find({type.plural, key});
    return found == objects_.end() ? std::nullopt : std::optional<Json>(found->second);
  }

  [[nodiscard]] std::vector<Json> All(kube::ResourceType const& type) const {
    std::lock_guard const lock(mutex_);
    std::vector<Json> all;
    for (auto const& [id, object] : objects_) {
      if (id.first == type.plural) all.push_back(object);
    }
    return all;
  }

  // Faults.

  /// The next call with that verb is refused and changes nothing; calls queue up.
  void FailNext(std::string verb, Error error) {
    std::lock_guard const lock(mutex_);
    failures_.push_back({.verb = std::move(verb), .error = std::move(error), .acts_first = false});
  }

  /// The next call with that verb takes effect, and its answer is lost.
  void LoseNextAnswer(std::string verb) {
    std::lock_guard const lock(mutex_);
    Error error;
    error.code = Code::kUnavailable;
    error.message = "the answer was lost";
    failures_.push_back({.verb = std::move(verb), .error = std::move(error), .acts_first = true});
  }

  /// Runs before each call without the lock; for changes between a read and a write.
  void BeforeEach(std::function<void(KubeCall const&)> hook) {
    std::lock_guard const lock(mutex_);
    hook_ = std::move(hook);
  }

  [[nodiscard]] std::vector<KubeCall> calls() const {
    std::lock_guard const lock(mutex_);
    return calls_;
  }
  [[nodiscard]] std::size_t Count(std::string_view verb) const {
    std::lock_guard const lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(calls_, verb, &KubeCall::verb));
  }
  /// Calls that change something.
  [[nodiscard]] std::size_t Writes() const {
    return Count("create") + Count("put status") + Count("patch");
  }
  void ForgetCalls() {
    std::lock_guard const lock(mutex_);
    calls_.clear();
  }

  // KubeApi.

  Result<Json> Get(kube::ResourceType const& type, kube::ObjectKey const& key,
                   http::CallContext const& call) override {
    return Serve({.verb = "get", .plural = type.plural, .key = key, .body = {}}, call,
                 [&]() -> Result<Json> {
                   auto const found = objects_.find({type.plural, key});
                   if (found == objects_.end())
                     return Refuse(Code::kNotFound, 404, "NotFound",
                                   type.plural + " " + kube::ToString(key) + " not found");
                   return found->second;
                 });
  }

  Result<Json> GetMetadata(kube::ResourceType const& type, kube::ObjectKey const& key,
                           http::CallContext const& call) override {
    TRY_ASSIGN(auto const object, Get(type, key, call));
    return Json{{"metadata", object.at("metadata")}};
  }

  /// Pages by name; the continue token is the place to go on from.
  Result<Json> List(kube::ResourceType const& type, kube::ListPage const& page,
                    http::CallContext const& call) override {
    return Serve({.verb = "list",
                  .plural = type.plural,
                  .key = {.ns = page.ns, .name = {}},
                  .body = page.continue_token},
                 call, [&]() -> Result<Json> {
                   Json items = Json::array();
                   std::size_t const skip =
                       page.continue_token.empty() ? 0 : std::stoul(page.continue_token);
                   std::size_t index = 0;
                   bool has_more = false;
                   for (auto const& [id, object] : objects_) {
                     if (id.first != type.plural || (!page.ns.empty() && id.second.ns != page.ns))
                       continue;
                     if (index++ < skip) continue;
                     has_more = items.size() == static_cast<std::size_t>(page.limit);
                     if (has_more) break;
                     items.push_back(object);
                   }
                   Json meta{{"resourceVersion", std::to_string(version_)}};
                   if (has_more) meta["continue"] = std::to_string(skip + items.size());
                   return Json{{"kind", type.kind + "List"}, {"metadata", meta}, {"items", items}};
                 });
  }

  Result<Json> Create(kube::ResourceType const& type, std::string const& ns, Json const& object,
                      http::CallContext const& call) override {
    auto const name = object.at("metadata").at("name").get<std::string>();
    kube::ObjectKey const key{.ns = ns, .name = name};
    return Serve({.verb = "create", .plural = type.plural, .key = key, .body = object}, call,
                 [&]() -> Result<Json> {
                   if (objects_.contains({type.plural, key}))
                     return Refuse(Code::kConflict, 409, "AlreadyExists", name + " already exists");
                   Json stored = object;
                   stored["metadata"]["namespace"] = ns;
                   return Insert(type, std::move(stored));
                 });
  }

  Result<Json> PutStatus(kube::ResourceType const& type, kube::ObjectKey const& key,
                         std::string const& text, http::CallContext const& call) override {
    auto const object = Json::parse(text);
    return Serve(
        {.verb = "put status", .plural = type.plural, .key = key, .body = object}, call,
        [&]() -> Result<Json> {
          auto const found = objects_.find({type.plural, key});
          if (found == objects_.end())
            return Refuse(Code::kNotFound, 404, "NotFound", kube::ToString(key) + " not found");
          auto& meta = found->second["metadata"];
          auto const& given = object.at("metadata");
          auto const same = [&](char const* field) {
            return given.value(field, "") == meta.value(field, "");
          };
          bool const is_current = same("resourceVersion") && same("uid");
          if (!is_current)
            return Refuse(Code::kConflict, 409, "Conflict", "the object has been modified");
          if (found->second.value("status", Json()) == object.at("status")) return found->second;
          found->second["status"] = object.at("status");
          Bump(found->second);
          return found->second;
        });
  }

  Result<Json> Patch(kube::ResourceType const& type, kube::ObjectKey const& key, Json const& patch,
                     http::CallContext const& call) override {
    return Serve(
        {.verb = "patch", .plural = type.plural, .key = key, .body = patch}, call,
        [&]() -> Result<Json> {
          auto const found = objects_.find({type.plural, key});
          if (found == objects_.end())
            return Refuse(Code::kNotFound, 404, "NotFound", kube::ToString(key) + " not found");
          Json changed;
          try {
            changed = found->second.patch(patch);
          } catch (Json::exception const&) {
            return Refuse(Code::kConflict, 422, "Invalid",
                          "the server rejected our request due to an error in our request");
          }
          auto const& meta = changed["metadata"];
          bool const is_deleting = meta.contains("deletionTimestamp");
          if (is_deleting && FinalizersOf(changed).size() > FinalizersOf(found->second).size()) {
            return Refuse(Code::kInvalid, 422, "Invalid",
                          "no new finalizers can be added if the object is being deleted");
          }
          if (changed == found->second) return changed;
          Bump(changed);
          found->second = changed;
          if (is_deleting && FinalizersOf(changed).empty()) Remove(found);
          return changed;
        });
  }

 private:
  using Id = std::pair<std::string, kube::ObjectKey>;
  void Remove(std::map<Id, Json>::iterator it) {  // mutex_ held
    removed_[it->first] = std::move(it->second);
    objects_.erase(it);
  }

  struct Fault {
    std::string verb{};
    Error error{};
    bool acts_first = false;
  };

  static Failure Refuse(Code code, int status, std::string reason, std::string message) {
    Error error;
    error.code = code;
    error.message = std::move(message);
    error.service_code = std::move(reason);
    error.http_status = status;
    return Failure(std::move(error));
  }

  static Json FinalizersOf(Json const& object) {
    return object.at("metadata").value("finalizers", Json::array());
  }

  void Bump(Json& object) { object["metadata"]["resourceVersion"] = std::to_string(++version_); }
  static void BumpGeneration(Json& object) {
    object["metadata"]["generation"] = object["metadata"].value("generation", std::int64_t{0}) + 1;
  }

  Json Insert(kube::ResourceType const& type, Json object) {
    auto& meta = object["metadata"];
    kube::ObjectKey const key{.ns = meta.value("namespace", ""),
                              .name = meta.at("name").get<std::string>()};
    meta["uid"] = "uid-" + std::to_string(++uids_);
    meta["generation"] = 1;
    if (!meta.contains("creationTimestamp")) meta["creationTimestamp"] = "2026-01-01T00:00:00Z";
    object["apiVersion"] = type.ApiVersion();
    object["kind"] = type.kind;
    Bump(object);
    return objects_[{type.plural, key}] = std::move(object);
  }

  template <class Act>
  Result<Json> Serve(KubeCall const& call, http::CallContext const& context, Act const& act) {
    std::function<void(KubeCall const&)> hook;
    {
      std::lock_guard const lock(mutex_);
      calls_.push_back(call);
      hook = hook_;
    }
    if (hook) hook(call);
    if (context.stop.stop_requested()) return Fail(Code::kCancelled, "asked to stop");
    std::lock_guard const lock(mutex_);
    auto const fault = std::ranges::find(failures_, call.verb, &Fault::verb);
    if (fault == failures_.end()) return act();
    auto const chosen = *fault;
    failures_.erase(fault);
    if (chosen.acts_first) static_cast<void>(act());
    return Failure(chosen.error);
  }

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::map<Id, Json> objects_;
  std::map<Id, Json> removed_;
  std::int64_t version_ = 100;
  int uids_ = 0;
  std::deque<Fault> failures_;
  std::vector<KubeCall> calls_;
  std::function<void(KubeCall const&)> hook_;
};

}  // namespace adxf::test
