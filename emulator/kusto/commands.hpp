#pragma once

#include "emulator/kusto/failure.hpp"
#include "emulator/kusto/parser/command.hpp"
#include "emulator/kusto/result_table.hpp"
#include "emulator/kusto/session.hpp"

/// One overload per command: checks rights, does the work, answers a table.
namespace adxf::emulator::kusto {

Outcome<ResultTable> Run(Session const& session, ShowFollowerDatabases const& command);
Outcome<ResultTable> Run(Session const& session, ChangeFollowerPrincipals const& command);
Outcome<ResultTable> Run(Session const& session, AlterFollowerKind const& command);
Outcome<ResultTable> Run(Session const& session, AlterFollowerPrefetch const& command);
Outcome<ResultTable> Run(Session const& session, ChangeFollowerCaching const& command);
Outcome<ResultTable> Run(Session const& session, ManagedFollowerSetting const& command);

Outcome<ResultTable> Run(Session const& session, ShowDatabases const& command);
Outcome<ResultTable> Run(Session const& session, ShowDatabase const& command);
Outcome<ResultTable> Run(Session const& session, ShowTables const& command);
Outcome<ResultTable> Run(Session const& session, ShowEntityCaching const& command);
Outcome<ResultTable> Run(Session const& session, ShowTableExtents const& command);
Outcome<ResultTable> Run(Session const& session, ShowEntities const& command);
Outcome<ResultTable> Run(Session const& session, ShowService const& command);

Outcome<ResultTable> Run(Session const& session, CreateTable const& command);
Outcome<ResultTable> Run(Session const& session, DropTable const& command);
Outcome<ResultTable> Run(Session const& session, CreateMaterializedView const& command);
Outcome<ResultTable> Run(Session const& session, DropMaterializedView const& command);
Outcome<ResultTable> Run(Session const& session, IngestInline const& command);
Outcome<ResultTable> Run(Session const& session, ChangeCaching const& command);
Outcome<ResultTable> Run(Session const& session, ChangeDatabasePrincipals const& command);

/// False for the commands that only show.
bool ChangesSomething(Command const& command);

// Parts of answers that several commands share.

ResultTable DescribePrincipals(Session const& session, DatabaseView const& view);
ResultTable DescribeExtents(DatabaseView const& view, std::vector<Table const*> const& tables);
ResultTable DescribeCaching(std::string const& entity, std::string const& kind,
                            std::optional<CachingPolicy> const& policy);

}  // namespace adxf::emulator::kusto
