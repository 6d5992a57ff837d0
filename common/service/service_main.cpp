#include "common/service/service_main.h"

#include <pthread.h>

#include <csignal>
#include <string>

#include "absl/synchronization/mutex.h"
#include "common/base/log.h"
#include "common/service/process_metrics.h"
#include "grpc/support/log.h"

namespace rialto::internal {
namespace {

// gRPC's own words, in our format.
void LogFromGrpc(gpr_log_func_args* line) {
  LOG_WARNING("grpc severity={} message=\"{}\"", gpr_log_severity_string(line->severity),
              line->message);
}

}  // namespace

void BeginService(const ServiceFlags& flags) {
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  // Debian builds Abseil with its deadlock detector on, in every lock that gRPC takes, too: 5 to 10
  // % of a service's processor time. The tests keep it.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  InitLog(flags.name);
  gpr_set_log_function(LogFromGrpc);
  LOG_INFO("starting version={} commit={} {}", BuildVersion(), BuildCommit(), flags.config_line);
}

int EndService(const absl::Status& status) {
  if (!status.ok()) {
    LOG_ERROR("failed code={} error=\"{}\"", absl::StatusCodeToString(status.code()),
              std::string(status.message()));
    return 1;
  }
  LOG_INFO("stopped");
  return 0;
}

int EndBadFlags(const absl::Status& status) {
  std::fprintf(stderr, "%s\nRun with --help for all flags.\n",
               std::string(status.message()).c_str());
  return 2;
}

}  // namespace rialto::internal
