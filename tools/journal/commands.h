// The subcommands of `rialto_journal`: verify, dump, tail, repair.
#pragma once

#include "CLI/CLI.hpp"

namespace rialto::journal_tool {

// What the one that was asked for returned is in `exit_code` after parsing: 0 clean, 1 a torn tail,
// 2 could not be done, 71 corrupt.
void AddCommands(CLI::App& app, int& exit_code);

}  // namespace rialto::journal_tool
