#include "risk/store.h"

#include <map>
#include <random>

#include "common/mirror/test_mirror.h"
#include "common/postgres/test_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "risk/exposure.h"
#include "risk/read_store.h"

namespace rialto::risk {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;
using testing::HasSubstr;

constexpr char kAllExposures[] = "SELECT * FROM risk.exposures ORDER BY account_id, instrument_id";
constexpr char kAllLimits[] = "SELECT * FROM risk.limits ORDER BY account_id, instrument_id";

class RiskStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    mirror_ = TestMirror::Create(store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
  }

  struct WorkingOrder {
    uint64_t order_id = 0, account_id = 0;
    common::v1::OrderSide side = ORDER_SIDE_BUY;
    int64_t price_ticks = 0, lots = 0;
  };

  static void Rest(TestHistory& history, const WorkingOrder& order) {
    auto* accepted = history.AddEvent().mutable_order_accepted();
    accepted->set_order_id(order.order_id);
    accepted->set_account_id(order.account_id);
    auto* rested = history.AddEvent().mutable_order_rested();
    rested->set_order_id(order.order_id);
    rested->set_instrument_id(1);
    rested->set_side(order.side);
    rested->set_price_ticks(order.price_ticks);
    rested->set_remaining_lots(order.lots);
  }

  static void Cancel(TestHistory& history, const WorkingOrder& order) {
    auto* canceled = history.AddEvent().mutable_order_canceled();
    canceled->set_order_id(order.order_id);
    canceled->set_account_id(order.account_id);
    canceled->set_instrument_id(1);
    canceled->set_side(order.side);
    canceled->set_price_ticks(order.price_ticks);
    canceled->set_canceled_lots(order.lots);
    canceled->set_was_resting(true);
  }

  static void SetLimits(TestHistory& history, uint64_t account_id, int64_t lots, int64_t units) {
    auto* set = history.AddEvent().mutable_account_limits_set();
    set->set_account_id(account_id);
    set->set_instrument_id(1);
    set->set_order_quantity_max_lots(lots);
    set->set_order_notional_max_units(units);
  }

  Store store_;
  std::unique_ptr<TestMirror> mirror_;
};

TEST_F(RiskStoreTest, KeepsTheLastLimitsAndWhenTheyWereSet) {
  TestHistory history;
  SetLimits(history.Command(), 1001, 10, 500);
  SetLimits(history.Command(), 1002, 0, 700);
  SetLimits(history.Command(), 1001, 20, 0);
  mirror_->ApplyInBatches(history.commands(), 2);
  EXPECT_EQ(mirror_->Dump("SELECT account_id, order_quantity_max_lots, order_notional_max_units,"
                          " set_sequence FROM risk.limits ORDER BY 1"),
            "1001|20|0|5\n1002|0|700|4");
}

TEST_F(RiskStoreTest, AddsUpWhatIsWorkingInTheBook) {
  TestHistory history;
  Rest(history.Command(), {10, 1001, ORDER_SIDE_SELL, 6'700'000, 5});
  Rest(history.Command(), {11, 1001, ORDER_SIDE_BUY, 6'600'000, 2});
  Rest(history.Command(), {12, 1001, ORDER_SIDE_SELL, 6'800'000, 4});
  history.Command().AddTrade({.taker_id = 1002,
                              .maker_id = 1001,
                              .price_ticks = 6'700'000,
                              .quantity_lots = 3,
                              .maker_remaining_lots = 2});
  Cancel(history.Command(), {12, 1001, ORDER_SIDE_SELL, 6'800'000, 4});
  mirror_->ApplyInBatches(history.commands(), 2);
  EXPECT_EQ(mirror_->Dump(kAllExposures), "1001|1|1|2|13200000|1|2|13400000");
}

// Random orders, trades and cancels; whatever the batches, and whatever was rolled back.
TEST_F(RiskStoreTest, RebuildEqualsIncrementalAtAnyBatchSize) {
  std::mt19937_64 random(9);
  TestHistory history;
  std::map<uint64_t, WorkingOrder> book;
  for (uint64_t i = 0; i < 500; ++i) {
    history.Command();
    if (random() % 3 == 0) {
      const int64_t lots = static_cast<int64_t>(random() % 100);
      SetLimits(history, 1001 + random() % 5, lots, lots * 7);
    }
    const uint64_t kind = random() % 4;
    if (kind < 2 || book.empty()) {
      const WorkingOrder order{
          i + 1, 1001 + random() % 5, random() % 2 == 0 ? ORDER_SIDE_BUY : ORDER_SIDE_SELL,
          1 + static_cast<int64_t>(random() % 1'000'000), 1 + static_cast<int64_t>(random() % 100)};
      Rest(history, order);
      book[order.order_id] = order;
      continue;
    }
    const auto chosen = std::next(book.begin(), static_cast<ptrdiff_t>(random() % book.size()));
    WorkingOrder& order = chosen->second;
    if (kind == 2) {
      Cancel(history, order);
      book.erase(chosen);
      continue;
    }
    const int64_t lots = 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(order.lots));
    order.lots -= lots;
    history.AddTrade({.taker_id = 1001 + random() % 5,
                      .maker_id = order.account_id,
                      .taker_side = order.side == ORDER_SIDE_BUY ? ORDER_SIDE_SELL : ORDER_SIDE_BUY,
                      .price_ticks = order.price_ticks,
                      .quantity_lots = lots,
                      .maker_remaining_lots = order.lots});
    if (order.lots == 0) book.erase(chosen);
  }

  mirror_->ApplyInBatches(history.commands(), history.commands().size());
  const std::string exposures = mirror_->Dump(kAllExposures);
  const std::string limits = mirror_->Dump(kAllLimits);
  EXPECT_THAT(exposures, HasSubstr("1005|1|"));
  for (const size_t batch_commands : {1u, 7u, 100u}) {
    Store store;
    const std::unique_ptr<TestMirror> other = TestMirror::Create(store);
    other->ApplyAndRollBack(history.commands());
    other->ApplyInBatches(history.commands(), batch_commands);
    EXPECT_EQ(other->Dump(kAllExposures), exposures);
    EXPECT_EQ(other->Dump(kAllLimits), limits);
  }

  // What is left in the book, added up from scratch.
  ReadStore read_store(mirror_->url());
  for (uint64_t account_id = 1001; account_id <= 1005; ++account_id) {
    Exposure expected;
    for (const auto& [id, order] : book) {
      if (order.account_id != account_id) continue;
      WorkingOrders& side = order.side == ORDER_SIDE_BUY ? expected.buy : expected.sell;
      side.order_count += 1;
      side.quantity_lots += order.lots;
      side.notional_tick_lots += absl::int128(order.lots) * order.price_ticks;
    }
    const absl::StatusOr<ExposureRow> row =
        read_store.GetExposure(AccountId(account_id), "BTC-USD");
    ASSERT_TRUE(row.ok()) << row.status();
    EXPECT_EQ(row->exposure, expected) << account_id;
  }
}

}  // namespace
}  // namespace rialto::risk
