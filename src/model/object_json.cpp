#include "model/object_json.hpp"

#include "model/json_codec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace adxf::model {

template <>
struct Describe<ObjectMeta> {
  static constexpr auto fields =
      std::tuple{Field("name", &ObjectMeta::name, "Name.", {.required = true}),
                 Field("namespace", &ObjectMeta::name_space, "Namespace."),
                 Field("uid", &ObjectMeta::uid, "Unique over time."),
                 Field("resourceVersion", &ObjectMeta::resource_version, "Version."),
                 Field("generation", &ObjectMeta::generation, "Counts changes of the spec."),
                 Field("creationTimestamp", &ObjectMeta::creation_timestamp, "When it was made."),
                 Field("deletionTimestamp", &ObjectMeta::deletion_timestamp,
                       "When its deletion was asked for."),
                 Field("finalizers", &ObjectMeta::finalizers, "Who must act before it goes.")};
};

namespace {

/// Builds the tree of an object, but passes over what nobody keeps.
class KeptParts final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit KeptParts(nlohmann::json& root) : root_(root) {}

  bool null() override { return Put(nullptr); }
  bool boolean(bool value) override { return Put(value); }
  bool number_integer(number_integer_t value) override { return Put(value); }
  bool number_unsigned(number_unsigned_t value) override { return Put(value); }
  bool number_float(number_float_t value, string_t const&) override { return Put(value); }
  bool string(string_t& value) override { return Put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(nlohmann::json::value_t::object); }
  bool start_array(std::size_t) override { return Open(nlohmann::json::value_t::array); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    if (skipped_depth_ > 0) return true;
    skips_value_ = IsSkipped(name);
    if (!skips_value_) slot_ = &(*open_.back())[std::move(name)];
    return true;
  }

  bool parse_error(std::size_t position, std::string const&,
                   nlohmann::json::exception const&) override {
    error_position_ = position;
    return false;
  }

  [[nodiscard]] std::size_t ErrorPosition() const { return error_position_; }

 private:
  static constexpr std::array<std::string_view, 4> kSkippedMetadata{"managedFields", "labels",
                                                                    "ownerReferences", "selfLink"};

  [[nodiscard]] bool IsSkipped(std::string_view name) const {
    if (open_.size() == 2 && open_.back() == metadata_)
      return std::ranges::find(kSkippedMetadata, name) != kSkippedMetadata.end();
    return open_.size() == 3 && open_.back() == annotations_ &&
           !name.starts_with(kAnnotationPrefix);
  }

  template <class T>
  bool Put(T&& value) {
    if (skipped_depth_ > 0) return true;
    if (std::exchange(skips_value_, false)) return true;
    Place(nlohmann::json(std::forward<T>(value)));
    return true;
  }

  nlohmann::json* Place(nlohmann::json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    if (open_.back()->is_array()) return &open_.back()->emplace_back(std::move(value));
    *slot_ = std::move(value);
    return slot_;
  }

  bool Open(nlohmann::json::value_t type) {
    if (skipped_depth_ > 0 || std::exchange(skips_value_, false)) {
      ++skipped_depth_;
      return true;
    }
    nlohmann::json* const placed = Place(nlohmann::json(type));
    open_.push_back(placed);
    if (open_.size() == 2) RememberIf("metadata", placed, metadata_);
    if (open_.size() == 3) RememberIf("annotations", placed, annotations_);
    return true;
  }

  /// Looks by place, not by name alone: a field called metadata deeper down is an ordinary one.
  void RememberIf(std::string_view name, nlohmann::json const* placed,
                  nlohmann::json const*& place) const {
    nlohmann::json const& parent = *open_[open_.size() - 2];
    if (!parent.is_object() || (open_.size() == 3 && &parent != metadata_)) return;
    auto const found = parent.find(name);
    if (found != parent.end() && &*found == placed) place = placed;
  }

  bool Close() {
    if (skipped_depth_ > 0) {
      --skipped_depth_;
    } else {
      open_.pop_back();
    }
    return true;
  }

  nlohmann::json& root_;
  nlohmann::json* slot_ = nullptr;
  nlohmann::json const* metadata_ = nullptr;
  nlohmann::json const* annotations_ = nullptr;
  std::vector<nlohmann::json*> open_{};
  std::size_t skipped_depth_ = 0;
  bool skips_value_ = false;
  std::size_t error_position_ = 0;
};

}  // namespace

Result<nlohmann::json> ParseObject(std::string_view text) {
  nlohmann::json root;
  KeptParts parts(root);
  if (!nlohmann::json::sax_parse(text, &parts)) {
    return Fail(Code::kInvalid,
                "not readable as JSON at byte " + std::to_string(parts.ErrorPosition()));
  }
  if (!root.is_object())
    return Fail(Code::kInvalid, "expected a JSON object, found " + std::string(root.type_name()));
  return root;
}

Result<ObjectMeta> DecodeMeta(nlohmann::json const& object) {
  ObjectMeta meta;
  if (auto const read = codec::ReadMember(object, "metadata", meta); !read)
    return Failure(read.error());
  if (meta.name.empty()) return Fail(Code::kInvalid, "metadata.name: is required");
  nlohmann::json const& metadata = object.at("metadata");
  auto const annotations = metadata.find("annotations");
  if (annotations == metadata.end() || !annotations->is_object()) return meta;
  for (auto const& [key, value] : annotations->items()) {
    if (key.starts_with(kAnnotationPrefix) && value.is_string())
      meta.annotations[key] = value.get<std::string>();
  }
  return meta;
}

nlohmann::json EncodeMeta(ObjectMeta const& meta) {
  nlohmann::json encoded = codec::Write(meta);
  if (meta.creation_timestamp == Timestamp{}) encoded.erase("creationTimestamp");
  if (meta.generation == 0) encoded.erase("generation");
  if (!meta.annotations.empty()) encoded["annotations"] = meta.annotations;
  return encoded;
}

}  // namespace adxf::model
