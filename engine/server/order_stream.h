// One stream of order batches: reads a batch, submits it, writes its outcomes.
//
// Batches are decided in the order in which they came; reading goes on while earlier ones wait for
// the disk. Outcomes that become ready while a write is under way go out together in the next one.
// While a client leaves its outcomes unread, beyond a bound, nothing more of its stream is read.
//
// With cancel_on_disconnect its orders carry the stream's session, and end with it when the stream
// ends otherwise than by the client's half-close and our OK.
//
// On the wire it is bytes: a request is parsed into memory that the next one uses again, an outcome
// is written as what it will be on the wire, and outcomes that go out together are just longer.
//
// Thread: gRPC's and the sequencer's; a mutex guards the write side. Deletes itself when done.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "engine/server/sequencer.h"
#include "google/protobuf/arena.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "rialto/engine/v1/order_service.pb.h"

namespace rialto::engine {

class OrderStreams;

class OrderStream : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  OrderStream(Sequencer& sequencer, OrderStreams& streams);

  // Takes nothing more; finishes with this status once what was taken is answered. Any thread.
  void End(const grpc::Status& status);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // A batch on its way: which outcomes are known already (malformed commands), which are to come.
  struct Batch;

  // The request at hand; null when the bytes are none. Until the next call.
  const v1::StreamOrdersRequest* ParseRequest();
  grpc::Status Admit(const v1::StreamOrdersRequest& request);
  void Submit(const std::shared_ptr<Batch>& shared, Sequencer::Turn& turn);
  // A batch's outcomes wait for the next message; Deliver(), once for each batch, lets it go. A
  // message is a system call and wakes up to three threads.
  void Keep(std::string_view outcomes);
  void Deliver();
  void ReadNext();
  void MaybeWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void MaybeFinish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Sequencer& sequencer_;
  OrderStreams& streams_;
  grpc::ByteBuffer request_;
  // Of requests. Its first block is enough for a usual batch and stays.
  const std::unique_ptr<char[]> arena_block_;
  google::protobuf::Arena arena_;
  bool is_first_request_ = true;
  uint32_t session_ = 0;  // 0: its orders outlive it.

  absl::Mutex mutex_;
  grpc::ByteBuffer writing_;  // Owned by gRPC while write_in_flight_.
  // What the next message holds, a StreamOrdersResponse.
  std::string waiting_ ABSL_GUARDED_BY(mutex_);
  bool write_in_flight_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool read_is_put_off_ ABSL_GUARDED_BY(mutex_) = false;  // Until outcomes have gone out.
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool canceled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  int batches_pending_ ABSL_GUARDED_BY(mutex_) = 0;
  grpc::Status finish_status_ ABSL_GUARDED_BY(mutex_);
};

// The streams that are open, so that they can be ended. Thread: any.
class OrderStreams {
 public:
  OrderStream* Open(Sequencer& sequencer);
  void Remove(OrderStream* stream);
  // Ends all streams with UNAVAILABLE: the engine is stopping.
  void End();

 private:
  absl::Mutex mutex_;
  absl::flat_hash_set<OrderStream*> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rialto::engine
