#pragma once

#include "azure/session.hpp"
#include "support/fake_azure.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace adxf::test {

/// One identity on a FakeAzure.
class FakeSession final : public azure::Session {
 public:
  explicit FakeSession(FakeAzure& cloud, azure::IdentityKey identity = {})
      : cloud_(cloud), identity_(std::move(identity)) {}

  [[nodiscard]] azure::IdentityKey const& Identity() const override { return identity_; }
  [[nodiscard]] azure::ArmApi& Arm() override { return cloud_; }
  [[nodiscard]] azure::KustoRunner& Kusto() override { return cloud_; }

 private:
  FakeAzure& cloud_;
  azure::IdentityKey const identity_;
};

class FakeSessions final : public azure::SessionFactory {
 public:
  explicit FakeSessions(FakeAzure& cloud) : cloud_(cloud) {}

  std::shared_ptr<azure::Session> Open(azure::Credential credential) override {
    opened_.push_back(azure::KeyOf(credential));
    return std::make_shared<FakeSession>(cloud_, opened_.back());
  }
  [[nodiscard]] std::vector<azure::IdentityKey> const& opened() const { return opened_; }

 private:
  FakeAzure& cloud_;
  std::vector<azure::IdentityKey> opened_;
};

}  // namespace adxf::test
