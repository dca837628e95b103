#pragma once

#include "emulator/kusto/parser/command.hpp"
#include "emulator/kusto/parser/cursor.hpp"

#include <string>
#include <string_view>

namespace adxf::emulator::kusto {

/// Reads one control command, which begins with a dot. Anything the emulated service does not know
/// is a syntax error.
Parsed<Command> ParseCommand(std::string_view text);

/// True when the first thing in `text`, comments aside, is a dot.
bool IsCommand(std::string_view text);

/// The keywords a command starts with, ".alter follower database", for logs; "query" for a query.
std::string CommandHead(std::string_view text);

// Each reads what follows the words named, up to the end of the command.

Parsed<Command> ParseFollower(Cursor& cursor, std::string_view verb);  ///< `.<verb> follower`
Parsed<Command> ParseShow(Cursor& cursor);                             ///< `.show`
Parsed<Command> ParseWrite(Cursor& cursor,
                           std::string_view verb);  ///< `.<verb>`, not followed by `follower`

/// `admins`, `viewers` and so on.
Parsed<DatabaseRole> ExpectRole(Cursor& cursor);

}  // namespace adxf::emulator::kusto
