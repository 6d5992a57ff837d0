// rialto_ledger_tool: what auditors and operators ask of the ledger's tables.
#include <CLI/CLI.hpp>

#include "common/base/log.h"
#include "ledger/audit_command.h"
#include "ledger/export_command.h"
#include "ledger/rebuild_command.h"

namespace {

// Not 0: the command line is wrong, and standard error says how.
int Parse(CLI::App& app, int argc, char** argv) {
  CLI11_PARSE(app, argc, argv);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  rialto::InitLog("ledger_tool");
  CLI::App app("Verifies, exports, imports and rebuilds the ledger.", "rialto_ledger_tool");
  app.require_subcommand(1);
  int exit_code = 0;
  rialto::ledger::AddVerifyCommand(app, exit_code);
  rialto::ledger::AddExportCommand(app, exit_code);
  rialto::ledger::AddImportCommand(app, exit_code);
  rialto::ledger::AddRebuildCommand(app, exit_code);
  return Parse(app, argc, argv) == 0 ? exit_code : 2;
}
