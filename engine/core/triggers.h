// The triggers of one instrument's pending orders, and the trade prices they have not seen yet.
//
// Fixed triggers are found by price; trailing ones (few: see limits.h) are looked at one by one.
// Thread: the sequencer's only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/open_orders.h"
#include "engine/core/state_bytes.h"

namespace rialto::engine {

// The prices that triggers go by; 0: there is none.
struct ReferencePrices {
  Price last;
  Price bid;
  Price ask;
  Price mark;
};

// True when a trigger of this type fires at prices at or above it, false: at or below.
constexpr bool FiresRising(OrderType type, Side side) {
  const bool is_profit = type == OrderType::kTakeProfit || type == OrderType::kTakeProfitLimit;
  return (side == Side::kBuy) != is_profit;
}

// The reference of a source for one side, doubled, so that MID is exact; 0: there is none.
int64_t DoubledReference(const ReferencePrices& prices, TriggerSource source, Side side);

// The reference that fires a fixed trigger at these prices; nullopt when it does not fire.
std::optional<Price> FiresNow(const ReferencePrices& prices, OrderType type, Side side,
                              const OrderTerms& terms);

class Triggers {
 public:
  // A pending order starts to wait. REQUIRES: it has special terms.
  void Add(OrderIndex index, const OpenOrders& orders);
  // It no longer waits, whether it had fired or not.
  void Remove(OrderIndex index, const OpenOrders& orders);

  // One taker's sweep printed prices from `first` to `last`, in one direction.
  void Saw(Price first, Price last, OpenOrders& orders);

  // Takes out what the prints alone fire, and forgets them: they are none to who comes after this.
  void TakePrinted(OpenOrders& orders);

  // Takes out what fires: buys by ascending price, then sells by descending, ties by id; each knows
  // what fired it. Forgets the prints.
  void TakeFired(const ReferencePrices& prices, OpenOrders& orders, std::vector<OrderId>& fired);

  // As TakeFired, when nothing waits.
  void ForgetPrints() {
    print_high_ = Price(0);
    print_low_ = Price(0);
  }

  // What does not follow from the pending orders. After Load they come back with Add, but those
  // that HasTaken.
  void Save(StateWriter& out) const { out(taken_, print_high_, print_low_); }
  void Load(StateReader& in) {
    in(taken_, print_high_, print_low_);
    count_ = taken_.size();
  }
  bool HasTaken(OrderId id) const;
  uint64_t taken_count() const { return taken_.size(); }

  bool empty() const { return count_ == 0; }
  uint64_t trailing_count() const { return trailing_.size(); }

  void Validate(const OpenOrders& orders) const;

 private:
  using ByPrice = absl::btree_set<std::pair<Price, OrderId>>;
  struct Fired {
    Side side = Side::kBuy;
    Price price;
    OrderId id;
  };
  static constexpr size_t kSources = 4;

  ByPrice& Of(TriggerSource source, Side side, bool is_rising) {
    const size_t sides = side == Side::kBuy ? 0 : 2;
    return fixed_[(static_cast<size_t>(source) - 1) * 4 + sides + (is_rising ? 1 : 0)];
  }
  void TakeFixed(const ReferencePrices& prices, TriggerSource source, Side side,
                 OpenOrders& orders);
  void TakeFront(ByPrice& waiting, Side side, Price fired_by, OpenOrders& orders);
  // Shows one trailing order a price; true: it fires.
  bool Observe(OrderIndex index, Price price, OpenOrders& orders);

  std::array<ByPrice, kSources * 4> fixed_;
  std::vector<std::pair<OrderId, OrderIndex>> trailing_;  // By id.
  std::vector<Fired> taken_;                              // Fired, and not asked for yet.
  uint64_t count_ = 0;                                    // Waiting or in taken_.
  // Of the prints not looked at; 0: none.
  Price print_high_;
  Price print_low_;
};

}  // namespace rialto::engine
