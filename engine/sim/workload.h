// Random commands that reach every rule of the engine: a seed gives the same commands for ever.
//
// Opens with definitions, accounts and deposits; then mixes orders of every kind, cancels, amends,
// transfers, limits, repeats and nonsense, over instruments whose ticks, lots and scales make
// rounding and overflow happen. Keeps the books small, so that whole scans stay cheap.
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
};

class Workload {
 public:
  explicit Workload(uint64_t seed);

  Command Next();
  // What the engine said to the command from Next().
  void Observe(const Events& events);

 private:
  struct OpenOrder {
    OrderId order_id;
    AccountId account_id;
    ClientOrderId client_order_id;
    int64_t quantity = 0;
    int64_t remaining = 0;
  };

  void PrepareOpening();
  void AddMarket(const char* symbol, uint32_t base_index, uint32_t quote_index);

  Command RandomOrder();
  void MakeStrange(PlaceOrder& order);
  Command RandomTransfer();
  Command RandomCancel();
  Command RandomAmend();
  Command RandomRepeat();
  Command RandomDefinition();
  Command RandomLimits();

  void FollowUp(const TransferRejected& refused);
  void FollowUp(const OrderRejected& refused);

  OrderReference RandomReference(const OpenOrder& order);
  AccountId RandomAccount();
  InstrumentId RandomInstrument();
  int64_t StrangeNumber();
  void Remember(std::vector<Command>& past, const Command& command);
  CallerId NewId(char kind);
  static CallerId MakeId(const std::string& text);
  // At least 1, at most an Amount.
  static int64_t ToInt64(Wide value);

  Random random_;
  uint64_t next_id_ = 1;
  size_t open_orders_max_;
  std::vector<Command> opening_;
  size_t opening_index_ = 0;
  std::vector<uint32_t> scales_;
  std::vector<RandomMarket> markets_;  // By instrument id - 1.
  uint64_t accounts_ = 0;
  PlaceOrder last_order_;
  std::deque<Command> follow_ups_;
  std::vector<OpenOrder> open_;
  std::vector<OpenOrder> closed_;    // Some of the past.
  std::vector<Command> past_keyed_;  // Some orders and transfers, for repeats.
  std::vector<Command> past_definitions_;
};

}  // namespace rialto::engine
