#include "ledger/rebuild_command.h"

#include <atomic>
#include <cstdio>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/follower/follower.h"
#include "ledger/follower_options.h"
#include "ledger/rebuild_store.h"
#include "ledger/store.h"
#include "prometheus/registry.h"

namespace rialto::ledger {
namespace {

// On a venue that trades, the engine is always a few commands ahead when somebody looks. What is
// left is a batch or two for the ledger service when it starts again (OptionsOfFollower()).
constexpr uint64_t kLagEventsMax = 30'000;

// Until the shadow is as far as the ledger, and close to the engine.
absl::Status Replay(const RebuildOptions& options, Follower& follower,
                    const std::atomic<bool>& faulted) {
  Sequence seen;
  absl::Time moved_at = absl::Now();
  while (true) {
    if (faulted) return absl::DataLossError("the feed and the shadow do not fit; see the log");
    const Sequence position = follower.position();
    if (position != seen) {
      seen = position;
      moved_at = absl::Now();
      LOG_INFO("ledger_rebuild sequence={} engine_sequence={}", position.value(),
               follower.engine_head().value());
    }
    ASSIGN_OR_RETURN(const Sequence wanted, LedgerPosition(options.database_url));
    if (follower.lag() <= kLagEventsMax && position >= wanted) return absl::OkStatus();
    if (absl::Now() - moved_at > absl::Seconds(options.patience_seconds)) {
      return absl::DeadlineExceededError(absl::StrCat(
          "nothing came from the engine for ", options.patience_seconds, " s; the shadow is at ",
          position.value(), ", the ledger at ", wanted.value()));
    }
    absl::SleepFor(absl::Milliseconds(200));
  }
}

}  // namespace

absl::StatusOr<Sequence> Rebuild(const RebuildOptions& options) {
  RETURN_IF_ERROR(DropShadow(options.database_url));
  prometheus::Registry registry;
  Metrics metrics(registry);
  Store store(metrics, kShadowSchema);
  std::atomic<bool> faulted = false;
  FollowerOptions follower_options =
      OptionsOfFollower(options.engine_address, options.database_url);
  follower_options.on_fault = [&](FollowerFault) { faulted = true; };
  Follower follower(follower_options, store, registry);
  RETURN_IF_ERROR(follower.Start());
  const absl::Status replayed = Replay(options, follower, faulted);
  follower.Stop();
  RETURN_IF_ERROR(replayed);
  ASSIGN_OR_RETURN(const AuditReport report, AuditShadow(options.database_url));
  if (!report.is_clean()) {
    return absl::DataLossError(
        absl::StrCat("the rebuilt ledger is not clean: ", report.findings.front().what));
  }
  RETURN_IF_ERROR(SwapSchemas(options.database_url, absl::Seconds(options.patience_seconds)));
  return follower.position();
}

void AddRebuildCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RebuildOptions>();
  CLI::App* command = app.add_subcommand(
      "rebuild",
      "Replays the feed from sequence 1 into a schema beside the ledger, audits it, and "
      "puts it in the ledger's place. The ledger service must be stopped for the last step.");
  command->add_option("--engine", options->engine_address, "HOST:PORT.")->capture_default_str();
  command->add_option("--database-url", options->database_url, "PostgreSQL, libpq URL.")
      ->envname("RIALTO_DATABASE_URL");
  command
      ->add_option("--patience", options->patience_seconds,
                   "Seconds to wait for a silent engine, or for the service to be stopped.")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
  command->callback([options, &exit_code] {
    const absl::StatusOr<Sequence> rebuilt = Rebuild(*options);
    if (!rebuilt.ok()) {
      const std::string message(rebuilt.status().message());
      std::fprintf(stderr, "ledger rebuild: %s\n", message.c_str());
      exit_code = 2;
      return;
    }
    const std::string line =
        absl::StrCat("the ledger was rebuilt up to sequence ", rebuilt->value(),
                     "; the one before is schema ledger_replaced\n");
    std::fputs(line.c_str(), stdout);
  });
}

}  // namespace rialto::ledger
