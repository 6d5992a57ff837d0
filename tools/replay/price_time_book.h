// A limit order book with price-time priority, as simple as it can be written.
//
// The replay keeps one to know what each of its orders has left: the venue's answers say what an
// arriving order traded, not whom it traded with. Says nothing of accounts or funds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "tools/replay/market.h"

namespace rialto::replay {

struct RestingOrder {
  uint64_t key = 0;  // The caller's.
  Side side = Side::kBuy;
  Price price;
  Quantity remaining;
};

struct Fill {
  uint64_t maker_key = 0;
  Price price;
  Quantity quantity;
};

class PriceTimeBook {
 public:
  // Trades an arriving order as far as its price allows; what is left of it does not rest.
  std::vector<Fill> Take(Side side, Price limit, Quantity quantity);
  // REQUIRES: `key` is new, `remaining` above 0, and Take() left nothing to trade with.
  void Rest(const RestingOrder& order);
  // Lowers an order, to its end if nothing is left. REQUIRES: 0 < by <= remaining.
  void Reduce(uint64_t key, Quantity by);

  // Null when it does not rest.
  const RestingOrder* Find(uint64_t key) const;
  // The keys at a price, oldest first.
  std::vector<uint64_t> KeysAt(Side side, Price price) const;
  Quantity TotalAt(Side side, Price price) const;
  std::optional<Price> Best(Side side) const;
  // Prices from best to worst, `count_max` of them at most.
  std::vector<Level> Levels(Side side, size_t count_max) const;
  size_t size() const { return orders_.size(); }

 private:
  // Best first: asks by price, bids by negated price.
  using Ladder = std::map<int64_t, std::vector<uint64_t>>;

  static int64_t Rank(Side side, Price price) {
    return side == Side::kBuy ? -price.value() : price.value();
  }
  Ladder& ladder(Side side) { return side == Side::kBuy ? bids_ : asks_; }
  const Ladder& ladder(Side side) const { return side == Side::kBuy ? bids_ : asks_; }
  void Remove(const RestingOrder& order);

  Ladder bids_;
  Ladder asks_;
  absl::flat_hash_map<uint64_t, RestingOrder> orders_;
};

}  // namespace rialto::replay
