#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/service/channel.h"
#include "common/service/service_main.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/impl/client_unary_call.h"
#include "grpcpp/support/byte_buffer.h"
#include "gtest/gtest.h"

namespace rialto {
namespace {

// Serve() waits for SIGTERM; before gRPC starts threads it must be blocked for all of them.
const bool kSignalsBlocked = [] {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0;
}();

bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

// A unary call with raw bytes.
grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel, const char* method,
                  const std::string& request, std::string* response) {
  grpc::Slice slice(request);
  grpc::ByteBuffer in(&slice, 1);
  grpc::ByteBuffer out;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  grpc::internal::RpcMethod rpc(method, grpc::internal::RpcMethod::NORMAL_RPC, channel);
  grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      channel.get(), rpc, &context, in, &out);
  std::vector<grpc::Slice> slices;
  response->clear();
  if (status.ok() && out.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices) response->append(part.begin(), part.end());
  }
  return status;
}

enum class Health { kServing, kNotServing, kUnknownService, kNoAnswer };

// By its bytes: request {1: service}, response {1: status}; 1 is SERVING.
Health CheckHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  std::string request;
  if (!service.empty()) request = absl::StrCat("\n", std::string(1, char(service.size())), service);
  std::string response;
  const grpc::Status status = Call(channel, "/grpc.health.v1.Health/Check", request, &response);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return Health::kUnknownService;
  if (!status.ok()) return Health::kNoAnswer;
  return response == "\x08\x01" ? Health::kServing : Health::kNotServing;
}

// GET /metrics.
std::string ReadMetrics(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string text;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n";
    EXPECT_EQ(write(fd, request.data(), request.size()), ssize_t(request.size()));
    char buffer[4096];
    for (ssize_t n = 0; (n = read(fd, buffer, sizeof(buffer))) > 0;) text.append(buffer, size_t(n));
  }
  close(fd);
  return text;
}

ServiceFlags TestFlags() {
  ServiceFlags flags;
  flags.name = "testing";
  flags.listen_address = "127.0.0.1:0";
  return flags;
}

ServiceFlags FlagsWithMetrics() {
  ServiceFlags flags = TestFlags();
  flags.metrics_listen_address = "127.0.0.1:0";
  return flags;
}

// One method, /rialto.testing.v1.EchoService/Echo, raw bytes in and out, callback API. The call
// that comes with `hold_next` is left to the test.
class EchoService : public grpc::Service {
 public:
  std::atomic<bool> hold_next = false;
  std::atomic<grpc::ServerUnaryReactor*> held = nullptr;

  EchoService() {
    AddMethod(new grpc::internal::RpcServiceMethod("/rialto.testing.v1.EchoService/Echo",
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        0, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
               [this](grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                      grpc::ByteBuffer* response) {
                 auto* reactor = context->DefaultReactor();
                 if (hold_next.exchange(false)) {
                   held = reactor;
                   return reactor;
                 }
                 *response = *request;
                 reactor->Finish(request->Length() > 0
                                     ? grpc::Status::OK
                                     : grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "EMPTY"));
                 return reactor;
               }));
  }
};

struct TestPart : BackgroundPart {
  absl::Status Start() override {
    may_start.WaitForNotification();
    return start_result;
  }
  void Stop() override {
    stopped = true;
    if (on_stop) on_stop();
  }

  std::function<void()> on_stop;
  absl::Notification may_start;
  absl::Status start_result;
  bool stopped = false;
};

// A service that serves on its own thread.
struct TestService {
  explicit TestService(const ServiceFlags& flags = TestFlags()) : context(flags) {}
  void Run() {
    context.AddReadyCheck("switch", [this] { return ready.load(); });
    thread = std::thread([this] { result = context.Serve({&echo}, {&part}); });
    EXPECT_TRUE(Eventually([this] { return context.port() != 0; }));
    channel = OpenChannel(absl::StrCat("127.0.0.1:", context.port()));
  }
  absl::Status Join() {
    thread.join();
    return result;
  }

  ServiceContext context;
  EchoService echo;
  TestPart part;
  std::atomic<bool> ready{true};
  std::shared_ptr<grpc::Channel> channel;
  absl::Status result;
  std::thread thread;
};

constexpr char kEcho[] = "rialto.testing.v1.EchoService";

