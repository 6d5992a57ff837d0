#include "risk/store.h"

#include <map>
#include <random>

#include "common/mirror/test_mirror.h"
#include "common/postgres/migrations.h"
#include "common/postgres/test_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "risk/exposure.h"
#include "risk/read_store.h"
#include "risk/schema_files.h"

namespace rialto::risk {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;
using testing::HasSubstr;

constexpr char kAllOrders[] = "SELECT * FROM risk.open_orders ORDER BY order_id";
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

  static void Accept(TestHistory& history, const WorkingOrder& order) {
    auto* accepted = history.AddEvent().mutable_order_accepted();
    accepted->set_order_id(order.order_id);
    accepted->set_account_id(order.account_id);
    accepted->set_instrument_id(1);
    accepted->set_side(order.side);
    accepted->set_type(common::v1::ORDER_TYPE_LIMIT);
    accepted->set_quantity_lots(order.lots);
  }

  static void RestAgain(TestHistory& history, const WorkingOrder& order) {
    auto* rested = history.AddEvent().mutable_order_rested();
    rested->set_order_id(order.order_id);
    rested->set_account_id(order.account_id);
    rested->set_instrument_id(1);
    rested->set_side(order.side);
    rested->set_price_ticks(order.price_ticks);
    rested->set_remaining_lots(order.lots);
    rested->set_displayed_lots(1);
  }

  static void Rest(TestHistory& history, const WorkingOrder& order) {
    Accept(history, order);
    RestAgain(history, order);
  }

