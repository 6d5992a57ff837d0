// rialto_tool: what people and tests do to a running venue from outside.
#include <CLI/CLI.hpp>

#include "common/base/log.h"
#include "tools/replay/replay_command.h"
#include "tools/verify/health_command.h"
#include "tools/verify/verify_command.h"

namespace {

// Not 0: the command line is wrong, and standard error says how.
int Parse(CLI::App& app, int argc, char** argv) {
  CLI11_PARSE(app, argc, argv);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  rialto::InitLog("tool");
  CLI::App app("Tools around a running venue.", "rialto_tool");
  app.require_subcommand(1);
  int exit_code = 0;
  rialto::verify::AddHealthCommand(app, exit_code);
  rialto::verify::AddVerifyCommand(app, exit_code);
  rialto::replay::AddReplayCommand(app, exit_code);
  return Parse(app, argc, argv) == 0 ? exit_code : 2;
}
