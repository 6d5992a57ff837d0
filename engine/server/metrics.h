// Every metric of the engine. Names: base units, no labels per account or order.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "engine/core/command.h"
#include "engine/core/engine.h"
#include "engine/core/event.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace rialto::engine {

// Thread: the sequencer's, except inbox_full and subscribers (any).
class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  // engine_commands_total{type,result} and engine_rejects_total{reason}.
  void Count(absl::Span<const Command> commands, absl::Span<const Outcome> outcomes);
  // engine_trades_total{symbol}, engine_orders_triggered_total{source},
  // engine_self_trades_prevented_total{mode} and engine_instrument_state{symbol,state}.
  void Count(const Events& events);
  // engine_open_orders{symbol}, engine_pending_orders{symbol}, engine_book_levels{symbol,side},
  // engine_accounts, engine_pending_transfers and engine_conservation_error{asset}, which must be
  // 0. Linear in accounts.
  void Export(const Engine& engine);

 private:
  prometheus::Family<prometheus::Counter>& commands_;
  prometheus::Family<prometheus::Counter>& rejects_;
  prometheus::Family<prometheus::Gauge>& conservation_error_;
  prometheus::Family<prometheus::Counter>& trades_;
  prometheus::Family<prometheus::Gauge>& open_orders_;
  prometheus::Family<prometheus::Gauge>& pending_orders_;
  prometheus::Family<prometheus::Gauge>& book_levels_;
  prometheus::Family<prometheus::Gauge>& states_;
  prometheus::Family<prometheus::Counter>& triggered_;
  prometheus::Family<prometheus::Counter>& prevented_;
  // By instrument id - 1.
  std::vector<prometheus::Counter*> trades_by_instrument_;
  std::vector<std::vector<prometheus::Gauge*>> states_by_instrument_;  // Then by state.
  std::vector<prometheus::Counter*> triggered_by_source_;              // By TriggerSource.
  std::vector<prometheus::Counter*> prevented_by_mode_;                // By SelfTrade.
  // By index of the Command, then accepted or rejected.
  std::vector<std::array<prometheus::Counter*, 2>> commands_by_type_;
  absl::flat_hash_map<uint16_t, prometheus::Counter*> rejects_by_reason_;

  void AddInstrument(const InstrumentCreated& created);
  void SetState(InstrumentId id, InstrumentState state);

 public:
  prometheus::Counter& inbox_full;         // engine_inbox_full_total
  prometheus::Counter& journal_bytes;      // engine_journal_bytes_total
  prometheus::Counter& disk_full;          // engine_disk_full_total
  prometheus::Counter& snapshot_failures;  // engine_snapshot_failures_total
  prometheus::Counter& archive_failures;   // engine_archive_failures_total
  prometheus::Gauge& snapshot_sequence;    // engine_snapshot_sequence: of the newest of this run
  prometheus::Gauge& snapshot_seconds;     // engine_snapshot_duration_seconds: of the last one
  prometheus::Gauge& last_sequence;        // engine_last_sequence
  prometheus::Gauge& queue_depth;          // engine_queue_depth
  prometheus::Gauge& accounts;             // engine_accounts
  prometheus::Gauge& pending_transfers;    // engine_pending_transfers
  prometheus::Gauge& subscribers;          // stream_subscribers{stream="events"}
  prometheus::Histogram& command_seconds;  // engine_command_duration_seconds: taken in to answered
  prometheus::Histogram& queue_wait_seconds;  // engine_queue_wait_seconds: until durable
  prometheus::Histogram& fsync_seconds;       // engine_journal_fsync_duration_seconds
  prometheus::Histogram& batch_commands;      // engine_batch_commands
};

}  // namespace rialto::engine
