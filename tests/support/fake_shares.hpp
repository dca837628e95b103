#pragma once

#include "azure/share_client.hpp"
#include "support/call_script.hpp"
#include "support/fake_operations.hpp"
#include "support/fake_share_state.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace adxf::test {

/// Data Share in memory. The two sides know nothing of each other: a test plays the one that it
/// does not look at. Deleting a share, a data set or a subscription, revoking, and making an
/// account take time. Calls are counted by the name of the method, and can be made to fail.
/// Thread-safe.
class FakeShares final : public azure::ShareApi {
 public:
  explicit FakeShares(Clock const& clock) : clock_(clock), operations_(clock) {}

  // What the test does.

  void AddAccount(model::ResourceId const& id, std::string const& location = "westus2") {
    std::lock_guard const lock(mutex_);
    accounts_[id.Key()].info = MadeAccount(id, location, "Succeeded");
  }
  /// How long an operation takes.
  void SetOperationSpan(Duration span) {
    std::lock_guard const lock(mutex_);
    operations_.SetSpan(span);
  }
  /// The next operation is accepted, and fails at its end without effect.
  void FailNextOperation(Error error) {
    std::lock_guard const lock(mutex_);
    operations_.FailNext(std::move(error));
  }
  /// The recipient accepts. By whom: the consumer's name, mail and tenant; the mail is the
  /// invitation's unless given. Returns the consumer's id.
  std::string Accept(azure::ShareRef const& ref, std::string const& invitation,
                     azure::ProviderSubscription by = {}) {
    std::lock_guard const lock(mutex_);
    auto& share = ShareAt(ref);
    auto& accepted = *Named(share.invitations, invitation);
    MarkAnswered(accepted, "Accepted", clock_.Now());
    share.consumers.push_back(ConsumerOf(accepted, std::move(by), Guid()));
    return share.consumers.back().id;
  }
  void Reject(azure::ShareRef const& ref, std::string const& invitation) {
    std::lock_guard const lock(mutex_);
    MarkAnswered(*Named(ShareAt(ref).invitations, invitation), "Rejected", clock_.Now());
  }
  /// Others change what there is of a share, or make one, at once.
  void EditShare(azure::ShareRef const& ref, std::function<void(SharedThings&)> const& change) {
    std::lock_guard const lock(mutex_);
    auto& share = accounts_.at(ref.account.Key()).shares[ref.share];
    if (share.info.name.empty()) share.info = MadeShare(ref.share, {});
    change(share);
  }
  void RemoveShare(azure::ShareRef const& ref) {
    std::lock_guard const lock(mutex_);
    accounts_.at(ref.account.Key()).shares.erase(ref.share);
  }
  /// A provider invites the identity under test.
  void Offer(azure::ConsumerInvitation invitation, std::vector<azure::SourceDataSet> data_sets) {
    std::lock_guard const lock(mutex_);
    invitation.data_set_count = static_cast<std::int64_t>(data_sets.size());
    if (invitation.status.empty()) invitation.status = "Pending";
    offers_[invitation.id] = {.invitation = invitation, .data_sets = std::move(data_sets)};
  }
  /// The provider revokes ("Revoked"), reinstates ("Active") or deletes ("SourceDeleted"). Mappings
  /// break and do not mend by themselves.
  void SetSubscriptionStatus(azure::SubscriptionRef const& ref, std::string const& status) {
    EditSubscription(ref, [&](ReceivedThings& it) {
      it.info.status = status;
      if (status == "Active") return;
      for (auto& mapping : it.mappings) mapping.status = "Broken";
    });
  }
  /// Others change what there is of a subscription, at once.
  void EditSubscription(azure::SubscriptionRef const& ref,
                        std::function<void(ReceivedThings&)> const& change) {
    std::lock_guard const lock(mutex_);
    change(accounts_.at(ref.account.Key()).subscriptions.at(ref.subscription));
  }
  void RemoveSubscription(azure::SubscriptionRef const& ref) {
    std::lock_guard const lock(mutex_);
    accounts_.at(ref.account.Key()).subscriptions.erase(ref.subscription);
  }
  /// Mails that invitations have sent so far: one for each PUT of an invitation to an address.
  [[nodiscard]] std::size_t Mails() const {
    std::lock_guard const lock(mutex_);
    return mails_;
  }
  /// For FakeAzure::PollWith.
  [[nodiscard]] std::optional<azure::OperationStatus> Poll(azure::OperationRef const& operation) {
    std::lock_guard const lock(mutex_);
    operations_.Settle();
    return operations_.Poll(operation.url);
  }

