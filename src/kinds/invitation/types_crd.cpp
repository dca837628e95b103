#include "kinds/invitation/types_crd.hpp"

#include "kinds/invitation/types_table.hpp"
#include "model/schema.hpp"

namespace adxf::invitation {
namespace {

using model::schema::KindInfo;

KindInfo Info() {
  return {
      .kind = kKind,
      .plural = kPlural,
      .singular = "invitation",
      .short_name = "dinv",
      .description = "Invites somebody to take what a DataShare offers, and revokes the access.",
      .columns = {{"Ready", R"(.status.conditions[?(@.type=="Ready")].status)",
                   "Whether all is as declared."},
                  {"Share", ".spec.dataShareRef.name", "The DataShare that is offered."},
                  {"State", ".status.state", "How the invitation stands."},
                  {"Reason", R"(.status.conditions[?(@.type=="Ready")].reason)",
                   "Why Ready is so; also before there is an invitation that could have a state."},
                  {"Age", ".metadata.creationTimestamp", "Time since the object was made.", "date"},
                  {"Message", R"(.status.conditions[?(@.type=="Ready")].message)", "What to do.",
                   "string", 1}},
      .rules = {{"!has(oldSelf.status) || !has(oldSelf.status.state) || oldSelf.status.state != "
                 "'Pending' || (has(self.spec.expiresAt) == has(oldSelf.spec.expiresAt) && "
                 "(!has(self.spec.expiresAt) || self.spec.expiresAt == oldSelf.spec.expiresAt))",
                 "expiresAt cannot change while the invitation is pending: set access: Revoked to "
                 "withdraw it, change expiresAt, and set access: Active to send a new one",
                 ".spec.expiresAt"}}};
}

}  // namespace

std::string CrdYaml() {
  namespace schema = model::schema;
  return schema::ToYaml(schema::CustomResourceDefinition(
      Info(), schema::Make<Spec>("What is wanted."),
      schema::Make<Status>("What was found and done; written by the operator.")));
}

}  // namespace adxf::invitation
