#include "kinds/follower_database/types_crd.hpp"

#include "kinds/follower_database/types.hpp"
#include "kinds/follower_database/types_spec.hpp"
#include "kinds/follower_database/types_status_table.hpp"
#include "model/schema.hpp"

namespace adxf::follower_database {

namespace {

using model::schema::KindInfo;

KindInfo Info() {
  return {
      .kind = kKind,
      .plural = kPlural,
      .singular = "followerdatabase",
      .short_name = "followerdb",
      .description =
          "A database, or all databases, of a leader cluster of Azure Data Explorer, followed by "
          "another "
          "cluster: attached, with the hot cache and the permissions declared here.",
      .columns = {{"Ready", R"(.status.conditions[?(@.type=="Ready")].status)",
                   "Whether all is as declared."},
                  {"Source", ".status.source", "The database, or the share, that is followed."},
                  {"Follower", ".status.followerCluster.name", "The cluster that follows."},
                  {"State", R"(.status.conditions[?(@.type=="Ready")].reason)",
                   "Why Ready is so: how far it is, or what stands in the way."},
                  {"Age", ".metadata.creationTimestamp", "Time since the object was made.", "date"},
                  {"Provider", ".status.share.provider", "Who shares, with Data Share.", "string",
                   1},
                  {"Lag OK", R"(.status.conditions[?(@.type=="LagWithinObjective")].status)",
                   "Whether the lag is within the objective.", "string", 1},
                  {"Reason", R"(.status.conditions[?(@.type=="Ready")].reason)", "Why Ready is so.",
                   "string", 1},
                  {"Message", R"(.status.conditions[?(@.type=="Ready")].message)", "What to do.",
                   "string", 1}},
      .rules = {
          {"!has(oldSelf.status) || !has(oldSelf.status.share) || "
           "!has(oldSelf.status.share.subscription) || "
           "!has(self.spec.source.share) || !has(oldSelf.spec.source.share) || ("
           "has(self.spec.source.share.invitationRef) == "
           "has(oldSelf.spec.source.share.invitationRef) && "
           "(!has(self.spec.source.share.invitationRef) || self.spec.source.share.invitationRef == "
           "oldSelf.spec.source.share.invitationRef) && "
           "has(self.spec.source.share.invitation) == has(oldSelf.spec.source.share.invitation) && "
           "(!has(self.spec.source.share.invitation) || self.spec.source.share.invitation == "
           "oldSelf.spec.source.share.invitation) && "
           "has(self.spec.source.share.match) == has(oldSelf.spec.source.share.match) && "
           "(!has(self.spec.source.share.match) || self.spec.source.share.match == "
           "oldSelf.spec.source.share.match))",
           "share cannot change its invitationRef, invitation or match once a subscription exists: "
           "delete the "
           "object and create it anew",
           ".spec.source.share"}}};
}

}  // namespace

std::string CrdYaml() {
  namespace schema = model::schema;
  return schema::ToYaml(schema::CustomResourceDefinition(
      Info(), schema::Make<Spec>("What is wanted."),
      schema::Make<Status>("What was found and done; written by the operator.")));
}

}  // namespace adxf::follower_database