  // See CallScript.
  void FailNext(std::string name, Error error) {
    script_.FailNext(std::move(name), std::move(error));
  }
  void LoseNextAnswer(std::string name) { script_.LoseNextAnswer(std::move(name)); }
  void FailAlways(std::string name, Error error) {
    script_.FailAlways(std::move(name), std::move(error));
  }
  void Heal() { script_.Heal(); }
  void BeforeEach(CallScript::Hook hook) { script_.BeforeEach(std::move(hook)); }
  [[nodiscard]] std::size_t Count(std::string const& name) const { return script_.Count(name); }
  void ForgetCalls() { script_.ForgetCalls(); }

  // ShareApi: both sides.

  Result<azure::ShareAccount> GetAccount(model::ResourceId const& id,
                                         http::CallContext const& call) override {
    return OfAccount<azure::ShareAccount>("GetAccount", id, call, [](auto& it) { return it.info; });
  }
  Result<azure::Accepted> PutAccount(model::ResourceId const& id, std::string const& location,
                                     http::CallContext const& call) override {
    return Do<azure::Accepted>("PutAccount", call, [&]() -> Result<azure::Accepted> {
      accounts_[id.Key()].info = MadeAccount(id, location, "Creating");
      return operations_.Start("Accounts_Create", [this, key = id.Key()](auto const& failure) {
        accounts_.at(key).info.provisioning_state = failure ? "Failed" : "Succeeded";
      });
    });
  }

  // Provider.

  Result<azure::Share> GetShare(azure::ShareRef const& ref,
                                http::CallContext const& call) override {
    return OfShare<azure::Share>("GetShare", ref, call, [](auto& it) { return it.info; });
  }
  Result<azure::Accepted> PutShare(azure::ShareRef const& ref, azure::ShareSpec const& spec,
                                   http::CallContext const& call) override {
    return OfAccount<azure::Accepted>("PutShare", ref.account, call, [&](Account& it) {
      it.shares[ref.share].info = MadeShare(ref.share, spec);
      return azure::Accepted{};
    });
  }
  Result<azure::Accepted> DeleteShare(azure::ShareRef const& ref,
                                      http::CallContext const& call) override {
    return OfAccount<azure::Accepted>("DeleteShare", ref.account, call, [&](Account& it) {
      return StartRemoval(operations_, "Shares_Delete", it.shares, ref.share);
    });
  }
  Result<std::vector<azure::DataSet>> ListDataSets(azure::ShareRef const& ref,
                                                   http::CallContext const& call) override {
    return OfShare<std::vector<azure::DataSet>>("ListDataSets", ref, call,
                                                [](auto& it) { return it.data_sets; });
  }
  Result<azure::Accepted> PutDataSet(azure::ShareRef const& ref, std::string const& name,
                                     azure::DataSetSpec const& spec,
                                     http::CallContext const& call) override {
    return OfShare<azure::Accepted>("PutDataSet", ref, call, [&](SharedThings& it) {
      auto& data_set = NamedOrNew(it.data_sets, name);
      if (data_set.id.empty()) data_set.id = Guid();
      data_set.spec = spec;
      data_set.provisioning_state = "Succeeded";
      return azure::Accepted{};
    });
  }
  Result<azure::Accepted> DeleteDataSet(azure::ShareRef const& ref, std::string const& name,
                                        http::CallContext const& call) override {
    return OfShare<azure::Accepted>("DeleteDataSet", ref, call, [&](SharedThings& it) {
      auto* const data_set = Named(it.data_sets, name);
      if (data_set == nullptr) return azure::Accepted{};
      data_set->provisioning_state = "Deleting";
      return operations_.Start("DataSets_Delete", [this, ref, name](auto const& failure) {
        auto* const share = FindShare(ref);
        if (share != nullptr && !failure) RemoveNamed(share->data_sets, name);
        auto* const left = share != nullptr ? Named(share->data_sets, name) : nullptr;
        if (left != nullptr) left->provisioning_state = "Failed";
      });
    });
  }
  Result<std::vector<azure::ShareInvitation>> ListInvitations(
      azure::ShareRef const& ref, http::CallContext const& call) override {
    return OfShare<std::vector<azure::ShareInvitation>>("ListInvitations", ref, call,
                                                        [](auto& it) { return it.invitations; });
  }
  Result<azure::Accepted> PutInvitation(azure::ShareRef const& ref, std::string const& name,
                                        azure::InvitationSpec const& spec,
                                        http::CallContext const& call) override {
    return OfShare<azure::Accepted>("PutInvitation", ref, call, [&](SharedThings& it) {
      auto& invitation = NamedOrNew(it.invitations, name);
      invitation = SentInvitation(name, spec, Guid(), clock_.Now());
      if (!spec.email.empty()) ++mails_;
      return azure::Accepted{};
    });
  }
  Result<azure::Accepted> DeleteInvitation(azure::ShareRef const& ref, std::string const& name,
                                           http::CallContext const& call) override {
    return OfShare<azure::Accepted>("DeleteInvitation", ref, call, [&](SharedThings& it) {
      RemoveNamed(it.invitations, name);
      return azure::Accepted{};
    });
  }
  Result<std::vector<azure::ProviderSubscription>> ListConsumers(
      azure::ShareRef const& ref, http::CallContext const& call) override {
    return OfShare<std::vector<azure::ProviderSubscription>>("ListConsumers", ref, call,
                                                             [](auto& it) { return it.consumers; });
  }
  Result<azure::Accepted> Revoke(azure::ShareRef const& ref, std::string const& consumer_id,
                                 http::CallContext const& call) override {
    return OfConsumer("Revoke", ref, consumer_id, call, [&](azure::ProviderSubscription& it) {
      it.status = "Revoking";
      return operations_.Start("ProviderShareSubscriptions_Revoke",
                               [this, ref, consumer_id](auto const& failure) {
                                 if (auto* const left = FindConsumer(ref, consumer_id))
                                   left->status = failure ? "Active" : "Revoked";
                               });
    });
  }
  Result<azure::Accepted> Reinstate(azure::ShareRef const& ref, std::string const& consumer_id,
                                    TimePoint expires_at, http::CallContext const& call) override {
    return OfConsumer("Reinstate", ref, consumer_id, call, [&](azure::ProviderSubscription& it) {
      it.status = "Active";
      it.expires_at = expires_at;
      return azure::Accepted{};
    });
  }
  Result<azure::Accepted> Adjust(azure::ShareRef const& ref, std::string const& consumer_id,
                                 TimePoint expires_at, http::CallContext const& call) override {
    return OfConsumer("Adjust", ref, consumer_id, call, [&](azure::ProviderSubscription& it) {
      it.expires_at = expires_at;
      return azure::Accepted{};
    });
  }