  static void Move(TestHistory& history, const WorkingOrder& order) {
    auto* moved = history.AddEvent().mutable_order_moved();
    moved->set_order_id(order.order_id);
    moved->set_instrument_id(1);
    moved->set_side(order.side);
    moved->set_from_price_ticks(order.price_ticks);
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

  // The resting `order`, which has what is left of it, met `taker_id` with `lots`.
  static void Trade(TestHistory& history, const WorkingOrder& order, uint64_t taker_id,
                    int64_t lots) {
    engine::v1::Trade& trade = history.AddTrade(
        {.taker_id = taker_id,
         .maker_id = order.account_id,
         .taker_side = order.side == ORDER_SIDE_BUY ? ORDER_SIDE_SELL : ORDER_SIDE_BUY,
         .price_ticks = order.price_ticks,
         .quantity_lots = lots,
         .maker_remaining_lots = order.lots});
    trade.set_maker_order_id(order.order_id);
    trade.set_maker_price_ticks(order.price_ticks);
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

TEST_F(RiskStoreTest, KeepsEveryLimitAndSettingThereIs) {
  TestHistory history;
  auto* limits = history.Command().AddEvent().mutable_account_limits_set();
  limits->set_account_id(1001);
  limits->set_instrument_id(1);
  limits->set_position_max_lots(30);
  limits->set_exposure_max_units(40);
  for (const uint64_t group : {7ULL, 18'446'744'073'709'551'615ULL}) {
    auto* settings = history.Command().AddEvent().mutable_account_settings_set();
    settings->set_account_id(1001);
    settings->set_fee_tier(1);
    settings->set_trade_group(group);
    settings->set_open_orders_max(2);
    settings->set_order_rate_max(3);
    settings->set_order_rate_window_ns(1'000'000'000);
    settings->set_duplicate_window_ns(5'000'000'000);
  }
  for (const auto state : {common::v1::TRADING_STATE_HALTED, common::v1::TRADING_STATE_REDUCING}) {
    history.Command().AddEvent().mutable_trading_state_set()->set_state(state);
  }
  auto* state = history.AddEvent().mutable_trading_state_set();
  state->set_account_id(1001);
  state->set_state(common::v1::TRADING_STATE_HALTED);
  mirror_->ApplyInBatches(history.commands(), 2);

  EXPECT_EQ(mirror_->Dump("SELECT position_max_lots, exposure_max_units FROM risk.limits"),
            "30|40");
  ReadStore read_store(mirror_->url());
  const absl::StatusOr<SettingsRow> settings = read_store.GetSettings(AccountId(1001));
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->settings.trade_group(), 18'446'744'073'709'551'615ULL);
  EXPECT_EQ(settings->settings.order_rate_window_ns(), 1'000'000'000);
  EXPECT_EQ(settings->settings.duplicate_window_ns(), 5'000'000'000);
  EXPECT_EQ(settings->set_sequence, Sequence(5));
  absl::StatusOr<TradingStatesRow> states = read_store.GetTradingStates(AccountId(1001));
  ASSERT_TRUE(states.ok()) << states.status();
  EXPECT_EQ(states->of_account, common::v1::TRADING_STATE_HALTED);
  EXPECT_EQ(states->of_everyone, common::v1::TRADING_STATE_REDUCING);
  states = read_store.GetTradingStates(AccountId(1002));
  EXPECT_EQ(states->of_account, common::v1::TRADING_STATE_ACTIVE);
}

TEST_F(RiskStoreTest, AddsUpWhatIsOpen) {
  TestHistory history;
  Rest(history.Command(), {10, 1001, ORDER_SIDE_SELL, 6'700'000, 5});
  Rest(history.Command(), {11, 1001, ORDER_SIDE_BUY, 6'600'000, 2});
  Rest(history.Command(), {12, 1001, ORDER_SIDE_SELL, 6'800'000, 4});
  Accept(history.Command(), {13, 1001, ORDER_SIDE_BUY, 0, 9});
  Rest(history.Command(), {14, 1002, ORDER_SIDE_BUY, 1, 1});
  Trade(history.Command(), {10, 1001, ORDER_SIDE_SELL, 6'700'000, 2}, 1002, 3);
  Cancel(history.Command(), {12, 1001, ORDER_SIDE_SELL, 6'800'000, 4});
  mirror_->ApplyInBatches(history.commands(), 2);
  ReadStore read_store(mirror_->url());
  const absl::StatusOr<ExposureRow> row = read_store.GetExposure(AccountId(1001), "BTC-USD");
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->exposure.buy, (WorkingOrders{1, 2, 13'200'000}));
  EXPECT_EQ(row->exposure.sell, (WorkingOrders{1, 2, 13'400'000}));
  EXPECT_EQ(row->exposure.pending_buy, (WorkingOrders{1, 9, 0}));
  EXPECT_EQ(row->exposure.pending_sell, WorkingOrders());
}

TEST_F(RiskStoreTest, SumsGoBeyond64Bits) {
  TestHistory history;
  Rest(history.Command(), {10, 1001, ORDER_SIDE_SELL, 1'000, INT64_MAX});
  Rest(history.Command(), {11, 1001, ORDER_SIDE_SELL, 1'000, INT64_MAX});
  mirror_->ApplyInBatches(history.commands(), 10);
  ReadStore read_store(mirror_->url());
  const absl::StatusOr<ExposureRow> row = read_store.GetExposure(AccountId(1001), "BTC-USD");
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->exposure.sell.quantity_lots, absl::int128(INT64_MAX) * 2);
  EXPECT_EQ(row->exposure.sell.notional_tick_lots, absl::int128(INT64_MAX) * 2'000);
}

// A mirror of the schema before: it begins anew, and keeps the record of changes.
TEST_F(RiskStoreTest, AnOlderMirrorIsRebuiltAndTheRecordKept) {
  const std::unique_ptr<postgres::TestDatabase> database = postgres::TestDatabase::Create();
  auto connection = postgres::Connection::Open(database->url());
  ASSERT_TRUE(connection.ok());
  const postgres::Schema older{
      .name = kSchema.name, .migrations = kSchema.migrations, .migration_count = 1};
  ASSERT_TRUE(postgres::Migrate(**connection, older).ok());
  ASSERT_TRUE(
      (*connection)
          ->ExecuteScript(
              "CREATE TABLE risk.follower_position"
              " (name text PRIMARY KEY, sequence bigint NOT NULL);"
              "INSERT INTO risk.follower_position VALUES ('risk', 77);"
              "INSERT INTO risk.assets VALUES (1, 'BTC', 8), (2, 'USD', 2);"
              "INSERT INTO risk.instruments VALUES (1, 'BTC-USD', 1, 2, 1, 1, 1, 1, 0, 0, 0, 0);"
              "INSERT INTO risk.limits VALUES (1001, 1, 5, 6, 70, 1);"
              "INSERT INTO risk.exposures VALUES (1001, 1, 1, 1, 1, 0, 0, 0);"
              "INSERT INTO risk.limit_changes (peer, reason, account_id, instrument,"
              " order_quantity_max, order_notional_max)"
              " VALUES ('ipv4:1', 'desk review', 1001, 'BTC-USD', '1.5', '0')")
          .ok());
  ASSERT_TRUE(postgres::Migrate(**connection, kSchema).ok());
  const auto ask = [&](const char* sql) {
    return std::string((*connection)->Execute(sql)->row(0).Text(0));
  };
  EXPECT_EQ(ask("SELECT sequence::text FROM risk.follower_position"), "0");
  EXPECT_EQ(ask("SELECT count(*)::text FROM risk.limits"), "0");
  EXPECT_EQ(ask("SELECT count(*)::text FROM risk.instruments"), "0");
  EXPECT_EQ(ask("SELECT kind || ' ' || (asked ->> 'order_quantity_max') || ' ' || reason"
                " FROM risk.changes"),
            "limits 1.5 desk review");
}

// Random orders, trades, moves and cancels; whatever the batches, and whatever was rolled back.
TEST_F(RiskStoreTest, RebuildEqualsIncrementalAtAnyBatchSize) {
  std::mt19937_64 random(9);
  TestHistory history;
  std::map<uint64_t, WorkingOrder> book;  // Price 0: pending.
  for (uint64_t i = 0; i < 500; ++i) {
    history.Command();
    if (random() % 3 == 0) {
      const int64_t lots = static_cast<int64_t>(random() % 100);
      SetLimits(history, 1001 + random() % 5, lots, lots * 7);
    }
    const uint64_t kind = random() % 6;
    if (kind < 3 || book.empty()) {
      WorkingOrder order{
          i + 1, 1001 + random() % 5, random() % 2 == 0 ? ORDER_SIDE_BUY : ORDER_SIDE_SELL,
          1 + static_cast<int64_t>(random() % 1'000'000), 1 + static_cast<int64_t>(random() % 100)};
      if (kind == 2) {
        order.price_ticks = 0;
        Accept(history, order);
      } else {
        Rest(history, order);
      }
      book[order.order_id] = order;
      continue;
    }
    const auto chosen = std::next(book.begin(), static_cast<ptrdiff_t>(random() % book.size()));
    WorkingOrder& order = chosen->second;
    if (kind == 3) {
      Cancel(history, order);
      book.erase(chosen);
    } else if (kind == 4 || order.price_ticks == 0) {
      Move(history, order);
      order.price_ticks = static_cast<int64_t>(random() % 1'000);
      if (order.price_ticks != 0) RestAgain(history, order);
    } else {
      const int64_t lots = 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(order.lots));
      order.lots -= lots;
      Trade(history, order, 1001 + random() % 5, lots);
      if (order.lots == 0) book.erase(chosen);
    }
  }

  mirror_->ApplyInBatches(history.commands(), history.commands().size());
  const std::string orders = mirror_->Dump(kAllOrders);
  const std::string limits = mirror_->Dump(kAllLimits);
  EXPECT_THAT(orders, HasSubstr("|1005|1|"));
  for (const size_t batch_commands : {1u, 7u, 100u}) {
    Store store;
    const std::unique_ptr<TestMirror> other = TestMirror::Create(store);
    other->ApplyAndRollBack(history.commands());
    other->ApplyInBatches(history.commands(), batch_commands);
    EXPECT_EQ(other->Dump(kAllOrders), orders);
    EXPECT_EQ(other->Dump(kAllLimits), limits);
  }

  // What is left, added up from scratch.
  ReadStore read_store(mirror_->url());
  for (uint64_t account_id = 1001; account_id <= 1005; ++account_id) {
    Exposure expected;
    for (const auto& [id, order] : book) {
      if (order.account_id != account_id) continue;
      const bool buys = order.side == ORDER_SIDE_BUY;
      const bool rests = order.price_ticks > 0;
      WorkingOrders& side = rests ? (buys ? expected.buy : expected.sell)
                                  : (buys ? expected.pending_buy : expected.pending_sell);
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
