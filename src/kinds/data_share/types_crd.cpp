#include "kinds/data_share/types_crd.hpp"

#include "kinds/data_share/types_table.hpp"
#include "model/schema.hpp"

namespace adxf::data_share {
namespace {

using model::schema::KindInfo;

KindInfo Info() {
  return {
      .kind = kKind,
      .plural = kPlural,
      .singular = "datashare",
      .short_name = "dshare",
      .description =
          "What a provider offers through Azure Data Share: clusters, databases or parts of "
          "databases of Azure Data Explorer, shared in place.",
      .columns = {{"Ready", R"(.status.conditions[?(@.type=="Ready")].status)",
                   "Whether all is as declared."},
                  {"Share", ".status.shareId", "The share in Azure.", "string", 1},
                  {"Accepted", ".status.invitations.accepted",
                   "How many invitations were accepted.", "integer"},
                  {"State", R"(.status.conditions[?(@.type=="Ready")].reason)",
                   "Why Ready is so: how far it is, or what stands in the way."},
                  {"Age", ".metadata.creationTimestamp", "Time since the object was made.", "date"},
                  {"Reason", R"(.status.conditions[?(@.type=="Ready")].reason)", "Why Ready is so.",
                   "string", 1},
                  {"Message", R"(.status.conditions[?(@.type=="Ready")].message)", "What to do.",
                   "string", 1}}};
}

}  // namespace

std::string CrdYaml() {
  namespace schema = model::schema;
  return schema::ToYaml(schema::CustomResourceDefinition(
      Info(), schema::Make<Spec>("What is wanted."),
      schema::Make<Status>("What was found and done; written by the operator.")));
}

}  // namespace adxf::data_share