  // Consumer.

  /// Those that are pending.
  Result<std::vector<azure::ConsumerInvitation>> ListReceivedInvitations(
      http::CallContext const& call) override {
    using List = std::vector<azure::ConsumerInvitation>;
    return Do<List>("ListReceivedInvitations", call, [&]() -> Result<List> {
      List list;
      for (auto const& [id, offer] : offers_) {
        if (offer.invitation.status == "Pending") list.push_back(offer.invitation);
      }
      return list;
    });
  }
  Result<azure::ConsumerInvitation> GetReceivedInvitation(std::string const& location,
                                                          std::string const& id,
                                                          http::CallContext const& call) override {
    using One = azure::ConsumerInvitation;
    return Do<One>("GetReceivedInvitation", call, [&]() -> Result<One> {
      auto const found = offers_.find(id);
      if (found == offers_.end() || found->second.invitation.location != location)
        return NotFound();
      return found->second.invitation;
    });
  }
  Result<std::vector<azure::ShareSubscription>> ListSubscriptions(
      model::ResourceId const& account, http::CallContext const& call) override {
    using List = std::vector<azure::ShareSubscription>;
    return OfAccount<List>("ListSubscriptions", account, call, [](Account& it) {
      List list;
      for (auto const& [name, state] : it.subscriptions) list.push_back(state.info);
      return list;
    });
  }
  Result<azure::Accepted> PutSubscription(azure::SubscriptionRef const& ref,
                                          azure::ConsumerInvitation const& invitation,
                                          http::CallContext const& call) override {
    return OfAccount<azure::Accepted>(
        "PutSubscription", ref.account, call, [&](Account& it) -> Result<azure::Accepted> {
          auto const offer = offers_.find(invitation.id);
          if (offer == offers_.end()) return NotFound();
          offer->second.invitation.status = "Accepted";
          it.subscriptions[ref.subscription] = Subscribed(ref.subscription, offer->second);
          return azure::Accepted{};
        });
  }
  Result<azure::Accepted> DeleteSubscription(azure::SubscriptionRef const& ref,
                                             http::CallContext const& call) override {
    return OfAccount<azure::Accepted>("DeleteSubscription", ref.account, call, [&](Account& it) {
      return StartRemoval(operations_, "ShareSubscriptions_Delete", it.subscriptions,
                          ref.subscription);
    });
  }
  Result<std::vector<azure::SourceDataSet>> ListSourceDataSets(
      azure::SubscriptionRef const& ref, http::CallContext const& call) override {
    return OfSubscription<std::vector<azure::SourceDataSet>>("ListSourceDataSets", ref, call,
                                                             [](auto& it) { return it.data_sets; });
  }
  Result<std::vector<azure::DataSetMapping>> ListMappings(azure::SubscriptionRef const& ref,
                                                          http::CallContext const& call) override {
    return OfSubscription<std::vector<azure::DataSetMapping>>("ListMappings", ref, call,
                                                              [](auto& it) { return it.mappings; });
  }
  Result<azure::Accepted> PutMapping(azure::SubscriptionRef const& ref,
                                     azure::DataSetMapping const& mapping,
                                     http::CallContext const& call) override {
    return OfSubscription<azure::Accepted>("PutMapping", ref, call, [&](ReceivedThings& it) {
      NamedOrNew(it.mappings, mapping.name) = Mapped(mapping);
      return azure::Accepted{};
    });
  }
  Result<azure::Accepted> DeleteMapping(azure::SubscriptionRef const& ref, std::string const& name,
                                        http::CallContext const& call) override {
    return OfSubscription<azure::Accepted>("DeleteMapping", ref, call, [&](ReceivedThings& it) {
      RemoveNamed(it.mappings, name);
      return azure::Accepted{};
    });
  }

