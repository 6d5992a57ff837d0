// Random commands that reach every rule of the engine: a seed gives the same commands for ever.
//
// Opens with definitions, accounts and deposits; then mixes orders and lists of every kind,
// cancels, amends, replacements, transfers, settings, states, schedules, repeats and nonsense, over
// instruments whose ticks, lots, scales and rules make rounding, overflow and refusals happen; and
// lets time pass in small steps with leaps to what is due. Keeps the books small, so that whole
// scans stay cheap.
//
// Learns what is open from the events of the engine it drives. Thread: one.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/sim/naive_instrument.h"
#include "engine/sim/random.h"

namespace rialto::engine {

// An instrument and the numbers that make sense on it.
struct RandomMarket {
  CreateInstrument definition;
  int64_t price_center = 0;  // Ticks.
  int64_t price_spread = 0;
  int64_t quantity_typical = 0;  // Lots.
  int64_t notional_typical = 0;  // Minor units of quote.
  InstrumentState state = InstrumentState::kTrading;
};

class Workload {
 public:
  explicit Workload(uint64_t seed);

  // The time of the next command: after `now`, and sometimes just where something is due.
  Timestamp NextTime(Timestamp now, Timestamp due);
  Command Next();
  // What the engine said to the command from Next().
  void Observe(const Events& events);

 private:
  struct OpenOrder {
    OrderId order_id;
    PlaceOrder placed;
    int64_t quantity = 0;
    int64_t remaining = 0;
  };

  // workload_opening.cpp
  void PrepareOpening();
  void AddMarket(const char* symbol, uint32_t base_index, uint32_t quote_index);
  // A definition with other rules: bounds, collars, interruptions, self-trade modes.
  void SetRandomRules(RandomMarket& market);
  // As parts per million of the usual price: some ticks.
  uint32_t RandomDistance(const RandomMarket& market);

  // workload_orders.cpp
  PlaceOrder RandomPlaceOrder();
  PlaceOrder OrderOn(InstrumentId id);
  void SetRandomType(PlaceOrder& order);
  void SetTrigger(PlaceOrder& order);
  void SetTrail(PlaceOrder& order);
  void SetRandomTerms(PlaceOrder& order);
  void MakeStrange(PlaceOrder& order);
  void MakeTermsStrange(OrderTerms& terms);
  Command RandomOrder();
  Command RandomList();
  PlaceOrder RandomLeg(const PlaceOrder& first);
  void MakeTriggered(PlaceOrder& order);

  // workload_changes.cpp
  Command RandomCancel();
  Command RandomAmend();
  Command RandomReplace();
  Command RandomMassCancel();
  Command RandomDeadMan();
  OrderReference RandomReference(const OpenOrder& order);

  // workload_settings.cpp
  void MakeStrange(CreateInstrument& definition);
  Command RandomTransfer();
  Command RandomDefinition();
  Command RandomChange();
  Command RandomState();
  Command RandomSchedule();
  Command RandomMarkPrice();
  Command RandomFees();
  Command RandomLimits();
  Command RandomSettings();
  Command RandomTradingState();
  Command RandomRuleSet();

  // workload_transfers.cpp
  Command RandomTransfers();
  Transfer RandomStep(const std::vector<Transfer>& before);
  void FillMove(Transfer& transfer);
  void FillTarget(Transfer& transfer, const std::vector<Transfer>& before);
  void MakeStrange(Transfer& transfer);
  void RememberTransfer(const TransactionId& id);

  // workload_observe.cpp
  void On(const OrderAccepted& event);
  void On(const Trade& event);
  void On(const SelfTradePrevented& event);
  void On(const OrderReduced& event);
  void On(const OrderTriggered& event);
  void On(const OrderMoved& event);
  void On(const OrderCanceled& event);
  void On(const TransferRejected& event);
  // Those of transfers: workload_transfers.cpp.
  void On(const Deposited& event);
  void On(const Withdrawn& event);
  void On(const Transferred& event);
  void On(const TransferPending& event);
  void On(const PendingResolved& event);
  void On(const OrderRejected& event);
  void On(const AccountOpened& event);
  void On(const InstrumentCreated& event);
  void On(const InstrumentChanged& event);
  void On(const InstrumentStateChanged& event);
  void On(const TradingStateSet& event);
  template <typename Other>
  void On(const Other&) {}
  void FollowUp(const TransferRejected& refused);
  void FollowUp(const OrderRejected& refused);
  // The last order again, changed so that it just passes, or just not.
  bool ChangeToTheLimit(const OrderRejected& refused, PlaceOrder& order);
  OpenOrder* FindOpen(OrderId id);
  void CloseOrder(OrderId id);
  void SetRemaining(OrderId id, Quantity remaining);

  Command RandomRepeat();
  RandomMarket& MarketOf(InstrumentId id);
  AccountId RandomAccount();
  InstrumentId RandomInstrument();
  int64_t RandomPrice(const RandomMarket& market);
  CallerId RandomTag();
  int64_t StrangeNumber();
  // Nanoseconds: microseconds to milliseconds, seldom more.
  int64_t RandomDuration();
  void Remember(std::vector<Command>& past, const Command& command);
  CallerId NewId(char kind);
  static CallerId MakeId(const std::string& text);
  // At least 1, at most an Amount.
  static int64_t ToInt64(Wide value);

  Random random_;
  uint64_t next_id_ = 1;
  size_t open_orders_max_;
  bool is_calm_;  // Few halts, limits and bounds: most orders are taken.
  int64_t now_ns_ = 0;
  std::vector<Command> opening_;
  size_t opening_index_ = 0;
  std::vector<uint32_t> scales_;
  std::vector<RandomMarket> markets_;  // By instrument id - 1.
  uint64_t accounts_ = 0;
  std::vector<AccountId> not_active_;  // Accounts whose trading is restricted; 0: everyone's.
  PlaceOrder last_order_;
  std::deque<Command> follow_ups_;
  std::vector<OpenOrder> open_;
  std::vector<OpenOrder> closed_;  // Some of the past.
  struct PendingTransfer {
    TransactionId id;
    Amount amount;
  };
  std::vector<PendingTransfer> pending_;
  std::vector<TransactionId> past_transfers_;  // Some of those that moved money or are resolved.
  std::vector<Command> past_keyed_;            // Some orders and transfers, for repeats.
  std::vector<Command> past_definitions_;
};

}  // namespace rialto::engine
