#include "bench/road/venue_on_trial.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/service/channel.h"
#include "tools/load/venue_setup.h"

namespace rialto::bench {
namespace {

constexpr uint32_t kClients = 8;

}  // namespace

VenueOnTrial::VenueOnTrial(const std::string& directory, Parts parts) {
  const std::string binaries = BinaryDirectory() + "/";
  const std::string log = directory + "/log";
  echo_ = std::make_unique<ChildProcess>(binaries + "echo_server",
                                         std::vector<std::string>{echo_address_}, log);
  engine_ = std::make_unique<ChildProcess>(
      binaries + "rialto_engine",
      std::vector<std::string>{"--listen", engine_address_, "--metrics-listen", "",
                               "--journal-directory", directory + "/journal", "--feed-directory",
                               directory + "/feed", "--snapshot-directory",
                               directory + "/snapshots", "--ballast-bytes", "0"},
      log);
  load::SetupOptions setup;
  setup.engine = OpenChannel(engine_address_);
  setup.instruments = {"LOAD-USD"};
  setup.clients = kClients;
  if (parts == Parts::kEngineAndGateway) {
    gateway_ = std::make_unique<ChildProcess>(
        binaries + "rialto_gateway",
        std::vector<std::string>{"--listen", gateway_address_, "--metrics-listen", "", "--engine",
                                 engine_address_},
        log);
    setup.gateway = OpenChannel(gateway_address_);
  }
  CHECK_OK(load::CreateWhatIsMissing(setup));
  absl::StatusOr<load::MarketPlan> plan = load::MakePlan(setup);
  CHECK_OK(plan.status());
  plan_ = *std::move(plan);
  plan_.tag = "bench";
  const auto echo = OpenChannel(echo_address_);
  CHECK(echo->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10)));
}

}  // namespace rialto::bench
