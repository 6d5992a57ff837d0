// What every gRPC server counts about its calls, all kinds of RPC:
//
//   grpc_server_started_total{grpc_service,grpc_method}
//   grpc_server_handled_total{grpc_service,grpc_method,grpc_code}
//   grpc_server_handling_seconds{grpc_service,grpc_method}   histogram, 50 us to 10 s
//
// Handles are looked up once per call and cached per method and code: the steady state takes one
// reader lock and touches no label.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/server_interceptor.h"
#include "grpcpp/support/status.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace rialto {

class ServerMetrics {
 public:
  // The metrics of one method.
  class Method {
   public:
    Method(ServerMetrics& metrics, const std::string& full_name);
    void Started() { started_.Increment(); }
    void Handled(grpc::StatusCode code, double seconds);

   private:
    prometheus::Counter& CounterOf(size_t code);

    ServerMetrics& metrics_;
    const std::string service_;
    const std::string method_;
    prometheus::Counter& started_;
    prometheus::Histogram& seconds_;
    // By gRPC code; null until first seen.
    std::array<std::atomic<prometheus::Counter*>, 17> handled_{};
  };

  explicit ServerMetrics(prometheus::Registry& registry);

  // `full_name` is "/package.Service/Method". Lives as long as this.
  Method& Find(const char* full_name);

 private:
  prometheus::Family<prometheus::Counter>& started_;
  prometheus::Family<prometheus::Counter>& handled_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<Method>> methods_ ABSL_GUARDED_BY(mutex_);
};

// One interceptor per call that feeds `metrics`, which must outlive the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewMetricsInterceptorFactory(
    ServerMetrics& metrics);

}  // namespace rialto
