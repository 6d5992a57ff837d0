// The engine's event feed over gRPC; subscribes again where it stopped when the stream breaks.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>

#include "rialto/engine/v1/event_service.grpc.pb.h"
#include "tools/replay/book_audit.h"
#include "tools/replay/venue_setup.h"

namespace rialto::replay {

class EngineFeed : public FeedSource {
 public:
  explicit EngineFeed(const VenueChannels& channels);
  ~EngineFeed() override;

  void Start(uint64_t from_sequence) override { next_ = from_sequence; }
  absl::StatusOr<engine::v1::CommandEvents> Next() override;

 private:
  // Reads one message of the stream into `read_`; false: the stream ended.
  bool Read();
  absl::Status Reconnect();
  void Cancel();

  const std::chrono::seconds patience_;
  const std::unique_ptr<engine::v1::EventService::Stub> stub_;
  uint64_t next_ = 1;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReader<engine::v1::SubscribeResponse>> reader_;
  std::deque<engine::v1::CommandEvents> read_;
};

}  // namespace rialto::replay
