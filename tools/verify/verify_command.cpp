#include "tools/verify/verify_command.h"

#include <cstdio>
#include <memory>
#include <string>

#include "common/service/channel.h"
#include "tools/verify/pictures.h"

namespace rialto::verify {
namespace {

struct Options {
  std::string engine_address = "127.0.0.1:50051";
  std::string ledger_address = "127.0.0.1:50052";
  int64_t timeout_seconds = 30;
  bool json = false;
};

int RunVerify(const Options& options) {
  const absl::StatusOr<Verdict> verdict =
      Verify(OpenChannel(options.engine_address), OpenChannel(options.ledger_address),
             std::chrono::seconds(options.timeout_seconds));
  if (!verdict.ok()) {
    const absl::string_view message = verdict.status().message();
    std::fprintf(stderr, "verify: %.*s\n", static_cast<int>(message.size()), message.data());
    return 2;
  }
  std::fputs((options.json ? ToJson(*verdict) : ToTable(*verdict)).c_str(), stdout);
  return verdict->is_equal() ? 0 : 1;
}

}  // namespace

void AddVerifyCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "verify", "Compares all balances of engine and ledger at one sequence, and conservation.");
  command->add_option("--engine", options->engine_address, "HOST:PORT.")->capture_default_str();
  command->add_option("--ledger", options->ledger_address, "HOST:PORT.")->capture_default_str();
  command
      ->add_option("--timeout", options->timeout_seconds,
                   "Seconds to wait for both to be at one sequence.")
      ->capture_default_str()
      ->check(CLI::Range(1, 3'600));
  command->add_flag("--json", options->json, "One JSON object instead of a table.");
  command->callback([options, &exit_code] { exit_code = RunVerify(*options); });
}

}  // namespace rialto::verify
