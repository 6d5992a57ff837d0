#include "engine/core/triggers.h"

#include <algorithm>
#include <limits>

#include "absl/numeric/int128.h"
#include "common/base/check.h"

namespace rialto::engine {
namespace {

constexpr int64_t kMillion = 1'000'000;

Price Halved(int64_t doubled) { return Price(doubled / 2); }

// Where a trailing order with this watermark fires.
int64_t FirePrice(Side side, const SpecialTerms& special) {
  const int64_t mark = special.watermark.value();
  const OrderTerms& terms = special.terms;
  if (terms.trail_ticks != 0) {
    return side == Side::kSell ? mark - terms.trail_ticks : mark + terms.trail_ticks;
  }
  const absl::int128 wide = mark;
  if (side == Side::kSell) {
    return static_cast<int64_t>(wide * (kMillion - terms.trail_ppm) / kMillion);
  }
  return static_cast<int64_t>((wide * (kMillion + terms.trail_ppm) + kMillion - 1) / kMillion);
}

}  // namespace

int64_t DoubledReference(const ReferencePrices& prices, TriggerSource source, Side side) {
  switch (source) {
    case TriggerSource::kLast:
      return prices.last.value() * 2;
    case TriggerSource::kBidAsk:
      return (side == Side::kBuy ? prices.ask : prices.bid).value() * 2;
    case TriggerSource::kMid:
      return prices.bid == Price(0) || prices.ask == Price(0)
                 ? 0
                 : prices.bid.value() + prices.ask.value();
    case TriggerSource::kMark:
      return prices.mark.value() * 2;
    case TriggerSource::kNone:
      break;
  }
  return 0;
}

std::optional<Price> FiresNow(const ReferencePrices& prices, OrderType type, Side side,
                              const OrderTerms& terms) {
  const int64_t doubled = DoubledReference(prices, terms.trigger_source, side);
  if (doubled == 0) return std::nullopt;
  const int64_t trigger = terms.trigger_price.value() * 2;
  const bool fires = FiresRising(type, side) ? doubled >= trigger : doubled <= trigger;
  return fires ? std::optional(Halved(doubled)) : std::nullopt;
}

void Triggers::Add(OrderIndex index, const OpenOrders& orders) {
  const Order& order = orders[index];
  const SpecialTerms& special = *orders.special(index);
  const OrderId id = orders.IdOf(index);
  ++count_;
  if (order.type == OrderType::kTrailingStop) {
    const std::pair<OrderId, OrderIndex> entry(id, index);
    trailing_.insert(std::lower_bound(trailing_.begin(), trailing_.end(), entry), entry);
  } else {
    Of(special.terms.trigger_source, order.side, FiresRising(order.type, order.side))
        .emplace(special.terms.trigger_price, id);
  }
}

void Triggers::Remove(OrderIndex index, const OpenOrders& orders) {
  const Order& order = orders[index];
  const SpecialTerms& special = *orders.special(index);
  const OrderId id = orders.IdOf(index);
  size_t removed = 0;
  if (order.type == OrderType::kTrailingStop) {
    removed = std::erase(trailing_, std::pair(id, index));
  } else {
    removed = Of(special.terms.trigger_source, order.side, FiresRising(order.type, order.side))
                  .erase({special.terms.trigger_price, id});
  }
  if (removed == 0) removed = std::erase_if(taken_, [&](const Fired& f) { return f.id == id; });
  count_ -= removed;  // None when it has been taken: it was counted out then.
}

bool Triggers::HasTaken(OrderId id) const {
  return std::any_of(taken_.begin(), taken_.end(), [&](const Fired& f) { return f.id == id; });
}

bool Triggers::Observe(OrderIndex index, Price price, OpenOrders& orders) {
  const Side side = orders[index].side;
  SpecialTerms& special = *orders.special(index);
  const Price start = special.terms.trigger_price;
  if (!special.is_tracking) {
    const bool starts =
        start == Price(0) || (side == Side::kSell ? price >= start : price <= start);
    if (!starts) return false;
    special.is_tracking = true;
    special.watermark = price;
    return false;
  }
  if (side == Side::kSell ? price > special.watermark : price < special.watermark) {
    special.watermark = price;
    return false;
  }
  const int64_t fire_price = FirePrice(side, special);
  if (side == Side::kSell ? price.value() > fire_price : price.value() < fire_price) return false;
  special.fired_by = price;
  taken_.push_back({side, Price(fire_price), orders.IdOf(index)});
  return true;
}

void Triggers::Saw(Price first, Price last, OpenOrders& orders) {
  const auto [low, high] = std::minmax(first, last);
  print_high_ = std::max(print_high_, high);
  print_low_ = print_low_ == Price(0) ? low : std::min(print_low_, low);
  // Between the two ends of a sweep nothing fires that does not fire at an end.
  std::erase_if(trailing_, [&](const std::pair<OrderId, OrderIndex>& entry) {
    if (orders.special(entry.second)->terms.trigger_source != TriggerSource::kLast) return false;
    if (!Observe(entry.second, first, orders) && !Observe(entry.second, last, orders)) return false;
    orders.special(entry.second)->fired_by = last;
    return true;
  });
}

void Triggers::TakeFront(ByPrice& waiting, Side side, Price fired_by, OpenOrders& orders) {
  const auto& [price, id] = *waiting.begin();
  orders.special(orders.Find(id))->fired_by = fired_by;
  taken_.push_back({side, price, id});
  waiting.erase(waiting.begin());
}

void Triggers::TakeFixed(const ReferencePrices& prices, TriggerSource source, Side side,
                         OpenOrders& orders) {
  int64_t high = DoubledReference(prices, source, side);
  int64_t low = high;
  if (source == TriggerSource::kLast && print_high_ != Price(0)) {
    high = std::max(high, print_high_.value() * 2);
    low = low == 0 ? print_low_.value() * 2 : std::min(low, print_low_.value() * 2);
  }
  if (high == 0) return;
  ByPrice& rising = Of(source, side, true);
  while (!rising.empty() && rising.begin()->first.value() * 2 <= high) {
    TakeFront(rising, side, Halved(high), orders);
  }
  ByPrice& falling = Of(source, side, false);
  while (!falling.empty()) {
    const auto last = std::prev(falling.end());
    if (last->first.value() * 2 < low) break;
    orders.special(orders.Find(last->second))->fired_by = Halved(low);
    taken_.push_back({side, last->first, last->second});
    falling.erase(last);
  }
}

void Triggers::TakePrinted(OpenOrders& orders) {
  if (print_high_ == Price(0)) return;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    TakeFixed(ReferencePrices(), TriggerSource::kLast, side, orders);
  }
  ForgetPrints();
}

