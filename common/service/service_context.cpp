#include "common/service/service_context.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "common/base/log.h"
#include "common/service/listen.h"
#include "common/service/process_metrics.h"
#include "common/service/server_metrics.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/impl/server_builder_option.h"
#include "grpcpp/impl/server_builder_plugin.h"
#include "grpcpp/impl/server_initializer.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "prometheus/exposer.h"

namespace rialto {
namespace {

using std::chrono::steady_clock;

constexpr timespec kWatchInterval{0, 100'000'000};

// Values of reliability.md 4.1. Age and idle limits of connections belong to the public edge: here
// they would cut the feeds and the order stream.
void SetServerArguments(const ServiceFlags& flags, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(flags.receive_bytes_max);
  builder.SetMaxSendMessageSize(flags.send_bytes_max);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // A taken port must be an error.
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 8 << 10);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, flags.streams_per_connection_max);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  grpc::ResourceQuota quota(flags.name);
  quota.Resize(static_cast<size_t>(flags.memory_bytes_max)).SetMaxThreads(flags.sync_threads_max);
  builder.SetResourceQuota(quota);
}

// Health and reflection are switches of the whole process, read when a server is built. gRPC
// answers health without knowing its messages: naming one here links their description for
// reflection.
void EnableHealthAndReflection() {
  static const bool enabled = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  (void)enabled;  // Only its initialisation matters.
}

// Tells the names of the registered services, which grpc::Service itself does not.
class ServiceNamesPlugin : public grpc::ServerBuilderPlugin {
 public:
  explicit ServiceNamesPlugin(std::vector<std::string>& names) : names_(names) {}
  std::string name() override { return "rialto_service_names"; }
  void InitServer(grpc::ServerInitializer* initializer) override {
    const std::vector<std::string>* services = initializer->GetServiceList();
    names_.insert(names_.end(), services->begin(), services->end());
  }
  void Finish(grpc::ServerInitializer*) override {}
  void ChangeArguments(const std::string&, void*) override {}

 private:
  std::vector<std::string>& names_;
};

class ServiceNamesOption : public grpc::ServerBuilderOption {
 public:
  explicit ServiceNamesOption(std::vector<std::string>& names) : names_(names) {}
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<ServiceNamesPlugin>(names_));
  }

 private:
  std::vector<std::string>& names_;
};

void SetHealth(grpc::Server& server, const std::vector<std::string>& names, bool serving) {
  for (const std::string& name : names) {
    server.GetHealthCheckService()->SetServingStatus(name, serving);
  }
}

absl::StatusOr<std::unique_ptr<prometheus::Exposer>> OpenExposer(const std::string& address) {
  // prometheus-cpp reports a taken port by exception; it ends here.
  try {
    return std::make_unique<prometheus::Exposer>(address);
  } catch (const std::exception&) {
    return ExplainListenFailure(address);
  }
}

}  // namespace

struct ServiceContext::Running {
  explicit Running(prometheus::Registry& registry) : metrics(registry) {}

  ServerMetrics metrics;
  std::unique_ptr<prometheus::Exposer> exposer;
  // Full names of the services, and "" for the whole server.
  std::vector<std::string> names = {""};
  std::unique_ptr<grpc::Server> server;
  // Set once every part's Start() has returned.
  std::atomic<bool> parts_started{false};
  // What health answers now, and what the log named last as the cause of NOT_SERVING.
  bool serving = false;
  std::string not_ready;
};

ServiceContext::ServiceContext(const ServiceFlags& flags)
    : flags_(flags), registry_(std::make_shared<prometheus::Registry>()) {
  RegisterBuildInfo(*registry_, flags_.name);
  Expose(registry_);
  Expose(std::make_shared<ProcessMetrics>());
}

ServiceContext::~ServiceContext() = default;

void ServiceContext::Expose(std::shared_ptr<prometheus::Collectable> metrics) {
  exposed_.push_back(std::move(metrics));
}

void ServiceContext::AddStopAction(std::function<void()> action) {
  stop_actions_.push_back(std::move(action));
}

void ServiceContext::AddReadyCheck(std::string name, std::function<bool()> ready) {
  ready_checks_.push_back({std::move(name), std::move(ready)});
}

