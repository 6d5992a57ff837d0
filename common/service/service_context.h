// The running process of a service: ports, health, metrics and an orderly end.
//
// Serve() opens the ports first, so that health answers while the parts still recover, then starts
// the parts in order, and returns after SIGTERM, SIGINT or RequestStop(): health turns NOT_SERVING,
// the stop actions end long streams, the server stops accepting and lets calls finish for
// kDrainSeconds, the parts stop in reverse and answer what only they can.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/service/background_part.h"
#include "common/service/flags.h"
#include "prometheus/collectable.h"
#include "prometheus/registry.h"

namespace grpc {
class Service;
}

namespace rialto {

// How long calls may take to finish once the service was asked to stop.
inline constexpr int kDrainSeconds = 5;

class ServiceContext {
 public:
  explicit ServiceContext(const ServiceFlags& flags);
  ~ServiceContext();
  ServiceContext(const ServiceContext&) = delete;
  ServiceContext& operator=(const ServiceContext&) = delete;

  // All metrics of the process; /metrics shows what is registered here.
  prometheus::Registry& registry() { return *registry_; }
  // For what is better measured when somebody asks: /metrics shows it, too. Collect() runs on the
  // scrape's thread. Before Serve().
  void Expose(std::shared_ptr<prometheus::Collectable> metrics);

  // The service is SERVING while all checks return true; asked every 100 ms on one thread, so a
  // check must be quick and thread-safe. `name` shows in the log when it changes. Before Serve().
  void AddReadyCheck(std::string name, std::function<bool()> ready);

  // Called once when the service was asked to stop, while everything still runs: finish the open
  // streams here, or the drain waits kDrainSeconds for them. Must not block. Before Serve().
  void AddStopAction(std::function<void()> action);

  // Serves until asked to stop. The services and parts must outlive the call. Returns OK after an
  // orderly end; FailedPrecondition "listen HOST:PORT: address already in use" when a port is
  // taken; the error of a part that did not start, or of RequestStop.
  absl::Status Serve(const std::vector<grpc::Service*>& services,
                     const std::vector<BackgroundPart*>& parts);

  // Ends Serve() from any thread; a failure becomes its result and exit code 1. Returns at once.
  void RequestStop(absl::Status reason);

  // The ports in use once Serve() has opened them, else 0. Any thread.
  int port() const { return port_; }
  int metrics_port() const { return metrics_port_; }
  // True from the moment a stop was asked for: long starts and streams give up. Any thread.
  bool stopping() const { return stopping_; }

 private:
  struct ReadyCheck {
    std::string name;
    std::function<bool()> ready;
  };
  struct Running;

  absl::Status OpenPorts(const std::vector<grpc::Service*>& services, Running& running);
  void Watch(Running& running);
  void UpdateHealth(Running& running);
  std::string FirstNotReady(const Running& running) const;
  absl::Status reason() const;

  const ServiceFlags flags_;
  const std::shared_ptr<prometheus::Registry> registry_;
  std::vector<std::shared_ptr<prometheus::Collectable>> exposed_;
  std::vector<ReadyCheck> ready_checks_;
  std::vector<std::function<void()>> stop_actions_;
  std::atomic<int> port_{0};
  std::atomic<int> metrics_port_{0};
  std::atomic<bool> stopping_{false};
  mutable absl::Mutex mutex_;
  absl::Status reason_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rialto
