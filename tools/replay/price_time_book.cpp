#include "tools/replay/price_time_book.h"

#include <algorithm>

#include "common/base/check.h"

namespace rialto::replay {

std::vector<Fill> PriceTimeBook::Take(Side side, Price limit, Quantity quantity) {
  std::vector<Fill> fills;
  Ladder& makers = ladder(Opposite(side));
  while (quantity > Quantity(0) && !makers.empty()) {
    const uint64_t key = makers.begin()->second.front();
    const RestingOrder& maker = orders_.at(key);
    if (IsBetter(side, maker.price, limit)) break;  // A higher ask than the bid, a lower bid.
    const Fill fill = {key, maker.price, Min(quantity, maker.remaining)};
    Reduce(key, fill.quantity);
    quantity -= fill.quantity;
    fills.push_back(fill);
  }
  return fills;
}

void PriceTimeBook::Rest(const RestingOrder& order) {
  CHECK(order.remaining > Quantity(0));
  CHECK(orders_.emplace(order.key, order).second);
  ladder(order.side)[Rank(order.side, order.price)].push_back(order.key);
}

void PriceTimeBook::Reduce(uint64_t key, Quantity by) {
  const auto found = orders_.find(key);
  CHECK(found != orders_.end());
  RestingOrder& order = found->second;
  CHECK(by > Quantity(0) && by <= order.remaining);
  order.remaining -= by;
  if (order.remaining > Quantity(0)) return;
  Remove(order);
  orders_.erase(found);
}

void PriceTimeBook::Remove(const RestingOrder& order) {
  Ladder& levels = ladder(order.side);
  const auto level = levels.find(Rank(order.side, order.price));
  std::vector<uint64_t>& keys = level->second;
  keys.erase(std::find(keys.begin(), keys.end(), order.key));
  if (keys.empty()) levels.erase(level);
}

const RestingOrder* PriceTimeBook::Find(uint64_t key) const {
  const auto found = orders_.find(key);
  return found == orders_.end() ? nullptr : &found->second;
}

std::vector<uint64_t> PriceTimeBook::KeysAt(Side side, Price price) const {
  const auto level = ladder(side).find(Rank(side, price));
  return level == ladder(side).end() ? std::vector<uint64_t>() : level->second;
}

Quantity PriceTimeBook::TotalAt(Side side, Price price) const {
  Quantity total;
  const auto level = ladder(side).find(Rank(side, price));
  if (level == ladder(side).end()) return total;
  for (const uint64_t key : level->second) total += orders_.at(key).remaining;
  return total;
}

std::optional<Price> PriceTimeBook::Best(Side side) const {
  if (ladder(side).empty()) return std::nullopt;
  return Price(std::abs(ladder(side).begin()->first));
}

std::vector<Level> PriceTimeBook::Levels(Side side, size_t count_max) const {
  std::vector<Level> levels;
  for (const auto& [rank, keys] : ladder(side)) {
    if (levels.size() == count_max) break;
    const Price price(std::abs(rank));
    levels.push_back({price, TotalAt(side, price)});
  }
  return levels;
}

}  // namespace rialto::replay
