#include "kinds/data_share/observe.hpp"

#include "azure/azure_error.hpp"
#include "azure/share_client.hpp"
#include "base/text.hpp"
#include "kinds/common/credentials.hpp"
#include "kinds/common/data_sets.hpp"
#include "kinds/data_share/conditions.hpp"
#include "kinds/data_share/plan_status.hpp"

#include <utility>

namespace adxf::data_share {
namespace {

SeenDataSet FromAzure(azure::DataSet const& it) {
  SeenDataSet seen{.name = it.name,
                   .id = it.id,
                   .kind = kinds::FromAzure(it.spec.kind),
                   .state = it.provisioning_state};
  auto const& sharing = it.spec.sharing;
  seen.sharing = {
      .tables = {sharing.tables_to_include, sharing.tables_to_exclude},
      .external_tables = {sharing.external_tables_to_include, sharing.external_tables_to_exclude},
      .materialized_views = {sharing.materialized_views_to_include,
                             sharing.materialized_views_to_exclude}};
  bool const is_of_database =
      seen.kind == DataSetKind::kDatabase || seen.kind == DataSetKind::kTable;
  if (is_of_database) seen.database = std::string(it.spec.target.Name());
  auto const cluster = is_of_database ? it.spec.target.Parent() : it.spec.target;
  seen.cluster_key = cluster.Key();
  return seen;
}

SeenConsumer FromAzure(azure::ProviderSubscription const& it) {
  SeenConsumer seen{.id = it.id,
                    .name = it.consumer_name,
                    .email = it.consumer_email,
                    .tenant = it.consumer_tenant,
                    .state = it.status};
  if (it.created_at) seen.since = model::ToTimestamp(*it.created_at);
  return seen;
}

/// Reads in order until something cannot be read.
struct Reader {
  DataShare const& want;
  azure::Session& session;
  azure::ShareRef share;
  http::CallContext const& call;
  Observed seen{};

  /// Whether a call failed because its object is not there; any other failure is told.
  bool IsAbsent(Error const& error) {
    if (azure::SaysGone(error)) {
      auto const subscription = std::string(share.account.SubscriptionId());
      if (session.Arm().CanReadSubscription(subscription, call)) return true;
    }
    seen.reading_problem = Explain(want, {}, error, "");
    return false;
  }

  template <class From, class To>
  bool Take(Result<std::vector<From>> const& read, std::vector<To>& to) {
    if (!read) {
      seen.reading_problem = Explain(want, {}, read.error(), "");
      return false;
    }
    for (auto const& it : *read) to.push_back(FromAzure(it));
    return true;
  }

  void Read() {
    auto& shares = session.Shares();
    auto const account = shares.GetAccount(share.account, call);
    if (!account) {
      static_cast<void>(IsAbsent(account.error()));
      return;
    }
    seen.account = AccountStatus{.resource_id = account->id.Text(),
                                 .location = account->location,
                                 .principal_id = account->principal_id,
                                 .tenant_id = account->tenant_id};
    seen.account_state = account->provisioning_state;
    auto const found = shares.GetShare(share, call);
    if (!found) {
      static_cast<void>(IsAbsent(found.error()));
      return;
    }
    seen.share = SeenShare{.is_in_place = EqualsIgnoreCase(found->kind, "InPlace"),
                           .description = found->spec.description,
                           .terms = found->spec.terms,
                           .state = found->provisioning_state};
    if (!Take(shares.ListDataSets(share, call), seen.data_sets)) return;
    if (!Take(shares.ListConsumers(share, call), seen.consumers)) return;
    auto const invitations = shares.ListInvitations(share, call);
    if (!invitations) {
      seen.reading_problem = Explain(want, {}, invitations.error(), "");
      return;
    }
    for (auto const& it : *invitations)
      seen.invitations.push_back({.name = it.name, .state = it.status});
  }
};

bool Rests(DataShare const& want) {
  bool const is_finished = want.metadata.IsDeleting() && !want.metadata.HasFinalizer(kFinalizer);
  return is_finished || (want.spec.suspend && !want.metadata.IsDeleting());
}

azure_access::IdentityRequest RequestFor(DataShare const& want) {
  azure_access::IdentityRequest request{.ns = want.metadata.name_space,
                                        .resource_ids = {want.spec.account.resource_id},
                                        .is_deleting = want.metadata.IsDeleting()};
  for (auto const& it : want.spec.data_sets) request.resource_ids.push_back(it.cluster_resource_id);
  if (auto const& secret = want.spec.credentials_secret_ref) request.secret_name = secret->name;
  return request;
}

}  // namespace

bool Observation::TakesNewCredential(DataShare const& want, kinds::WorkLedger& ledger,
                                     http::CallContext const& call) {
  return kinds::TakesNewCredential(ledger, identities_, RequestFor(want), call);
}

Observed Observation::Look(DataShare const& want, kinds::WorkLedger& ledger,
                           http::CallContext const& call) {
  Observed seen;
  if (Rests(want)) return seen;
  auto denied =
      kinds::ResolveIdentity(ledger, identities_, RequestFor(want), kDataSetsShared, call);
  auto const account = model::ResourceId::Parse(want.spec.account.resource_id);
  if (!denied && !account) denied = Explain(want, {}, account.error(), "");
  if (denied) {
    seen.identity_problem = std::move(denied);
  } else {
    auto const read = [&] {
      Reader reader{.want = want,
                    .session = *ledger.session,
                    .share = {.account = *account, .share = ShareName(want)},
                    .call = call};
      reader.Read();
      return std::move(reader.seen);
    };
    seen = read();
    if (kinds::IsRefused(seen.reading_problem) && TakesNewCredential(want, ledger, call))
      seen = read();
  }
  seen.is_operation_running = ledger.operation.has_value();
  seen.hold = ledger.hold;
  return seen;
}

Problem Explain(DataShare const& want, AccountStatus const& account, Error const& error,
                std::string const& cluster_id) {
  return kinds::ExplainShareCall(
      error, {.condition = std::string(kDataSetsShared),
              .identity = kinds::IdentityWords(want.spec.credentials_secret_ref),
              .account_id = want.spec.account.resource_id,
              .principal_id = account.principal_id,
              .cluster_id = cluster_id});
}

}  // namespace adxf::data_share
