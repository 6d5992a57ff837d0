// A way for requests into a venue: many unanswered at once, each in a slot of its own.
//
// Thread: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "tools/load/answer.h"
#include "tools/load/workload.h"

namespace rialto::load {

// What requests become on the wire.
struct MarketPlan {
  std::string tag;
  std::vector<uint64_t> accounts;        // By client.
  std::vector<std::string> instruments;  // By index.
  int price_decimals = 2;
  int quantity_decimals = 4;
};

std::string NameOf(const MarketPlan& plan, uint64_t order);

class VenueDoor {
 public:
  struct Completion {
    size_t slot = 0;
    grpc::StatusCode status = grpc::StatusCode::OK;
    // With OK: one per order of the request. Valid until something is sent in the slot.
    absl::Span<const Answer> answers;
  };

  virtual ~VenueDoor() = default;

  // REQUIRES: the slot is free: nothing was sent in it, or it was answered.
  virtual void Send(size_t slot, const Request& request) = 0;
  // Waits for an answer, at most until `until`; false: none came.
  virtual bool Wait(std::chrono::steady_clock::time_point until, Completion& completion) = 0;
};

struct DoorOptions {
  std::string address;
  const MarketPlan* plan = nullptr;  // Both outlive the door.
  const Workload* workload = nullptr;
  size_t slots = 1;
  size_t connections = 1;
  std::chrono::milliseconds deadline{5'000};
};

// One unary call per request.
std::unique_ptr<VenueDoor> OpenGatewayDoor(const DoorOptions& options);
std::unique_ptr<VenueDoor> OpenEngineDoor(const DoorOptions& options);

}  // namespace rialto::load
