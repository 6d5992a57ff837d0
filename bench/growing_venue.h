// An engine core of any size: so many instruments, accounts and resting orders, and commands that
// leave it as large as it is.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "engine/core/engine.h"

namespace rialto::bench {

struct VenueSize {
  uint32_t instruments = 10;
  uint32_t accounts = 1'000;
  uint32_t resting_orders = 100'000;
};

class GrowingVenue {
 public:
  explicit GrowingVenue(const VenueSize& size);

  // Decides about so many commands: each resting order that goes is replaced by another somewhere
  // else, and every eighth command trades one lot with the best of a book.
  void Trade(uint32_t commands);
  // So many orders that are over at once: only their ids are remembered.
  void PlaceAndForget(uint32_t orders);

  const engine::Engine& engine() const { return engine_; }

 private:
  struct Resting {
    AccountId account_id;
    OrderId order_id;
  };

  void Define();
  void OpenAccounts();
  Resting Rest();
  void Cancel(const Resting& order);
  void TakeOneLot(Price price);
  AccountId AnyAccount();
  InstrumentId AnyInstrument();
  ClientOrderId NextClientOrderId();
  engine::Outcome Apply(const engine::Command& command);
  uint64_t Below(uint64_t bound) { return random_() % bound; }

  const VenueSize size_;
  engine::Engine engine_;
  engine::Events events_;
  Sequence sequence_;
  Timestamp now_{1'700'000'000'000'000'000};
  uint64_t names_ = 0;
  std::mt19937_64 random_{1};
  std::vector<Resting> resting_;
};

}  // namespace rialto::bench
