#include "emulator/datashare/model.hpp"

#include <fmt/format.h>

namespace adxf::emulator::datashare {

std::string_view ToString(DataSetKind kind) {
  switch (kind) {
    case DataSetKind::kCluster: return "KustoCluster";
    case DataSetKind::kDatabase: return "KustoDatabase";
    case DataSetKind::kTable: return "KustoTable";
  }
  return {};
}

std::string_view ToString(InvitationStatus status) {
  switch (status) {
    case InvitationStatus::kPending: return "Pending";
    case InvitationStatus::kAccepted: return "Accepted";
    case InvitationStatus::kRejected: return "Rejected";
    case InvitationStatus::kWithdrawn: return "Withdrawn";
  }
  return {};
}

std::string_view ToString(SubscriptionStatus status) {
  switch (status) {
    case SubscriptionStatus::kActive: return "Active";
    case SubscriptionStatus::kRevoking: return "Revoking";
    case SubscriptionStatus::kRevoked: return "Revoked";
    case SubscriptionStatus::kSourceDeleted: return "SourceDeleted";
  }
  return {};
}

std::optional<DataSetKind> ParseDataSetKind(std::string_view text) {
  for (auto const kind : {DataSetKind::kCluster, DataSetKind::kDatabase, DataSetKind::kTable}) {
    if (SameName(ToString(kind), text)) return kind;
  }
  return std::nullopt;
}

std::string Account::Id() const {
  return fmt::format(
      "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.DataShare/accounts/{}", subscription,
      resource_group, name);
}

}  // namespace adxf::emulator::datashare
