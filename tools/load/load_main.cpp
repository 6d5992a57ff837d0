// rialto_load: puts a venue under load, and holds its history against what it answered.
#include <CLI/CLI.hpp>

#include "absl/synchronization/mutex.h"
#include "common/base/log.h"
#include "tools/load/audit_command.h"
#include "tools/load/follow_command.h"
#include "tools/load/load_command.h"

namespace {

// Not 0: the command line is wrong, and standard error says how.
int Parse(CLI::App& app, int argc, char** argv) {
  CLI11_PARSE(app, argc, argv);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // Debian builds Abseil with it, and gRPC pays at every lock: a third of this process.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  rialto::InitLog("load");
  CLI::App app("Orders of many accounts at a venue, and how it answers.", "rialto_load");
  app.require_subcommand(0, 1);
  int exit_code = 0;
  rialto::load::AddLoadCommand(app, exit_code);
  rialto::load::AddAuditCommand(app, exit_code);
  rialto::load::AddFollowCommand(app, exit_code);
  return Parse(app, argc, argv) == 0 ? exit_code : 2;
}
