// What somebody knows who hears only the events: displayed depth, open orders, balances.
//
// Events must be enough to mirror the state; tests compare this with what the engines say of
// themselves. CHECKs that no event contradicts the ones before it.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "engine/core/event.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {

class NaiveFollower {
 public:
  struct OpenOrder {
    InstrumentId instrument_id;
    Side side = Side::kBuy;
    int64_t quantity = 0;  // The total.
    int64_t done = 0;      // Executed or prevented.
    int64_t remaining() const { return quantity - done; }
  };

  void Follow(const Events& events);

  // Best price first.
  std::vector<NaiveEngine::Level> Levels(InstrumentId instrument_id, Side side) const;
  const std::map<OrderId, OpenOrder>& open_orders() const { return orders_; }
  const std::map<std::pair<AccountId, AssetId>, NaiveEngine::Balance>& balances() const {
    return balances_;
  }
  // Of SetInstrumentState and its like; TRADING before the first.
  InstrumentState StateOf(InstrumentId id) const;
  // CHECKs that the model says the same of itself.
  void CompareWith(const NaiveEngine& engine) const;

 private:
  struct Shown {
    InstrumentId instrument_id;
    Side side;
    Price price;
    Quantity lots;
  };

  void On(const OrderAccepted& event);
  void On(const OrderTriggered& event);
  void On(const OrderRested& event);
  void On(const OrderReplenished& event);
  void On(const OrderReduced& event);
  void On(const OrderMoved& event);
  void On(const OrderCanceled& event);
  void On(const Trade& event);
  void On(const SelfTradePrevented& event);
  void On(const BalanceChanged& event);
  void On(const InstrumentStateChanged& event);
  template <typename Other>
  void On(const Other&) {}

  void Show(const Shown& shown);
  void Hide(const Shown& shown);
  void Progress(OrderId id, Quantity done, Quantity remaining);

  std::map<std::pair<InstrumentId, Side>, std::map<Price, Wide>> levels_;
  std::map<OrderId, OpenOrder> orders_;
  std::vector<OrderId> progressed_;  // By the events of one command: may be over.
  std::map<std::pair<AccountId, AssetId>, NaiveEngine::Balance> balances_;
  std::map<InstrumentId, InstrumentState> states_;
};

}  // namespace rialto::engine
