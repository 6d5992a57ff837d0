// `rialto_ledger_tool export` and `import`: the ledger as a file, and back.
#pragma once

#include <CLI/CLI.hpp>

namespace rialto::ledger {

// Exit code 0: done; 2: not, and standard error says why.
void AddExportCommand(CLI::App& app, int& exit_code);
void AddImportCommand(CLI::App& app, int& exit_code);

}  // namespace rialto::ledger
