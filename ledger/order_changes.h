// What a batch of commands did to orders, one change for each order however much happened to it.
//
// An order that the batch itself brought is a whole row; of an older one only what is added and
// what is set is known, and needs no reading. Pure. Thread: the follower's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/base/ids.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::ledger {

// The sequence of the command that placed an order: its id without the place in a list.
inline Sequence PlacedBy(OrderId order_id) {
  return Sequence(order_id.value() & ((uint64_t{1} << 56) - 1));
}

// What an order was placed with. Never changes.
struct OrderForm {
  AccountId account_id;
  InstrumentId instrument_id;
  std::string client_order_id;
  int16_t side = 0;
  int16_t type = 0;
  int16_t time_in_force = 0;
  int16_t list_kind = 0;
  bool post_only = false;
  int64_t quote_units = 0;
  uint64_t list_id = 0;
  std::string terms;  // rialto.engine.v1.OrderTerms; empty: none.
};

struct OrderChange {
  OrderId order_id;
  std::optional<OrderForm> form;  // Of an order that the batch brought.
  int64_t placed_ns = 0;          // With it.
  Sequence last_sequence;
  int64_t changed_ns = 0;
  // Of an order that the batch brought all are whole; of others they are added to what is there.
  int64_t executed_lots = 0;
  int64_t executed_units = 0;
  int64_t prevented_lots = 0;
  int64_t quantity_lots = 0;
  // Not added but set: where absent, as it was. A quantity that is set counts before what is added.
  std::optional<int64_t> quantity_set;
  std::optional<int64_t> price_ticks;
  std::optional<int16_t> status;  // rialto.common.v1.OrderStatus; 0: refused.
  std::optional<int16_t> reason;
};

class OrderChanges {
 public:
  void Clear();
  void Note(const engine::v1::Event& event, const engine::v1::CommandEvents& command);

  // In the order in which they were first heard of.
  const std::vector<OrderChange>& changes() const { return changes_; }

 private:
  OrderChange& Of(uint64_t order_id, const engine::v1::CommandEvents& command);
  void NoteAccepted(const engine::v1::OrderAccepted& accepted,
                    const engine::v1::CommandEvents& command);
  void NoteRejected(const engine::v1::OrderRejected& rejected,
                    const engine::v1::CommandEvents& command);
  void NoteTrade(const engine::v1::Trade& trade, const engine::v1::CommandEvents& command);

  std::vector<OrderChange> changes_;
  absl::flat_hash_map<OrderId, size_t> places_;
};

}  // namespace rialto::ledger
