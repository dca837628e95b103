#include "runtime/secret_reader.hpp"

#include "base/encoding.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::runtime {
namespace {

kube::ResourceType const& Secrets() {
  static kube::ResourceType const kType{
      .group = "", .version = "v1", .plural = "secrets", .kind = "Secret"};
  return kType;
}

}  // namespace

Result<SecretContent> KubeSecretReader::Read(kube::ObjectKey const& key,
                                             http::CallContext const& call) {
  TRY_ASSIGN(auto const object, api_.Get(Secrets(), key, call));
  SecretContent content;
  content.type = object.value("type", "");
  auto const data = object.find("data");
  if (data == object.end() || !data->is_object()) return content;
  for (auto const& [name, value] : data->items()) {
    auto decoded =
        value.is_string() ? DecodeBase64(value.get_ref<std::string const&>()) : std::nullopt;
    if (!decoded)
      return Fail(Code::kInvalid,
                  "key " + name + " of Secret " + kube::ToString(key) + " is not base64");
    content.data.emplace(name, Secret(std::move(*decoded)));
  }
  return content;
}

}  // namespace adxf::runtime
