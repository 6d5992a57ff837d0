// The one order stream to the engine, shared by all callers.
//
// Commands that arrive while a message is being written go out together in the next one, at most
// limits::kBatchCommandsMax: under load batches form by themselves, and a lone order never waits.
// Outcomes find their caller by correlation id. When the stream breaks, every command without an
// outcome is answered UNAVAILABLE "OUTCOME_UNKNOWN: ..."; while it is down, new ones are answered
// UNAVAILABLE "NOT_CONNECTED: ..." and are not sent. A caller who has gone away costs the others
// nothing: the reply is called all the same.
//
// Before it opens the stream it asks the engine for its GetServerInfo: an engine that still
// recovers refuses, and no order is risked on it.
//
// Threads: Submit() on any; replies on gRPC's own, or on Submit's when it refuses. Replies must not
// block.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "common/service/background_part.h"
#include "gateway/metrics.h"
#include "grpcpp/channel.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"

namespace rialto::gateway {

class EngineClient : public BackgroundPart {
 public:
  using Reply = absl::AnyInvocable<void(absl::StatusOr<engine::v1::OrderOutcome>)>;
  using BatchReply =
      absl::AnyInvocable<void(absl::StatusOr<std::vector<engine::v1::OrderOutcome>>)>;

  // `in_flight_max`: with so many commands unanswered the next order is refused with
  // RESOURCE_EXHAUSTED; a batch is taken whole while there is room for one of it. Cancels come
  // first: they take the room of orders and are refused only beyond limits::kCancelsInFlightMax.
  EngineClient(const std::shared_ptr<grpc::Channel>& channel, size_t in_flight_max,
               Metrics& metrics);
  ~EngineClient() override;

  absl::Status Start() override;
  // Answers what is still open as after a break.
  void Stop() override;

  // Sends `command` (its correlation_id is set here) and calls `reply` exactly once.
  void Submit(engine::v1::OrderCommand command, Reply reply);

  // Sends all of `commands` or none, and calls `reply` exactly once: with their outcomes, in order,
  // or an error as soon as one of them has no outcome.
  void SubmitBatch(std::vector<engine::v1::OrderCommand> commands, BatchReply reply);

  // What an order would be refused with now for want of room. Costs next to nothing: for a look
  // before anything is spent on a request. Submit() looks again.
  absl::Status RoomForOrders() const;

  // True while commands can be sent.
  bool connected() const;

 private:
  class Batch;
  class Stream;
  enum class State { kDown, kUp };
  struct Unanswered {
    Reply reply;
    bool is_cancel = false;
  };

  void Run();
  bool EngineServes();
  void RunStream();
  // Whether all of `commands` can be sent now.
  absl::Status Admit(absl::Span<const engine::v1::OrderCommand> commands)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Enqueue(engine::v1::OrderCommand command, Reply reply) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Receive(engine::v1::StreamOrdersResponse& response);
  void NoteInFlight() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FailAll();
  void SetState(State state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<engine::v1::AdminService::Stub> admin_;
  const std::unique_ptr<engine::v1::OrderService::Stub> stub_;
  const size_t in_flight_max_;
  Metrics& metrics_;

  mutable absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kDown;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // The question under way, if any.
  std::unique_ptr<grpc::ClientContext> question_ ABSL_GUARDED_BY(mutex_);
  // The stream in use; null between two.
  std::unique_ptr<Stream> stream_ ABSL_GUARDED_BY(mutex_);
  bool write_in_flight_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t last_correlation_id_ ABSL_GUARDED_BY(mutex_) = 0;
  // Messages not yet written, each full but the last.
  std::deque<engine::v1::StreamOrdersRequest> queue_ ABSL_GUARDED_BY(mutex_);
  // Every command without an outcome, written or not.
  absl::flat_hash_map<uint64_t, Unanswered> unanswered_ ABSL_GUARDED_BY(mutex_);
  size_t cancels_unanswered_ ABSL_GUARDED_BY(mutex_) = 0;  // Of them.
  // How many they are, for a look without the mutex.
  std::atomic<size_t> in_flight_ = 0;
  // Keeps the stream alive; the only one to open it.
  std::thread thread_;
};

}  // namespace rialto::gateway
