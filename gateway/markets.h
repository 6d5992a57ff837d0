// All books as the public sees them, and who watches them.
//
// Follows the event feed one message at a time, whole: readers see the books between two messages,
// never in the middle of one. What a message did to an instrument is serialised once and handed to
// each of its subscribers. A snapshot and the updates after it fit together because both are taken
// under one lock. The catalog has a lock of its own: orders need it and wait for no book.
//
// Thread: any. Load(), Apply() and SetFeedLive() on the feed's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/catalog/catalog.h"
#include "gateway/depth.h"
#include "gateway/market_stream.h"
#include "gateway/metrics.h"
#include "rialto/engine/v1/event_service.pb.h"
#include "rialto/gateway/v1/market_data_service.pb.h"

namespace rialto::gateway {

// The state to start from.
struct MarketsImage {
  struct Book {
    Depth depth;
    // What `depth` is true at: earlier events must not be added again.
    uint64_t sequence = 0;
    // True at `sequence` or a little later.
    common::v1::InstrumentState state = common::v1::INSTRUMENT_STATE_TRADING;
  };

  Catalog catalog;
  // By instrument id; as many as the catalog has instruments.
  std::vector<Book> books;
  // The first event needed.
  uint64_t next_sequence = 1;
};

class Markets {
 public:
  explicit Markets(Metrics& metrics);

  void Load(MarketsImage image);
  // CHECK: the message follows on what was applied before, without a gap.
  void Apply(const engine::v1::SubscribeResponse& message);
  void SetFeedLive(bool live);

  // True once loaded and while the feed is live.
  bool live() const;
  // The first event not yet applied.
  uint64_t next_sequence() const;
  // What is known now; never null. Unavailable until the feed was live for the first time: what is
  // not known before that may exist all the same, and an order that names it may have been decided.
  absl::StatusOr<std::shared_ptr<const Catalog>> catalog() const;

  // NotFound UNKNOWN_INSTRUMENT, Unavailable until the feed was live for the first time.
  absl::Status GetDepth(std::string_view instrument, size_t levels,
                        v1::GetDepthResponse& response) const;

  // Opens the stream and keeps it fed until Unsubscribe(). Errors as GetDepth: then the stream is
  // closed with it.
  void Subscribe(std::string_view instrument, MarketStream& stream);
  void Unsubscribe(MarketStream& stream);

  // Sends a sign of life to all subscribers and closes those that are stuck.
  void Heartbeat();
  // Ends all streams, and those that come later at once.
  void CloseStreams();

 private:
  struct Market {
    Depth depth;
    common::v1::InstrumentState state = common::v1::INSTRUMENT_STATE_TRADING;
    // The last command that touched it.
    uint64_t sequence = 0;
    absl::flat_hash_set<MarketStream*> streams;
  };
  // What one message of the feed does to one market.
  struct Update;

  void ApplyCommand(const engine::v1::CommandEvents& command, std::vector<Update>& updates)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyDefinition(const engine::v1::Event& event, uint64_t sequence)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Publish(Update& update) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Keeps the catalog that it is of.
  absl::StatusOr<std::shared_ptr<const Instrument>> Find(std::string_view instrument) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  std::shared_ptr<const Catalog> LatestCatalog() const;
  void ReplaceCatalog(std::shared_ptr<const Catalog> catalog) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Metrics& metrics_;
  mutable absl::Mutex mutex_;
  bool loaded_ ABSL_GUARDED_BY(mutex_) = false;
  bool feed_live_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t next_sequence_ ABSL_GUARDED_BY(mutex_) = 1;
  // By instrument id, from 1: markets_[id - 1].
  std::vector<std::unique_ptr<Market>> markets_ ABSL_GUARDED_BY(mutex_);

  // Held to copy or replace a pointer, for nothing else; taken after mutex_ where both are.
  mutable absl::Mutex catalog_mutex_;
  bool was_live_ ABSL_GUARDED_BY(catalog_mutex_) = false;
  // Replaced, never changed: readers keep the one they have. Only with mutex_ held, so that whoever
  // holds that sees as many markets as instruments.
  std::shared_ptr<const Catalog> catalog_ ABSL_GUARDED_BY(catalog_mutex_) =
      std::make_shared<Catalog>();
};

}  // namespace rialto::gateway
