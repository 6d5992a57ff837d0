// `rialto_tool replay`: a recorded day of orders through the gateway.
#pragma once

#include "CLI/CLI.hpp"

namespace rialto::replay {

// Adds the subcommand; what it returned is in `exit_code` after parsing: 0 replayed and as
// recorded, 1 replayed with differences that are not explained, 2 not replayed.
void AddReplayCommand(CLI::App& app, int& exit_code);

}  // namespace rialto::replay
