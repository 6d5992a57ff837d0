// rialto_journal: what people ask of a journal's files.
#include <CLI/CLI.hpp>

#include "common/base/log.h"
#include "tools/journal/commands.h"

namespace {

// Not 0: the command line is wrong, and standard error says how.
int Parse(CLI::App& app, int argc, char** argv) {
  CLI11_PARSE(app, argc, argv);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  rialto::InitLog("journal");
  CLI::App app("Verifies, prints and repairs the files of a journal or a feed.", "rialto_journal");
  app.require_subcommand(1);
  int exit_code = 0;
  rialto::journal_tool::AddCommands(app, exit_code);
  return Parse(app, argc, argv) == 0 ? exit_code : 2;
}