TEST(ServiceTest, HealthFollowsStartAndReadyChecks) {
  ASSERT_TRUE(kSignalsBlocked);
  TestService service;
  service.ready = false;
  service.Run();
  // The port is open while the part still starts.
  EXPECT_EQ(CheckHealth(service.channel, ""), Health::kNotServing);
  EXPECT_EQ(CheckHealth(service.channel, kEcho), Health::kNotServing);
  EXPECT_EQ(CheckHealth(service.channel, "nobody.knows.It"), Health::kUnknownService);
  service.part.may_start.Notify();
  EXPECT_EQ(CheckHealth(service.channel, ""), Health::kNotServing);
  service.ready = true;
  EXPECT_TRUE(Eventually([&] { return CheckHealth(service.channel, "") == Health::kServing; }));
  EXPECT_EQ(CheckHealth(service.channel, kEcho), Health::kServing);
  service.ready = false;
  EXPECT_TRUE(
      Eventually([&] { return CheckHealth(service.channel, kEcho) == Health::kNotServing; }));
  service.context.RequestStop(absl::OkStatus());
  EXPECT_TRUE(service.Join().ok());
  EXPECT_TRUE(service.part.stopped);
}

// What grpcurl needs to ask for health and to print the details of errors.
TEST(ServiceTest, ReflectionKnowsHealthAndErrorDetails) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  EXPECT_NE(pool->FindServiceByName("grpc.health.v1.Health"), nullptr);
  EXPECT_NE(pool->FindMessageTypeByName("google.rpc.ErrorInfo"), nullptr);
}

TEST(ServiceTest, SigtermRunsStopActionsAndEndsInOrder) {
  TestService service;
  bool acted = false;
  service.context.AddStopAction([&] { acted = !service.part.stopped; });
  service.part.may_start.Notify();
  service.Run();
  EXPECT_TRUE(Eventually([&] { return CheckHealth(service.channel, "") == Health::kServing; }));
  kill(getpid(), SIGTERM);
  EXPECT_TRUE(service.Join().ok());
  EXPECT_TRUE(acted);
  EXPECT_TRUE(service.part.stopped);
  EXPECT_TRUE(service.context.stopping());
}

TEST(ServiceTest, ACallThatAPartMustAnswerIsAnsweredWhenThePartStops) {
  TestService service;
  service.part.on_stop = [&] {
    service.echo.held.load()->Finish({grpc::StatusCode::UNAVAILABLE, "OUTCOME_UNKNOWN"});
  };
  service.part.may_start.Notify();
  service.Run();
  EXPECT_TRUE(Eventually([&] { return CheckHealth(service.channel, "") == Health::kServing; }));
  service.echo.hold_next = true;
  grpc::Status heard;
  std::thread caller([&] {
    std::string response;
    heard = Call(service.channel, "/rialto.testing.v1.EchoService/Echo", "hold", &response);
  });
  ASSERT_TRUE(Eventually([&] { return service.echo.held != nullptr; }));
  service.context.RequestStop(absl::OkStatus());
  EXPECT_TRUE(service.Join().ok());
  caller.join();
  EXPECT_EQ(heard.error_code(), grpc::StatusCode::UNAVAILABLE) << heard.error_message();
}

TEST(ServiceTest, FailedStartIsTheResult) {
  TestService service;
  service.part.start_result = absl::DataLossError("journal: corrupt frame at offset 42");
  service.part.may_start.Notify();
  service.context.AddReadyCheck("never", [] { return false; });
  EXPECT_EQ(service.context.Serve({&service.echo}, {&service.part}), service.part.start_result);
  EXPECT_FALSE(service.part.stopped);
}

TEST(ServiceTest, TakenPortsAreNamed) {
  TestService first(FlagsWithMetrics());
  first.part.may_start.Notify();
  first.Run();
  ServiceFlags flags = TestFlags();
  flags.listen_address = absl::StrCat("127.0.0.1:", first.context.port());
  EXPECT_EQ(ServiceContext(flags).Serve({}, {}).message(),
            absl::StrCat("listen ", flags.listen_address, ": address already in use"));
  flags = TestFlags();
  flags.metrics_listen_address = absl::StrCat("127.0.0.1:", first.context.metrics_port());
  EXPECT_EQ(ServiceContext(flags).Serve({}, {}).message(),
            absl::StrCat("listen ", flags.metrics_listen_address, ": address already in use"));
  flags.metrics_listen_address = "127.0.0.1";
  EXPECT_EQ(ServiceContext(flags).Serve({}, {}).message(),
            "listen 127.0.0.1: not of the form HOST:PORT");
  first.context.RequestStop(absl::OkStatus());
  EXPECT_TRUE(first.Join().ok());
}

