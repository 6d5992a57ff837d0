// A venue in memory, for tests: decides by price-time priority and tells the same event feed as the
// engine. Can lose answers, as a crash does, and can be replayed into twice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rialto/engine/v1/event.pb.h"
#include "tools/replay/book_audit.h"
#include "tools/replay/venue.h"

namespace rialto::replay {

inline constexpr InstrumentId kLocalInstrument{7};

class LocalVenue : public Venue {
 public:
  absl::StatusOr<Decision> Place(const NewOrder& order) override;
  absl::StatusOr<Decision> Cancel(const OrderName& order) override;
  absl::StatusOr<Decision> Amend(const OrderName& order, Quantity total) override;

  // Of this and the following calls every `period`-th is decided twice, as if its answer was lost.
  void LoseAnswers(uint64_t period) { loss_period_ = period; }
  // The call with this number (from 1) and all later ones fail.
  void FailFrom(uint64_t call) { fail_from_ = call; }
  // The placement with this number (from 1) is refused.
  void Refuse(uint64_t placement) { refused_placement_ = placement; }

  const PriceTimeBook& book() const { return book_; }
  const std::vector<engine::v1::CommandEvents>& history() const { return history_; }

 private:
  struct Order {
    NewOrder order;
    Decision first;
    Quantity total;
    Quantity executed;
    Amount executed_quote;
  };
  using Name = std::pair<int, std::string>;

  absl::StatusOr<Decision> PlaceOnce(const NewOrder& order);
  absl::StatusOr<Decision> ReduceOnce(const OrderName& order, Quantity total);
  engine::v1::CommandEvents& Begin();
  void Match(Order& order, engine::v1::CommandEvents& command);
  // Whether this call is lost first.
  absl::StatusOr<bool> NextCall();

  PriceTimeBook book_;
  std::map<Name, uint64_t> order_ids_;
  std::map<uint64_t, Order> orders_;
  std::vector<engine::v1::CommandEvents> history_;
  uint64_t calls_ = 0;
  uint64_t placements_ = 0;
  uint64_t loss_period_ = 0;
  uint64_t fail_from_ = 0;
  uint64_t refused_placement_ = 0;
};

class LocalFeed : public FeedSource {
 public:
  explicit LocalFeed(const LocalVenue& venue) : venue_(venue) {}

  void Start(uint64_t from_sequence) override { next_ = from_sequence; }
  absl::StatusOr<engine::v1::CommandEvents> Next() override;

 private:
  const LocalVenue& venue_;
  uint64_t next_ = 1;
};

}  // namespace rialto::replay