 private:
  using Account = FakeShareAccount;

  static Failure NotFound() { return Failure(AzureError(Code::kNotFound, "ResourceNotFound")); }

  std::string Guid() { return FakeGuid(++guids_); }

  SharedThings* FindShare(azure::ShareRef const& ref) {
    auto const account = accounts_.find(ref.account.Key());
    if (account == accounts_.end()) return nullptr;
    auto const share = account->second.shares.find(ref.share);
    return share == account->second.shares.end() ? nullptr : &share->second;
  }
  SharedThings& ShareAt(azure::ShareRef const& ref) {
    return accounts_.at(ref.account.Key()).shares.at(ref.share);
  }
  azure::ProviderSubscription* FindConsumer(azure::ShareRef const& ref, std::string const& id) {
    auto* const share = FindShare(ref);
    if (share == nullptr) return nullptr;
    auto const found = std::ranges::find(share->consumers, id, &azure::ProviderSubscription::id);
    return found == share->consumers.end() ? nullptr : &*found;
  }

  template <class T, class Act>
  Result<T> Do(std::string const& name, http::CallContext const& call, Act const& act) {
    return script_.Answer<T>(name, call, [&]() -> Result<T> {
      std::lock_guard const lock(mutex_);
      operations_.Settle();
      return act();
    });
  }
  template <class T, class Act>
  Result<T> OfAccount(std::string const& name, model::ResourceId const& id,
                      http::CallContext const& call, Act const& act) {
    return Do<T>(name, call, [&]() -> Result<T> {
      auto const found = accounts_.find(id.Key());
      if (found == accounts_.end()) return NotFound();
      return act(found->second);
    });
  }
  template <class T, class Act>
  Result<T> OfShare(std::string const& name, azure::ShareRef const& ref,
                    http::CallContext const& call, Act const& act) {
    return Do<T>(name, call, [&]() -> Result<T> {
      auto* const share = FindShare(ref);
      if (share == nullptr) return NotFound();
      return act(*share);
    });
  }
  template <class Act>
  Result<azure::Accepted> OfConsumer(std::string const& name, azure::ShareRef const& ref,
                                     std::string const& id, http::CallContext const& call,
                                     Act const& act) {
    return Do<azure::Accepted>(name, call, [&]() -> Result<azure::Accepted> {
      auto* const consumer = FindConsumer(ref, id);
      if (consumer == nullptr) return NotFound();
      return act(*consumer);
    });
  }
  template <class T, class Act>
  Result<T> OfSubscription(std::string const& name, azure::SubscriptionRef const& ref,
                           http::CallContext const& call, Act const& act) {
    return OfAccount<T>(name, ref.account, call, [&](Account& it) -> Result<T> {
      auto const found = it.subscriptions.find(ref.subscription);
      if (found == it.subscriptions.end()) return NotFound();
      return act(found->second);
    });
  }

  Clock const& clock_;
  CallScript script_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  FakeOperations operations_;
  std::map<std::string, FakeShareAccount> accounts_;
  std::map<std::string, ShareOffer> offers_;
  unsigned long long guids_ = 0;
  std::size_t mails_ = 0;
};

}  // namespace adxf::test
