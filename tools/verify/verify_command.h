// `rialto_tool verify`: engine and ledger compared at one sequence.
#pragma once

#include "CLI/CLI.hpp"

namespace rialto::verify {

// Adds the subcommand; what it returned is in `exit_code` after parsing: 0 all is equal and money
// was conserved, 1 not so, 2 could not be compared.
void AddVerifyCommand(CLI::App& app, int& exit_code);

}  // namespace rialto::verify
