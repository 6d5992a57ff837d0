// What no row of a scenario shows: that events, outcomes, books and balances agree with each other.
//
// Keeps every order and every book from the events alone, as a follower would, and compares after
// each command: what is left of an order with what the events say is left, its outcome with its
// whole life, the books with those of the engine; trades only at the best price and within both
// limits; the event of a setting with its command; a repeat with the first outcome.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/numeric/int128.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/sim/scenario.h"

namespace rialto::engine {

class ScenarioAudit {
 public:
  explicit ScenarioAudit(const ScenarioEngine& engine) : engine_(engine) {}

  // What is wrong with the answer to one command; empty when nothing is.
  std::string Check(const CommandHeader& header, const Command& command, const Outcome& outcome,
                    const Events& events);
  // Compares the books; once per row, for a row may be many commands.
  std::string CheckBooks() const;

  // One side of an instrument: open orders in the book and those that wait, and their lots.
  struct Totals {
    int resting = 0;
    Quantity resting_lots;
    Quantity displayed_lots;
    int waiting = 0;
    Quantity waiting_lots;
  };
  Totals TotalsOf(InstrumentId id, Side side) const;

  struct AuditedOrder {
    PlaceOrder order;
    Quantity quantity;
    Quantity executed;
    Quantity prevented;
    Quantity canceled;
    absl::int128 executed_quote = 0;
    OrderStatus status = OrderStatus::kPending;
    CancelReason cancel_reason = CancelReason::kNone;
    Price level;  // Where it rests; 0: nowhere.
    Quantity displayed;

    Quantity Remaining() const { return quantity - executed - prevented - canceled; }
  };
  // nullptr when there never was one.
  const AuditedOrder* Find(OrderId id) const;

 private:
  using Levels = std::map<Price, absl::int128>;

  void Follow(const OrderAccepted& event);
  void Follow(const OrderRested& event);
  void Follow(const Trade& event);
  void Follow(const SelfTradePrevented& event);
  void Follow(const OrderReplenished& event);
  void Follow(const OrderCanceled& event);
  void Follow(const OrderReduced& event);
  void Follow(const OrderMoved& event);
  void Follow(const OrderTriggered& event);
  void Follow(const BalanceChanged& event);
  void Follow(const AuctionUncrossed& event);
  template <typename T>
  void Follow(const T&) {}

  void CheckTradeId(TradeId id);
  void CheckLeft(OrderId id, Quantity remaining);
  void CheckTradePrice(const Trade& trade);
  // Takes what the book shows less, for an order at a level.
  void Leave(AuditedOrder& order, Price price, Quantity displayed);
  Levels& LevelsOf(const AuditedOrder& order) {
    return levels_[{order.order.instrument_id, order.order.side}];
  }

  void CheckAccepted(const Command& command, const Events& events);
  void CheckOrderOutcome(const Outcome& outcome);
  void CheckRefusal(const Command& command, const Outcome& outcome, const Events& events);
  void CheckRepeat(const Command& command, const Outcome& outcome, const Events& events);
  void CheckTransfers(const MakeTransfers& command, const Events& events);
  void CheckEventOf(const Command& command, const Outcome& outcome, const Events& events);
  void Wrong(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }

  const ScenarioEngine& engine_;
  std::map<OrderId, AuditedOrder> orders_;
  std::map<std::pair<InstrumentId, Side>, Levels> levels_;
  std::map<std::pair<AccountId, AssetId>, int> balances_changed_;
  std::map<std::string, Outcome> first_outcomes_;
  Sequence sequence_;         // Of the command at hand.
  uint32_t trade_index_ = 0;  // Its trades and prevented matches so far.
  std::string problem_;
};

}  // namespace rialto::engine
