// Words of a recorded market: sides, price levels, books.
#pragma once

#include <string>
#include <vector>

#include "common/base/money.h"

namespace rialto::replay {

enum class Side { kBuy, kSell };

constexpr Side Opposite(Side side) { return side == Side::kBuy ? Side::kSell : Side::kBuy; }

// True when `a` comes before `b` in the book of `side`: a higher bid, a lower ask.
constexpr bool IsBetter(Side side, Price a, Price b) { return side == Side::kBuy ? a > b : a < b; }

struct Level {
  Price price;
  Quantity quantity;

  friend bool operator==(const Level&, const Level&) = default;
};

// The best levels of a book as recorded, best first. Holds no empty level.
struct BookRow {
  std::vector<Level> bids;
  std::vector<Level> asks;

  const std::vector<Level>& side(Side side) const { return side == Side::kBuy ? bids : asks; }

  friend bool operator==(const BookRow&, const BookRow&) = default;
};

// What the recording trades, and the decimals of a tick and a lot: a tick is 10^-price_decimals.
struct Market {
  std::string instrument;
  // By a person, who then wants exactly this one.
  bool instrument_was_chosen = false;
  int price_decimals = 0;
  int quantity_decimals = 0;
};

}  // namespace rialto::replay
