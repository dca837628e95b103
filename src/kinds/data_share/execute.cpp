#include "kinds/data_share/execute.hpp"

#include "azure/share_client.hpp"
#include "model/resource_id.hpp"

#include <utility>

namespace adxf::data_share {
namespace {

Result<azure::DataSetSpec> ToAzure(DataSet const& it) {
  TRY_ASSIGN(auto target, model::ResourceId::Parse(it.cluster_resource_id));
  azure::DataSetSpec spec{.kind = azure::DataSetKind::kKustoCluster};
  if (it.database) {
    spec.kind = azure::DataSetKind::kKustoDatabase;
    target = target.Child("databases", *it.database);
  }
  spec.target = std::move(target);
  if (!it.sharing) return spec;
  spec.kind = azure::DataSetKind::kKustoTable;
  auto const& sharing = *it.sharing;
  spec.sharing = {.tables_to_include = sharing.tables.include,
                  .tables_to_exclude = sharing.tables.exclude,
                  .external_tables_to_include = sharing.external_tables.include,
                  .external_tables_to_exclude = sharing.external_tables.exclude,
                  .materialized_views_to_include = sharing.materialized_views.include,
                  .materialized_views_to_exclude = sharing.materialized_views.exclude};
  return spec;
}

struct Sender {
  azure::ShareApi& shares;
  azure::ShareRef const& share;
  http::CallContext const& call;

  Result<azure::Accepted> operator()(CreateAccount const& it) const {
    return shares.PutAccount(share.account, it.location, call);
  }
  Result<azure::Accepted> operator()(PutShare const& it) const {
    return shares.PutShare(share, {.description = it.description, .terms = it.terms}, call);
  }
  Result<azure::Accepted> operator()(PutDataSet const& it) const {
    TRY_ASSIGN(auto const spec, ToAzure(it.data_set));
    return shares.PutDataSet(share, it.data_set.name, spec, call);
  }
  Result<azure::Accepted> operator()(DeleteDataSet const& it) const {
    return shares.DeleteDataSet(share, it.name, call);
  }
  Result<azure::Accepted> operator()(RevokeConsumer const& it) const {
    return shares.Revoke(share, it.id, call);
  }
  Result<azure::Accepted> operator()(DeleteInvitation const& it) const {
    return shares.DeleteInvitation(share, it.name, call);
  }
  Result<azure::Accepted> operator()(DeleteShare const&) const {
    return shares.DeleteShare(share, call);
  }
};

}  // namespace

Result<azure::Accepted> Execute(DataShare const& want, Action const& action,
                                azure::Session& session, http::CallContext const& call) {
  TRY_ASSIGN(auto account, model::ResourceId::Parse(want.spec.account.resource_id));
  azure::ShareRef const share{.account = std::move(account), .share = ShareName(want)};
  return std::visit(Sender{.shares = session.Shares(), .share = share, .call = call}, action);
}

std::string ClusterOf(Action const& action) {
  auto const* put = std::get_if<PutDataSet>(&action);
  return put == nullptr ? "" : put->data_set.cluster_resource_id;
}

}  // namespace adxf::data_share
