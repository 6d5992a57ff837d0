#include "common/service/server_metrics.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "absl/strings/string_view.h"
#include "grpcpp/support/interceptor.h"

namespace rialto {
namespace {

// The names that Prometheus dashboards for gRPC know.
constexpr const char* kCodeNames[] = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

const prometheus::Histogram::BucketBoundaries kSecondsBuckets = {
    50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 20e-3,
    50e-3, 0.1,    0.2,    0.5,    1,    2,    5,    10};

// The parts of "/package.Service/Method".
std::string ServiceOf(const std::string& full_name) {
  const size_t slash = full_name.rfind('/');
  return slash == std::string::npos || slash == 0 ? "" : full_name.substr(1, slash - 1);
}
std::string MethodOf(const std::string& full_name) {
  return full_name.substr(full_name.rfind('/') + 1);
}

class MetricsInterceptor : public grpc::experimental::Interceptor {
 public:
  explicit MetricsInterceptor(ServerMetrics::Method& method) : method_(method) {
    method_.Started();
  }
  // A call that ends without a status was cut off: its client or its connection is gone.
  ~MetricsInterceptor() override {
    if (!handled_) Handled(grpc::StatusCode::CANCELLED);
  }

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            grpc::experimental::InterceptionHookPoints::PRE_SEND_STATUS)) {
      Handled(methods->GetSendStatus().error_code());
    }
    methods->Proceed();
  }

 private:
  void Handled(grpc::StatusCode code) {
    handled_ = true;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    method_.Handled(code, elapsed.count());
  }

  ServerMetrics::Method& method_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool handled_ = false;
};

class MetricsInterceptorFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit MetricsInterceptorFactory(ServerMetrics& metrics) : metrics_(metrics) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    return new MetricsInterceptor(metrics_.Find(info->method()));
  }

 private:
  ServerMetrics& metrics_;
};

}  // namespace

ServerMetrics::Method::Method(ServerMetrics& metrics, const std::string& full_name)
    : metrics_(metrics),
      service_(ServiceOf(full_name)),
      method_(MethodOf(full_name)),
      started_(metrics.started_.Add({{"grpc_service", service_}, {"grpc_method", method_}})),
      seconds_(metrics.seconds_.Add({{"grpc_service", service_}, {"grpc_method", method_}},
                                    kSecondsBuckets)) {
  // Rates need a series to start from.
  CounterOf(grpc::StatusCode::OK);
}

void ServerMetrics::Method::Handled(grpc::StatusCode code, double seconds) {
  const size_t index = static_cast<size_t>(code);
  CounterOf(index < handled_.size() ? index : size_t{grpc::StatusCode::UNKNOWN}).Increment();
  seconds_.Observe(seconds);
}

prometheus::Counter& ServerMetrics::Method::CounterOf(size_t code) {
  prometheus::Counter* counter = handled_[code].load(std::memory_order_acquire);
  if (counter == nullptr) {
    // Add returns the same counter to all who race here.
    counter = &metrics_.handled_.Add(
        {{"grpc_service", service_}, {"grpc_method", method_}, {"grpc_code", kCodeNames[code]}});
    handled_[code].store(counter, std::memory_order_release);
  }
  return *counter;
}

ServerMetrics::ServerMetrics(prometheus::Registry& registry)
    : started_(prometheus::BuildCounter()
                   .Name("grpc_server_started_total")
                   .Help("Calls that arrived.")
                   .Register(registry)),
      handled_(prometheus::BuildCounter()
                   .Name("grpc_server_handled_total")
                   .Help("Calls that ended, by status code.")
                   .Register(registry)),
      seconds_(prometheus::BuildHistogram()
                   .Name("grpc_server_handling_seconds")
                   .Help("From a call's arrival to its status.")
                   .Register(registry)) {}

ServerMetrics::Method& ServerMetrics::Find(const char* full_name) {
  const absl::string_view name(full_name);
  {
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = methods_.find(name);
    if (found != methods_.end()) return *found->second;
  }
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<Method>& method = methods_[name];
  if (method == nullptr) method = std::make_unique<Method>(*this, std::string(full_name));
  return *method;
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewMetricsInterceptorFactory(
    ServerMetrics& metrics) {
  return std::make_unique<MetricsInterceptorFactory>(metrics);
}

}  // namespace rialto
