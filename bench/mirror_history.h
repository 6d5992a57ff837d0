// A venue's history as the engine's feed sends it, made beforehand, and a server that sends it.
//
// Random accounts place limit orders around a price; about half of them meet another. The engine
// itself decides and its feed writes the records, so every event, balance and checkpoint is what
// followers of a real engine get.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/server.h"
#include "grpcpp/support/byte_buffer.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"

namespace rialto::bench {

struct MirrorShape {
  uint32_t commands = 200'000;  // After accounts were opened and funded.
  uint32_t accounts = 10'000;
  uint32_t commands_per_record = 200;
};

struct MirrorHistory {
  struct Message {
    uint64_t first_sequence = 0;
    std::string bytes;  // Of a SubscribeResponse.
  };
  std::vector<Message> messages;
  uint64_t set_up_sequence = 0;  // The last command before trading; ends a message.
  uint64_t last_sequence = 0;
  uint64_t trades = 0;
};

MirrorHistory MakeMirrorHistory(const MirrorShape& shape);

// Sends the set-up at once, and the rest when it is released.
class MirrorFeed : public engine::v1::EventService::WithRawCallbackMethod_Subscribe<
                       engine::v1::EventService::Service> {
 public:
  // `history` outlives it.
  explicit MirrorFeed(const MirrorHistory& history);
  ~MirrorFeed() override;

  std::string address() const;
  void Release();

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Subscribe(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request) override;

 private:
  class Stream;

  const MirrorHistory& history_;
  int port_ = 0;
  absl::Mutex mutex_;
  bool released_ ABSL_GUARDED_BY(mutex_) = false;
  Stream* stream_ ABSL_GUARDED_BY(mutex_) = nullptr;  // The subscription there is.
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace rialto::bench