void Triggers::TakeFired(const ReferencePrices& prices, OpenOrders& orders,
                         std::vector<OrderId>& fired) {
  if (count_ == 0) return ForgetPrints();
  for (const TriggerSource source :
       {TriggerSource::kLast, TriggerSource::kBidAsk, TriggerSource::kMid, TriggerSource::kMark}) {
    for (const Side side : {Side::kBuy, Side::kSell}) TakeFixed(prices, source, side, orders);
  }
  std::erase_if(trailing_, [&](const std::pair<OrderId, OrderIndex>& entry) {
    const TriggerSource source = orders.special(entry.second)->terms.trigger_source;
    if (source == TriggerSource::kLast) return false;  // Sees trades, as they come.
    const int64_t doubled = DoubledReference(prices, source, orders[entry.second].side);
    return doubled != 0 && Observe(entry.second, Halved(doubled), orders);
  });
  ForgetPrints();
  std::sort(taken_.begin(), taken_.end(), [](const Fired& a, const Fired& b) {
    if (a.side != b.side) return a.side == Side::kBuy;
    if (a.price != b.price) return a.side == Side::kBuy ? a.price < b.price : a.price > b.price;
    return a.id < b.id;
  });
  for (const Fired& f : taken_) fired.push_back(f.id);
  count_ -= taken_.size();
  taken_.clear();
}

void Triggers::Validate(const OpenOrders& orders) const {
  uint64_t found = taken_.size() + trailing_.size();
  for (const ByPrice& waiting : fixed_) {
    found += waiting.size();
    for (const auto& [price, id] : waiting) {
      const OrderIndex index = orders.Find(id);
      CHECK(index != kNoOrder && orders[index].waiting == Waiting::kTrigger);
      CHECK(orders.special(index)->terms.trigger_price == price);
    }
  }
  for (const auto& [id, index] : trailing_) CHECK(orders.Find(id) == index);
  CHECK(found == count_);
}

}  // namespace rialto::engine
