#include "tools/load/follow_command.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "common/service/channel.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"

namespace rialto::load {
namespace {

struct Options {
  std::string engine_address = "127.0.0.1:50051";
  uint64_t from = 1;
  uint64_t until = 0;
  double messages_per_second = 0;
};

struct Followed {
  uint64_t next = 1;
  uint64_t gaps = 0;
  uint64_t breaks = 0;
};

std::atomic<bool> stop = false;
void Stop(int) { stop = true; }

bool IsOver(const Options& options, const Followed& followed) {
  return stop || (options.until > 0 && followed.next > options.until);
}

// Until the stream ends. Heartbeats come every second, so that it does not wait for ever.
void FollowStream(const Options& options, engine::v1::EventService::Stub& stub,
                  Followed& followed) {
  grpc::ClientContext context;
  engine::v1::SubscribeRequest request;
  request.set_from_sequence(followed.next);
  const auto reader = stub.Subscribe(&context, request);
  engine::v1::SubscribeResponse response;
  while (!IsOver(options, followed) && reader->Read(&response)) {
    for (const engine::v1::CommandEvents& command : response.commands()) {
      if (command.sequence() != followed.next) ++followed.gaps;
      followed.next = command.sequence() + 1;
    }
    if (options.messages_per_second > 0) {
      std::this_thread::sleep_for(std::chrono::duration<double>(1 / options.messages_per_second));
    }
  }
  context.TryCancel();
  (void)reader->Finish();  // Whatever ended it, the next one goes on from here.
}

int RunFollow(const Options& options) {
  std::signal(SIGINT, Stop);
  std::signal(SIGTERM, Stop);
  const auto stub = engine::v1::EventService::NewStub(OpenChannel(options.engine_address));
  Followed followed{.next = options.from};
  while (true) {
    FollowStream(options, *stub, followed);
    if (IsOver(options, followed)) break;
    ++followed.breaks;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::printf("{\"first\": %llu, \"last\": %llu, \"gaps\": %llu, \"breaks\": %llu}\n",
              static_cast<unsigned long long>(options.from),
              static_cast<unsigned long long>(followed.next - 1),
              static_cast<unsigned long long>(followed.gaps),
              static_cast<unsigned long long>(followed.breaks));
  return followed.gaps == 0 ? 0 : 1;
}

}  // namespace

void AddFollowCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("follow", "Reads the event feed, and counts gaps and broken streams.");
  command->add_option("--engine", options->engine_address, "HOST:PORT.")->capture_default_str();
  command->add_option("--from", options->from, "The first sequence.")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_option("--until", options->until, "The last sequence; 0: go on.")
      ->capture_default_str();
  command
      ->add_option("--messages-per-second", options->messages_per_second,
                   "Read no faster; 0: as fast as they come.")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->callback([options, &exit_code] { exit_code = RunFollow(*options); });
}

}  // namespace rialto::load