absl::Status ServiceContext::Serve(const std::vector<grpc::Service*>& services,
                                   const std::vector<BackgroundPart*>& parts) {
  Running running(*registry_);
  absl::Status status = OpenPorts(services, running);
  if (!status.ok()) return status;

  std::thread watch([&] { Watch(running); });
  size_t started = 0;
  while (started < parts.size() && !stopping_) {
    status = parts[started]->Start();
    if (!status.ok()) break;
    ++started;
  }
  if (!status.ok()) RequestStop(status);
  running.parts_started = true;
  watch.join();  // Until a stop is asked for; it leaves health NOT_SERVING.

  LOG_INFO("draining seconds_max={}", kDrainSeconds);
  std::thread close_metrics([&] { running.exposer.reset(); });  // civetweb takes 2 s to notice.
  for (const auto& action : stop_actions_) action();
  // Waits for every call; the answer of some comes from a part, at the latest when that stops.
  absl::Notification drained;
  std::thread drain([&] {
    running.server->Shutdown(std::chrono::system_clock::now() +
                             std::chrono::seconds(kDrainSeconds));
    drained.Notify();
  });
  drained.WaitForNotificationWithTimeout(absl::Seconds(kDrainSeconds));
  while (started > 0) parts[--started]->Stop();
  drain.join();
  running.server->Wait();
  close_metrics.join();
  port_ = metrics_port_ = 0;
  return reason();
}

absl::Status ServiceContext::OpenPorts(const std::vector<grpc::Service*>& services,
                                       Running& running) {
  EnableHealthAndReflection();
  if (!flags_.metrics_listen_address.empty()) {
    auto exposer = OpenExposer(flags_.metrics_listen_address);
    if (!exposer.ok()) return exposer.status();
    running.exposer = *std::move(exposer);
    for (const auto& metrics : exposed_) running.exposer->RegisterCollectable(metrics);
    metrics_port_ = running.exposer->GetListeningPorts().at(0);
  }
  grpc::ServerBuilder builder;
  SetServerArguments(flags_, builder);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(NewMetricsInterceptorFactory(running.metrics));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  builder.SetOption(std::make_unique<ServiceNamesOption>(running.names));
  for (grpc::Service* service : services) builder.RegisterService(service);
  int port = 0;
  builder.AddListeningPort(flags_.listen_address, grpc::InsecureServerCredentials(), &port);
  running.server = builder.BuildAndStart();
  if (running.server == nullptr || port == 0) return ExplainListenFailure(flags_.listen_address);
  SetHealth(*running.server, running.names, false);  // gRPC's own start value is SERVING.
  port_ = port;
  LOG_INFO("listening grpc_port={} metrics_port={}", port, metrics_port_.load());
  return absl::OkStatus();
}

void ServiceContext::Watch(Running& running) {
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  while (!stopping_) {
    UpdateHealth(running);
    const int signal = sigtimedwait(&stop_signals, nullptr, &kWatchInterval);
    if (signal > 0) {
      LOG_INFO("stopping signal={}", signal);
      stopping_ = true;
    }
  }
  SetHealth(*running.server, running.names, false);
  const auto deadline = steady_clock::now() + std::chrono::seconds(kDrainSeconds);
  while (!running.parts_started) {
    if (steady_clock::now() > deadline) {
      LOG_WARNING("stopped in the middle of the start");
      std::_Exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string ServiceContext::FirstNotReady(const Running& running) const {
  if (!running.parts_started) return "start";
  for (const ReadyCheck& check : ready_checks_) {
    if (!check.ready()) return check.name;
  }
  return "";
}

void ServiceContext::UpdateHealth(Running& running) {
  const std::string not_ready = FirstNotReady(running);
  const bool serving = not_ready.empty();
  if (serving != running.serving) SetHealth(*running.server, running.names, serving);
  if (serving && !running.serving) LOG_INFO("serving");
  if (!serving && not_ready != running.not_ready) LOG_INFO("not_serving waits_for={}", not_ready);
  running.serving = serving;
  running.not_ready = not_ready;
}

void ServiceContext::RequestStop(absl::Status reason) {
  {
    absl::MutexLock lock(&mutex_);
    reason_.Update(reason);
  }
  stopping_ = true;
}

absl::Status ServiceContext::reason() const {
  absl::MutexLock lock(&mutex_);
  return reason_;
}

}  // namespace rialto
