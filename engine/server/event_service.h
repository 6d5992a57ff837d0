// rialto.engine.v1.EventService: the feed over the wire.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "common/service/background_part.h"
#include "engine/server/event_feed.h"
#include "engine/server/metrics.h"
#include "engine/server/sequencer.h"
#include "grpcpp/support/byte_buffer.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"

namespace rialto::engine {

class Subscription;

// A background part, too: one thread wakes the subscriptions when something was published, sends
// heartbeats, and breaks subscriptions that do not read.
class EventService
    : public v1::EventService::WithRawCallbackMethod_Subscribe<v1::EventService::Service>,
      public BackgroundPart {
 public:
  // Everything outlives the service.
  EventService(EventFeed& feed, const Sequencer& sequencer, Metrics& metrics);
  ~EventService() override;

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Subscribe(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request) override;

  absl::Status Start() override;
  void Stop() override;
  // Ends all streams with UNAVAILABLE: the engine is stopping.
  void EndStreams();

 private:
  friend class Subscription;

  grpc::Status Compare(const v1::SubscribeRequest& request, Sequence from);
  void Run();
  void Wake();
  void Remove(Subscription* subscription);

  EventFeed& feed_;
  const Sequencer& sequencer_;
  Metrics& metrics_;
  std::thread thread_;
  absl::Mutex mutex_;
  absl::flat_hash_set<Subscription*> subscriptions_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<bool> has_subscriptions_ = false;
  // Its own lock, held for an instant: the sequencer takes it after every batch.
  absl::Mutex wake_mutex_;
  bool wake_ ABSL_GUARDED_BY(wake_mutex_) = false;
};

}  // namespace rialto::engine
