#pragma once

#include "azure/session.hpp"
#include "support/fake_azure.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_shares.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace adxf::test {

/// One identity on a FakeAzure and a FakeShares; without the latter, on one that is empty.
class FakeSession final : public azure::Session {
 public:
  explicit FakeSession(FakeAzure& cloud, azure::IdentityKey identity = {})
      : cloud_(cloud), shares_(none_), identity_(std::move(identity)) {}
  FakeSession(FakeAzure& cloud, FakeShares& shares, azure::IdentityKey identity = {})
      : cloud_(cloud), shares_(shares), identity_(std::move(identity)) {
    cloud_.PollWith([&shares](azure::OperationRef const& it) { return shares.Poll(it); });
  }

  [[nodiscard]] azure::IdentityKey Identity() const override { return identity_; }
  [[nodiscard]] azure::ArmApi& Arm() override { return cloud_; }
  [[nodiscard]] azure::ShareApi& Shares() override { return shares_; }
  [[nodiscard]] azure::KustoRunner& Kusto() override { return cloud_; }

 private:
  FakeClock const clock_;
  FakeShares none_{clock_};
  FakeAzure& cloud_;
  FakeShares& shares_;
  azure::IdentityKey const identity_;
};

class FakeSessions final : public azure::SessionFactory {
 public:
  explicit FakeSessions(FakeAzure& cloud) : cloud_(cloud) {}
  FakeSessions(FakeAzure& cloud, FakeShares& shares) : cloud_(cloud), shares_(&shares) {}

  std::shared_ptr<azure::Session> Open(azure::Credential credential) override {
    opened_.push_back(azure::KeyOf(credential));
    if (shares_ != nullptr) return std::make_shared<FakeSession>(cloud_, *shares_, opened_.back());
    return std::make_shared<FakeSession>(cloud_, opened_.back());
  }
  [[nodiscard]] std::vector<azure::IdentityKey> const& opened() const { return opened_; }

 private:
  FakeAzure& cloud_;
  FakeShares* shares_ = nullptr;
  std::vector<azure::IdentityKey> opened_;
};

}  // namespace adxf::test
