// Applies the engine's events to one store, exactly once and in order.
//
// Each batch is one transaction: the rows changed by the events and the sequence reached, together.
// After any loss, of the engine or of the database, it reads the position from the database and
// asks the engine for what follows; so an ambiguous COMMIT is resolved by looking. A gap or a
// repeat in the feed is a fault that ends the process: history is never guessed. The engine is
// never held up: what cannot be written yet waits in the engine's own files.
//
// Threads: its own, which is the only writer of the store, and one that reads the feed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/base/ids.h"
#include "common/follower/feed_buffer.h"
#include "common/follower/follower_metrics.h"
#include "common/follower/follower_store.h"
#include "common/follower/retry_log.h"
#include "common/postgres/connection.h"
#include "common/service/background_part.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"

namespace rialto {

// Why a follower cannot go on; the value is the exit status of the process.
enum class FollowerFault {
  kFeedBroken = 70,      // A gap or a repeat in the feed, or a position that someone else moved.
  kMirrorAhead = 72,     // This store has seen history that the engine does not have, or another.
  kSchemaMismatch = 78,  // The schema's migrations are not those of this binary.
};

struct FollowerOptions {
  // Names the follower: metric prefix, and its row in follower_position. For example "ledger".
  std::string service;
  // HOST:PORT of the engine.
  std::string engine_address;
  // libpq URL.
  std::string database_url;
  // A transaction takes what is queued, up to either bound, and at least one message of the feed.
  size_t batch_commands_max = 5'000;
  size_t batch_bytes_max = 8 << 20;
  // Read ahead of the database; beyond it the feed is left unread, and waits in the engine's files.
  size_t buffer_bytes_max = 32 << 20;
  // The engine sends at least a heartbeat per second; after this long without one the stream is
  // dead.
  int feed_silence_max_ms = 10'000;
  // Called on a fault, after it was logged; the follower then stands still. Empty: ends the process
  // with the fault as its exit status.
  std::function<void(FollowerFault)> on_fault;
};

class Follower : public BackgroundPart {
 public:
  // lag() before the first contact with both engine and database.
  static constexpr uint64_t kLagUnknown = std::numeric_limits<uint64_t>::max();

  // Does nothing yet. REQUIRES: `store` and `registry` outlive the follower.
  Follower(FollowerOptions options, FollowerStore& store, prometheus::Registry& registry);
  ~Follower() override;

  // Starts following. A database or an engine that is not there yet is waited for, for ever, with
  // one log line per 10 s.
  absl::Status Start() override;
  // Finishes or abandons the batch at hand; returns when no thread is left. Idempotent.
  void Stop() override;

  // How many commands the engine was ahead when last heard of.
  uint64_t lag() const;
  // How long ago the store was last known to be level with the engine; 0 when it is.
  int64_t lag_ns() const;
  // The last sequence applied and committed.
  Sequence position() const { return Sequence(position_.load()); }
  // The engine's last sequence, as far as heard.
  Sequence engine_head() const { return Sequence(engine_head_.load()); }

 private:
  void Run();
  absl::Status OpenStore();
  static absl::Status EnsurePositionTable(postgres::Connection& connection,
                                          const std::string& schema);
  absl::Status ReadPosition();
  absl::Status Follow();
  absl::Status ReadFeed(FeedBuffer& buffer, grpc::ClientContext& context);
  absl::Status ApplyFeed(FeedBuffer& buffer);
  void Rest();
  absl::Status ApplyBatch(const FeedBatch& batch);
  absl::Status WriteBatch(const FeedBatch& batch, Sequence last);
  void Hear(const engine::v1::SubscribeResponse& message);
  absl::Status Fault(FollowerFault fault, const std::string& what);
  void UpdateMetrics();
  bool stopping();

  const FollowerOptions options_;
  FollowerStore& store_;
  FollowerMetrics metrics_;
  const std::unique_ptr<engine::v1::EventService::Stub> engine_;

  std::unique_ptr<postgres::Connection> connection_;  // nullptr while the database is lost.
  RetryLog engine_log_;
  RetryLog database_log_;
  bool faulted_ = false;

  engine::v1::KnownCheckpoint checkpoint_;  // The last one applied; as in the database.
  int64_t timestamp_ns_ = 0;                // Of the last command applied; as in the database.

  std::atomic<uint64_t> position_ = 0;
  std::atomic<uint64_t> engine_head_ = 0;
  std::atomic<bool> store_open_ = false;    // position_ is the database's.
  std::atomic<int64_t> heard_time_ns_ = 0;  // Of the last message from the engine; 0: none yet.
  std::atomic<int64_t> level_time_ns_;      // When the store was last level with the engine.

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // The subscription at hand, for Stop() to cancel.
  grpc::ClientContext* stream_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace rialto
