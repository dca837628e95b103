#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "kube/kube_api.hpp"

#include <map>
#include <string>

namespace adxf::runtime {

/// A Kubernetes Secret, decoded.
struct SecretContent {
  std::string type{};
  std::map<std::string, Secret> data{};
};

/// Reads Secrets by name; never lists or watches them.
class SecretReader {
 public:
  virtual ~SecretReader() = default;

  /// Errors: kNotFound, kForbidden, kInvalid (not base64), and those of KubeApi. No error holds
  /// what a Secret holds.
  virtual Result<SecretContent> Read(kube::ObjectKey const& key, http::CallContext const& call) = 0;
};

class KubeSecretReader final : public SecretReader {
 public:
  explicit KubeSecretReader(kube::KubeApi& api) : api_(api) {}
  Result<SecretContent> Read(kube::ObjectKey const& key, http::CallContext const& call) override;

 private:
  kube::KubeApi& api_;
};

}  // namespace adxf::runtime
