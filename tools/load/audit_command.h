// `rialto_load audit`: reads lines of outcomes and the whole event feed, and compares.
#pragma once

#include <CLI/CLI.hpp>

namespace rialto::load {

// Exit code 0: nothing is wrong; 1: something is; 2: could not be compared.
void AddAuditCommand(CLI::App& app, int& exit_code);

}  // namespace rialto::load