TEST(ServiceTest, MetricsCountCallsByMethodAndCode) {
  TestService service(FlagsWithMetrics());
  service.part.may_start.Notify();
  service.Run();
  std::string response;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(Call(service.channel, "/rialto.testing.v1.EchoService/Echo", "x", &response).ok());
    EXPECT_EQ(response, "x");
  }
  EXPECT_FALSE(Call(service.channel, "/rialto.testing.v1.EchoService/Echo", "", &response).ok());
  const std::string method =
      "grpc_method=\"Echo\",grpc_service=\"rialto.testing.v1.EchoService\"} ";
  const std::string text = ReadMetrics(service.context.metrics_port());
  const std::string line_starts[] = {
      absl::StrCat("grpc_server_started_total{", method, "4"),
      absl::StrCat("grpc_server_handled_total{grpc_code=\"OK\",", method, "3"),
      absl::StrCat("grpc_server_handled_total{grpc_code=\"InvalidArgument\",", method, "1"),
      absl::StrCat("grpc_server_handling_seconds_count{", method, "4"),
      "build_info{commit=\"",
      "process_resident_memory_bytes ",
      "process_cpu_seconds_total ",
      "process_start_time_seconds ",
  };
  for (const std::string& start : line_starts) {
    EXPECT_TRUE(absl::StrContains(text, absl::StrCat("\n", start))) << start << "\n" << text;
  }
  service.context.RequestStop(absl::OkStatus());
  EXPECT_TRUE(service.Join().ok());
}

// Counts how often it was asked.
struct AskedMetrics : prometheus::Collectable {
  std::vector<prometheus::MetricFamily> Collect() const override {
    prometheus::MetricFamily family;
    family.name = "testing_asked";
    family.type = prometheus::MetricType::Gauge;
    family.metric.emplace_back().gauge.value = ++asked;
    return {family};
  }
  mutable std::atomic<int> asked{0};
};

TEST(ServiceTest, ExposedMetricsAreMeasuredWhenScraped) {
  TestService service(FlagsWithMetrics());
  const auto metrics = std::make_shared<AskedMetrics>();
  service.context.Expose(metrics);
  service.part.may_start.Notify();
  service.Run();
  EXPECT_EQ(metrics->asked, 0);
  for (const char* line : {"\ntesting_asked 1\n", "\ntesting_asked 2\n"}) {
    const std::string text = ReadMetrics(service.context.metrics_port());
    EXPECT_TRUE(absl::StrContains(text, line)) << line << text;
  }
  service.context.RequestStop(absl::OkStatus());
  EXPECT_TRUE(service.Join().ok());
}

TEST(ServiceTest, OversizedMessageIsResourceExhausted) {
  TestService service;
  service.part.may_start.Notify();
  service.Run();
  std::string response;
  const std::string request(size_t{(4 << 20) + 1}, 'x');
  EXPECT_EQ(
      Call(service.channel, "/rialto.testing.v1.EchoService/Echo", request, &response).error_code(),
      grpc::StatusCode::RESOURCE_EXHAUSTED);
  service.context.RequestStop(absl::OkStatus());
  EXPECT_TRUE(service.Join().ok());
}

struct TestConfig {
  ServiceFlags service = TestFlags();
  std::string engine = "127.0.0.1:50051";
  static absl::StatusOr<TestConfig> FromFlags(int argc, char** argv) {
    TestConfig config;
    CLI::App app("A service for tests.", "rialto_testing");
    AddCommonFlags(app, config.service);
    app.add_option("--engine", config.engine, "The engine.");
    const absl::Status status = ParseFlags(app, argc, argv, config.service);
    if (!status.ok()) return status;
    return config;
  }
};

int RunMain(std::vector<std::string> arguments,
            absl::Status (*run)(const TestConfig&, ServiceContext&)) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return ServiceMain(int(argv.size()), argv.data(), TestConfig::FromFlags, run);
}

TEST(ServiceMainTest, ExitStatusTellsHowItEnded) {
  const auto stop = [](const TestConfig& config, ServiceContext& context) {
    EXPECT_EQ(config.engine, "engine:1");
    EXPECT_EQ(config.service.config_line, "listen=127.0.0.1:0 metrics-listen= engine=engine:1");
    kill(getpid(), SIGTERM);
    return context.Serve({}, {});
  };
  EXPECT_EQ(RunMain({"x", "--engine", "engine:1"}, stop), 0);
  const auto fail = [](const TestConfig&, ServiceContext& context) {
    context.RequestStop(absl::InternalError("the store is gone"));
    return context.Serve({}, {});
  };
  EXPECT_EQ(RunMain({"x"}, fail), 1);
  EXPECT_EQ(RunMain({"x", "--no-such-flag"}, fail), 2);
}

TEST(ServiceMainDeathTest, HelpPrintsAndEndsWithZero) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto run = [](const TestConfig&, ServiceContext&) { return absl::OkStatus(); };
  EXPECT_EXIT(RunMain({"x", "--help"}, run), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(RunMain({"x", "--version"}, run), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace rialto
