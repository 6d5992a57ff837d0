#include "tools/verify/health_command.h"

#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "common/service/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/impl/client_unary_call.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/slice.h"

namespace rialto::verify {
namespace {

constexpr std::chrono::seconds kAttemptMax(2);
constexpr std::chrono::milliseconds kPause(100);
constexpr size_t kServiceBytesMax = 127;  // So that its length is one byte on the wire.

struct Options {
  std::string address;
  std::string service;
  int64_t wait_seconds = 0;
};

const char* Describe(Health health) {
  switch (health) {
    case Health::kServing:
      return "SERVING";
    case Health::kNotServing:
      return "NOT_SERVING";
    case Health::kUnknownService:
      return "does not have this service";
    case Health::kNoAnswer:
      break;
  }
  return "does not answer";
}

int RunHealth(const Options& options) {
  const auto give_up =
      std::chrono::steady_clock::now() + std::chrono::seconds(options.wait_seconds);
  const std::shared_ptr<grpc::Channel> channel = OpenChannel(options.address);
  Health health = CheckHealth(channel, options.service);
  while (health != Health::kServing && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(kPause);
    health = CheckHealth(channel, options.service);
  }
  std::fprintf(health == Health::kServing ? stdout : stderr, "%s %s\n", options.address.c_str(),
               Describe(health));
  return health == Health::kServing ? 0 : 1;
}

}  // namespace

// By its bytes, since Debian's gRPC brings no generated code for it: request {1: service}, response
// {1: status}, where 1 is SERVING.
Health CheckHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  std::string request;
  if (!service.empty()) {
    request = "\x0a";
    request += static_cast<char>(service.size());
    request += service;
  }
  const grpc::Slice slice(request);
  const grpc::ByteBuffer in(&slice, 1);
  grpc::ByteBuffer out;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kAttemptMax);
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC, channel);
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      channel.get(), method, &context, in, &out);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return Health::kUnknownService;
  std::vector<grpc::Slice> slices;
  if (!status.ok() || !out.Dump(&slices).ok()) return Health::kNoAnswer;
  std::string response;
  for (const grpc::Slice& part : slices) response.append(part.begin(), part.end());
  return response == "\x08\x01" ? Health::kServing : Health::kNotServing;
}

void AddHealthCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("health", "Asks a service for its health; succeeds when it is SERVING.");
  command->add_option("--address", options->address, "HOST:PORT.")->required();
  command->add_option("--service", options->service, "One service of it; by default the whole.")
      ->check([](const std::string& service) {
        return service.size() <= kServiceBytesMax ? "" : "too long";
      });
  command->add_option("--wait", options->wait_seconds, "Seconds to wait for SERVING.")
      ->capture_default_str()
      ->check(CLI::Range(0, 86'400));
  command->callback([options, &exit_code] { exit_code = RunHealth(*options); });
}

}  // namespace rialto::verify
