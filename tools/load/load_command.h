// `rialto_load`: orders and cancels of many accounts at a venue, and how it answers.
#pragma once

#include <CLI/CLI.hpp>

namespace rialto::load {

// Adds the options of a load; what runs when no subcommand is given. Exit code 0: everything was
// answered; 1: something was not; 2: it could not start.
void AddLoadCommand(CLI::App& app, int& exit_code);

}  // namespace rialto::load
