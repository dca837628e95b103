// Answers of Kusto, good and bad, in both versions, and the rows that our commands read in them.
#include "azure/azure_error.hpp"
#include "azure/commands/show_database_principal_roles.hpp"
#include "azure/commands/show_database_principals.hpp"
#include "azure/commands/show_databases.hpp"
#include "azure/commands/show_databases_details.hpp"
#include "azure/commands/show_external_tables.hpp"
#include "azure/commands/show_follower_databases.hpp"
#include "azure/commands/show_materialized_views.hpp"
#include "azure/commands/show_tables_details.hpp"
#include "azure/kusto_answer.hpp"
#include "fuzz/fuzz.hpp"

namespace adxf {
namespace {

template <class Command>
void Read(azure::KustoTable const& table) {
  auto const rows = Command::Parse(table);
  fuzz::Require(rows || rows.error().message.size() < 4096, "messages stay short");
  fuzz::Require(!rows || rows->size() <= table.RowCount(), "no row is made up");
}

void CheckTable(azure::KustoTable const& table) {
  Read<azure::ShowDatabasePrincipalRoles>(table);
  Read<azure::ShowDatabasePrincipals>(table);
  Read<azure::ShowDatabases>(table);
  Read<azure::ShowDatabasesDetails>(table);
  Read<azure::ShowExternalTables>(table);
  Read<azure::ShowFollowerDatabases>(table);
  Read<azure::ShowMaterializedViews>(table);
  Read<azure::ShowTablesDetails>(table);
}

void CheckError(Error const& error) {
  fuzz::Require(!error.message.empty(), "a failure is explained");
  fuzz::Require(error.message.size() < 4096, "messages stay short");
  fuzz::Require(error.message.find('\n') == std::string::npos, "messages are one line");
}

void Check(std::string_view input) {
  http::Response response{.status = 200, .body = std::string(input)};
  auto const table = azure::ReadKustoAnswer(response);
  if (table) {
    CheckTable(*table);
  } else {
    CheckError(table.error());
  }
  for (auto const status : {400, 401, 403, 404, 429, 500, 503}) {
    response.status = status;
    CheckError(azure::KustoErrorFrom(response));
    CheckError(azure::ArmErrorFrom(response));
  }
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
