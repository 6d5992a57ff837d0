#include "bench/exchange_core_workload.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "bench/java_random.h"
#include "bench/replay.h"
#include "bench/textbook_book.h"
#include "common/base/check.h"

namespace rialto::bench {
namespace {

using engine::Side;
using engine::TimeInForce;

constexpr int kOldestPicked = 512;
constexpr uint32_t kSizeCheckCommands = 512;  // How often the generator counts the book's orders.
constexpr double kMoveShare = 0.01;           // Of the distance to the last trade.
constexpr int kImmediateKinds = 32;           // One of them is fill-or-kill, the rest IOC.

// The seed that exchange-core gives a symbol: java.util.Objects.hash of two numbers.
int64_t SymbolSeed(const ExchangeCoreShape& shape) {
  const uint32_t of_symbol = static_cast<uint32_t>(shape.symbol) * static_cast<uint32_t>(-177277);
  const uint32_t of_seed = static_cast<uint32_t>(shape.seed) * 10037U + 198267U;
  return static_cast<int32_t>((31U + of_symbol) * 31U + of_seed);
}

// The first 512 live orders in the order of their ids.
class OldestOrders {
 public:
  void Add(uint32_t id) {
    if (id >= live_.size()) live_.resize(std::max<std::size_t>(id + 1, live_.size() * 2));
    live_[id] = true;
    last_ = id;
    Refill();
  }
  void Remove(uint32_t id) {
    if (id >= live_.size() || !live_[id]) return;
    live_[id] = false;
    if (id >= next_) return;
    oldest_.erase(std::lower_bound(oldest_.begin(), oldest_.end(), id));
    Refill();
  }
  bool empty() const { return oldest_.empty(); }
  uint32_t Pick(JavaRandom& random) const {
    return oldest_[static_cast<std::size_t>(random.NextInt(static_cast<int32_t>(oldest_.size())))];
  }

 private:
  void Refill() {
    while (oldest_.size() < kOldestPicked && next_ <= last_) {
      if (live_[next_]) oldest_.push_back(next_);
      ++next_;
    }
  }

