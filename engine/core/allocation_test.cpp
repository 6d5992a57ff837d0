// Once it is warm the engine decides orders without asking for memory.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>

#include "engine/core/engine.h"
#include "engine/sim/random.h"

namespace {

uint64_t allocations = 0;

}  // namespace

// Kept out of line: inlined by half, GCC takes the pair for mismatched.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size); memory != nullptr) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace rialto::engine {
namespace {

CallerId Id(const char* kind, uint64_t number) {
  return *CallerId::Parse(kind + std::to_string(number));
}

// Two accounts that place, amend, trade and cancel around one price.
class Trading {
 public:
  Trading() : engine_({.orders_min = 1'000, .age_ns_min = 0}) {
    Apply(CreateAsset{Id("BTC", 0), 8});
    Apply(CreateAsset{Id("USD", 0), 2});
    CreateInstrument instrument;
    instrument.symbol = Id("BTC-USD", 0);
    instrument.base = AssetId(1);
    instrument.quote = AssetId(2);
    instrument.tick_size_e12 = 10'000'000'000;
    instrument.lot_size_units = 10'000;
    instrument.quantity_min = Quantity(1);
    instrument.quantity_max = Quantity(1'000'000);
    instrument.maker_fee_ppm = 1'000;
    instrument.taker_fee_ppm = 2'000;
    Apply(instrument);
    for (uint64_t i = 0; i < 2; ++i) {
      Apply(OpenAccount{Id("account", i)});
      for (const uint32_t asset : {1u, 2u}) {
        Apply(Deposit{Id("deposit", i * 10 + asset), AccountId(1001 + i), AssetId(asset),
                      Amount(1'000'000'000'000'000'000)});
      }
    }
  }

  void Round(uint64_t number) {
    PlaceOrder order;
    order.account_id = AccountId(1001 + random_.Below(2));
    order.client_order_id = Number(number);
    order.instrument_id = InstrumentId(1);
    order.side = random_.OneIn(2) ? Side::kBuy : Side::kSell;
    order.price = Price(random_.Between(9'900, 10'100));
    order.quantity = Quantity(random_.Between(1, 50));
    if (random_.OneIn(10)) order.time_in_force = TimeInForce::kImmediateOrCancel;
    Apply(order);
    const Order open{order.account_id, OrderId(sequence_)};
    if (recent_count_ == kRecent) {
      Order& oldest = recent_[number % kRecent];
      Apply(AmendOrder{{oldest.account_id, oldest.id, CallerId()},
                       Quantity(0),
                       Price(random_.Between(9'900, 10'100))});
      Apply(CancelOrder{{oldest.account_id, oldest.id, CallerId()}});
    } else {
      ++recent_count_;
    }
    recent_[number % kRecent] = open;
  }

  uint64_t open_orders() const { return engine_.orders().size(); }

 private:
  struct Order {
    AccountId account_id;
    OrderId id;
  };
  static constexpr uint64_t kRecent = 500;

  // Without a std::string, which might allocate.
  static CallerId Number(uint64_t number) {
    char text[21];
    size_t at = sizeof text;
    do {
      text[--at] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return *CallerId::Parse({text + at, sizeof text - at});
  }

  void Apply(const Command& command) {
    events_.clear();
    ++sequence_;
    engine_.Apply({Sequence(sequence_), Timestamp(static_cast<int64_t>(sequence_) * 1'000'000)},
                  command, events_);
  }

  Engine engine_;
  Events events_;
  Random random_{1};
  uint64_t sequence_ = 0;
  Order recent_[kRecent];
  uint64_t recent_count_ = 0;
};

TEST(AllocationTest, AWarmEngineAllocatesNothingPerOrder) {
  Trading trading;
  uint64_t number = 0;
  while (number < 200'000) trading.Round(number++);
  const uint64_t before = allocations;
  while (number < 400'000) trading.Round(number++);
  EXPECT_EQ(allocations, before);
  EXPECT_GT(trading.open_orders(), 100u) << "it did trade and rest";
}

}  // namespace
}  // namespace rialto::engine
