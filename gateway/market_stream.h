// One subscriber of market data: an open StreamMarket call and its bounded buffer.
//
// Messages come serialised and shared with all other subscribers; only references wait here. A
// reader that falls behind a bound is closed with RESOURCE_EXHAUSTED "SLOW_CONSUMER: ..." and what
// waited is dropped: nobody else is held up, and memory stays bounded. One that does not read at
// all would never take its status either: its call is canceled.
//
// Deletes itself when gRPC is done with it. Thread: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "prometheus/counter.h"

namespace rialto::gateway {

struct StreamLimits {
  // What may wait besides the message that is being written.
  size_t bytes_max = 4 << 20;
  size_t messages_max = 10'000;
  // How long one message may take to be written, and then the end of the call.
  std::chrono::milliseconds stall_max{5'000};
};

class MarketStream : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // `context` is the call's. `on_done` is called once, when no Push may follow and before this is
  // deleted.
  MarketStream(grpc::CallbackServerContext& context, const StreamLimits& limits,
               prometheus::Counter& slow_consumers, std::function<void(MarketStream&)> on_done);

  // Writes the first message. Whatever was pushed before waits behind it.
  void Open(grpc::ByteBuffer snapshot);

  // `sequence`: what the subscriber knows once it has read the message; 0: nothing new.
  void Push(const grpc::ByteBuffer& message, uint64_t sequence);

  // Closes it if the message being written is stuck, and cancels the call if its end is. Called
  // every second or so.
  void CheckStall();

  // Ends the call; later pushes are ignored.
  void Close(const grpc::Status& status);

  void OnWriteDone(bool ok) override;
  void OnCancel() override { Close(grpc::Status::CANCELLED); }
  void OnDone() override;

 private:
  struct Message {
    grpc::ByteBuffer bytes;
    uint64_t sequence;
  };
  using SteadyClock = std::chrono::steady_clock;

  void Write(Message message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseSlow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseLocked(const grpc::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  grpc::CallbackServerContext& context_;
  const StreamLimits limits_;
  prometheus::Counter& slow_consumers_;
  const std::function<void(MarketStream&)> on_done_;

  absl::Mutex mutex_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyClock::time_point closed_since_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyClock::time_point write_started_ ABSL_GUARDED_BY(mutex_);
  // The message that gRPC reads from while a write is in flight.
  Message current_;
  uint64_t written_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Message> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace rialto::gateway