  std::vector<bool> live_;
  std::vector<uint32_t> oldest_;  // Ascending.
  uint32_t next_ = 1;             // The first id that was not looked at.
  uint32_t last_ = 0;
};

class Generator {
 public:
  explicit Generator(const ExchangeCoreShape& shape)
      : shape_(shape),
        half_(static_cast<int>(shape.resting_orders / 2)),
        random_(SymbolSeed(shape)),
        book_(*this) {
    const double low = 3.3 + random_.NextDouble() * 1.5;
    last_trade_ = static_cast<int64_t>(std::pow(10.0, low + random_.NextDouble() * 1.5));
    deviation_ =
        std::min<int64_t>(static_cast<int64_t>(static_cast<double>(last_trade_) * 0.05), 10'000);
    price_min_ = last_trade_ - deviation_ * 5;
    price_max_ = last_trade_ + deviation_ * 5;
  }

  Workload Make() {
    Workload workload;
    workload.name = "exchange_core";
    workload.accounts = shape_.accounts;
    workload.prefill.reserve(shape_.resting_orders);
    workload.measured.reserve(shape_.commands);
    uint32_t commands = 0;
    const uint32_t check_every = std::min(kSizeCheckCommands, shape_.resting_orders + 1);
    uint32_t next_check = check_every;
    for (; commands < shape_.resting_orders + shape_.commands; ++commands) {
      const bool filling = commands < shape_.resting_orders;
      const BookCommand command = filling ? PlaceResting() : Next();
      Replay(book_, command);
      (filling ? workload.prefill : workload.measured).push_back(command);
      if (commands >= next_check) {
        next_check += check_every;
        CountOrders();
      }
    }
    workload.order_id_max = static_cast<uint64_t>(orders_.size() - 1);
    return workload;
  }

  // What the book says; see engine/core/limit_order_book.h.
  void OnAccepted(const engine::BookOrder&) {}
  void OnModified(const engine::BookOrder&) {}
  void OnRested(const engine::BookOrder& rested) {
    Order& order = orders_[rested.id.value()];
    if (!order.rests) Resting(order.side) += 1;
    order.rests = true;
  }
  void OnReduced(const engine::BookOrder& order, Quantity lots) { Shrink(order.id, lots); }
  void OnTrade(const engine::BookTrade& trade) {
    Shrink(trade.maker, trade.quantity);
    Shrink(trade.taker, trade.quantity);
    last_trade_ = std::clamp(trade.price.value(), price_min_, price_max_);
    if (trade.price.value() <= price_min_) direction_ = 1;
    if (trade.price.value() >= price_max_) direction_ = -1;
  }
  void OnCanceled(const engine::BookOrder& order) {
    const bool was_immediate = !orders_[order.id.value()].rests;
    Shrink(order.id, order.quantity);
    if (was_immediate) CountOrders();
  }
  void OnRejected(OrderId, engine::BookRejectReason) { CHECK(false); }
  void OnCancelRejected(OrderId) { CHECK(false); }
  void OnModifyRejected(OrderId, engine::BookRejectReason) { CHECK(false); }

 private:
  struct Order {
    int64_t price = 0;
    int32_t remaining = 0;
    uint32_t account = 0;
    Side side = Side::kBuy;
    bool rests = false;
  };

  int& Resting(Side side) { return side == Side::kBuy ? resting_bids_ : resting_asks_; }
  void CountOrders() {
    counted_bids_ = resting_bids_;
    counted_asks_ = resting_asks_;
  }
  void Shrink(OrderId id, Quantity lots) {
    Order& order = orders_[id.value()];
    order.remaining -= static_cast<int32_t>(lots.value());
    if (order.remaining > 0) return;
    oldest_.Remove(static_cast<uint32_t>(id.value()));
    if (order.rests) Resting(order.side) -= 1;
    order.rests = false;
  }

  int64_t FarPrice(Side side) const { return side == Side::kBuy ? price_max_ : price_min_; }
  Side DrawSide() { return random_.NextInt(4) + direction_ >= 2 ? Side::kBuy : Side::kSell; }
  int32_t DrawSize(int32_t bound) {
    const int32_t first = random_.NextInt(bound);
    const int32_t second = random_.NextInt(bound);
    return 1 + first * second * random_.NextInt(bound);
  }

  BookCommand Next() {
    const int lack_asks = half_ - counted_asks_;
    const int lack_bids = half_ - counted_bids_;
    const int lack = DrawSide() == Side::kSell ? lack_asks : lack_bids;
    const bool grows = lack > 0;
    if (!grows) filled_ = true;
    const bool fast = !filled_ || lack > std::min<int>(kSizeCheckCommands, half_ * 3 / 4);
    const int32_t what = random_.NextInt(grows ? (fast ? 2 : 10) : 40);
    if (what < 2 || oldest_.empty()) return grows ? PlaceResting() : PlaceImmediate();
    const uint32_t id = oldest_.Pick(random_);
    if (what == 2) return Cancel(id);
    return what == 3 ? Reduce(id) : Move(id);
  }

  BookCommand Place(Side side) {
    BookCommand command;
    command.order_id = orders_.size();
    command.side = side;
    command.account = static_cast<uint32_t>(random_.NextInt(static_cast<int32_t>(shape_.accounts)));
    orders_.push_back({.account = command.account, .side = side});
    return command;
  }

  BookCommand PlaceResting() {
    BookCommand command = Place(DrawSide());
    const double draw = random_.NextDouble();
    const auto spread = static_cast<int32_t>(
        1 + static_cast<int64_t>(draw * draw * static_cast<double>(deviation_)));
    int64_t sum = 0;
    for (int draws = 0; draws < 4; ++draws) sum += random_.NextInt(spread);
    const int64_t away = std::abs(sum / 4 * 2 - spread);
    command.price = last_trade_ + (command.side == Side::kSell ? away : -away);
    command.quantity = DrawSize(6);
    orders_.back().price = command.price;
    orders_.back().remaining = command.quantity;
    oldest_.Add(static_cast<uint32_t>(command.order_id));
    return command;
  }

  BookCommand PlaceImmediate() {
    BookCommand command = Place(DrawSide());
    const bool all_or_nothing = random_.NextInt(kImmediateKinds) == 0;
    command.time_in_force =
        all_or_nothing ? TimeInForce::kFillOrKill : TimeInForce::kImmediateOrCancel;
    command.quantity = DrawSize(all_or_nothing ? 8 : 6);
    // The original's fill-or-kill has a budget of the far price for each lot: what it may spend is
    // never what stops it, as with a limit at the far price.
    command.price = FarPrice(command.side);
    orders_.back().remaining = command.quantity;
    return command;
  }

  BookCommand Of(uint32_t id, CommandKind kind) const {
    BookCommand command;
    command.kind = kind;
    command.order_id = id;
    command.account = orders_[id].account;
    command.side = orders_[id].side;
    return command;
  }

  BookCommand Cancel(uint32_t id) {
    oldest_.Remove(id);
    return Of(id, CommandKind::kCancel);
  }

  BookCommand Reduce(uint32_t id) {
    BookCommand command = Of(id, CommandKind::kReduce);
    command.quantity = random_.NextInt(orders_[id].remaining) + 1;
    return command;
  }

  BookCommand Move(uint32_t id) {
    Order& order = orders_[id];
    const int64_t distance = last_trade_ - order.price;
    int64_t ticks = 0;  // One percent, away from zero.
    if (distance == 0) {
      ticks = random_.NextInt(2) * 2 - 1;
    } else {
      const double share = static_cast<double>(distance) * kMoveShare;
      ticks = static_cast<int64_t>(distance > 0 ? std::ceil(share) : std::floor(share));
    }
    order.price = std::min(order.price + ticks, price_max_);
    BookCommand command = Of(id, CommandKind::kMove);
    command.price = order.price;
    command.quantity = order.remaining;
    return command;
  }

  ExchangeCoreShape shape_;
  int half_;
  JavaRandom random_;
  TextbookBook<Generator> book_;
  OldestOrders oldest_;
  std::vector<Order> orders_ = std::vector<Order>(1);  // By id; ids start at 1.
  int64_t last_trade_ = 0;
  int64_t deviation_ = 0;
  int64_t price_min_ = 0;
  int64_t price_max_ = 0;
  int direction_ = 0;  // 1: too low, more bids; -1: too high.
  bool filled_ = false;
  int resting_bids_ = 0;
  int resting_asks_ = 0;
  int counted_bids_ = 0;  // As the generator last looked at the book.
  int counted_asks_ = 0;
};

}  // namespace

Workload MakeExchangeCoreWorkload(const ExchangeCoreShape& shape) {
  return Generator(shape).Make();
}

}  // namespace rialto::bench
