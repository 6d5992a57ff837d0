// Follows the engine's event feed into Markets.
//
// Start: asks the engine for assets, instruments and books, then subscribes to what happened after.
// After a break it goes on where it was; only a restart of the process asks for books again. A gap,
// or an engine that is behind what it said before, ends the process: the books would be wrong.
//
// Threads: one that follows, one for the heartbeat of the subscribers.
#pragma once

#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/service/background_part.h"
#include "gateway/markets.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"

namespace rialto::gateway {

class MarketFeed : public BackgroundPart {
 public:
  // REQUIRES: `markets` outlives this.
  MarketFeed(const std::shared_ptr<grpc::Channel>& channel, Markets& markets);
  ~MarketFeed() override;

  // Returns at once; Markets::live() turns true when the engine was reached.
  absl::Status Start() override;
  void Stop() override;

 private:
  void Run();
  void Heard();
  void Beat();
  absl::Status FollowOnce();
  absl::StatusOr<MarketsImage> LoadImage();
  absl::Status LoadBook(const Instrument& instrument, MarketsImage::Book& book);
  absl::Status LoadState(const Instrument& instrument, MarketsImage::Book& book);
  // The context of a new call, which Stop() can cancel until the next one is made.
  absl::StatusOr<grpc::ClientContext*> NewCall();
  // False when it was cut short by Stop().
  bool Sleep(absl::Duration duration);

  const std::unique_ptr<engine::v1::EventService::Stub> events_;
  const std::unique_ptr<engine::v1::MarketDataService::Stub> market_data_;
  Markets& markets_;
  // Run()'s thread only.
  bool loaded_ = false;
  // Where the engine stood at the start: the books are live once they are there.
  uint64_t live_sequence_ = 0;

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<grpc::ClientContext> call_ ABSL_GUARDED_BY(mutex_);
  // When the engine last said anything.
  absl::Time heard_time_ ABSL_GUARDED_BY(mutex_);
  std::thread follow_thread_;
  std::thread heartbeat_thread_;
};

}  // namespace rialto::gateway
