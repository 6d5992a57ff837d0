// Orders and trades as rows, and what HistoryService says of them, on a real PostgreSQL.
#include "ledger/history_service.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/mirror/test_mirror.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/history_fixture.h"
#include "ledger/store.h"

namespace rialto::ledger {
namespace {

using engine::v1::CommandEvents;
using testing::ElementsAre;

class HistoryServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    metrics_ = std::make_unique<Metrics>(registry_);
    store_ = std::make_unique<Store>(*metrics_);
    mirror_ = TestMirror::Create(*store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    const History definitions([&](const CommandEvents& command) { Apply(command); });
    reader_ = std::make_unique<MirrorReader>(mirror_->url(), "ledger");
    history_store_ = std::make_unique<HistoryStore>(*reader_);
    service_ = std::make_unique<HistoryService>(*history_store_);
  }

  void Apply(CommandEvents command) {
    command.set_sequence(++sequence_);
    command.set_timestamp_ns(static_cast<int64_t>(sequence_) * 1'000);
    pending_.push_back(command);
    if (!is_batching_) Flush();
  }
  // All that was applied since the last in one transaction.
  void Flush() {
    ASSERT_TRUE(mirror_->Apply(pending_).ok());
    pending_.clear();
  }
  void Apply(const std::function<void(engine::v1::Event&)>& fill) {
    CommandEvents command;
    fill(*command.add_events());
    Apply(command);
  }

  // A limit order; its id is the sequence.
  uint64_t Place(uint64_t account_id, const std::string& client_order_id, int64_t lots) {
    Apply([&](engine::v1::Event& event) {
      auto& order = *event.mutable_order_accepted();
      order.set_order_id(sequence_ + 1);
      order.set_account_id(account_id);
      order.set_client_order_id(client_order_id);
      order.set_instrument_id(1);
      order.set_side(common::v1::ORDER_SIDE_BUY);
      order.set_type(common::v1::ORDER_TYPE_LIMIT);
      order.set_time_in_force(common::v1::TIME_IN_FORCE_GTC);
      order.set_price_ticks(100);
      order.set_quantity_lots(lots);
      order.mutable_terms()->set_tag("mine");
    });
    return sequence_;
  }

  void Reject(const std::string& client_order_id, common::v1::RejectReason reason) {
    Apply([&](engine::v1::Event& event) {
      auto& rejected = *event.mutable_order_rejected();
      rejected.set_account_id(kAlice);
      rejected.set_client_order_id(client_order_id);
      rejected.set_reason(reason);
    });
  }

  struct Fill {
    uint64_t taker_id;
    uint64_t taker_account;
    uint64_t maker_id;
    uint64_t maker_account;
    int64_t lots;
    int64_t maker_left;
  };
  void Trade(const Fill& fill) {
    Apply([&](engine::v1::Event& event) {
      auto& trade = *event.mutable_trade();
      trade.set_trade_id((sequence_ + 1) << 16);
      trade.set_instrument_id(1);
      trade.set_price_ticks(100);
      trade.set_quantity_lots(fill.lots);
      trade.set_taker_side(common::v1::ORDER_SIDE_SELL);
      trade.set_taker_order_id(fill.taker_id);
      trade.set_taker_account_id(fill.taker_account);
      trade.set_taker_remaining_lots(1);
      trade.set_maker_order_id(fill.maker_id);
      trade.set_maker_account_id(fill.maker_account);
      trade.set_maker_remaining_lots(fill.maker_left);
      trade.set_base_units(fill.lots);
      trade.set_buyer_cost_units(fill.lots * 5);
      trade.set_seller_gross_units(fill.lots * 5);
      trade.set_seller_fee_units(2);
    });
  }

  // By the owner's id; the message where it fails.
  std::string Show(const std::string& client_order_id, uint64_t account_id = kAlice) {
    v1::GetOrderRequest request;
    request.set_account_id(account_id);
    request.set_client_order_id(client_order_id);
    v1::GetOrderResponse response;
    const grpc::Status status = service_->GetOrder(nullptr, &request, &response);
    if (!status.ok()) return status.error_message();
    const v1::OrderRecord& order = response.order();
    return absl::StrCat(order.order_id(), " ", common::v1::OrderStatus_Name(order.status()), " ",
                        order.executed_quantity(), " of ", order.quantity(), " for ",
                        order.executed_quote_amount(), " changed ", order.changed_sequence());
  }

  // How PostgreSQL would answer.
  std::string Plan(const std::string& sql) {
    const auto lines = mirror_->connection().Execute("EXPLAIN (COSTS OFF) " + sql);
    CHECK_OK(lines);
    std::string plan;
    for (int i = 0; i < lines->row_count(); ++i) plan.append(lines->row(i).Text(0)).append("\n");
    return plan;
  }

  prometheus::Registry registry_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TestMirror> mirror_;
  std::unique_ptr<MirrorReader> reader_;
  std::unique_ptr<HistoryStore> history_store_;
  std::unique_ptr<HistoryService> service_;
  uint64_t sequence_ = 0;
  bool is_batching_ = false;
  TestMirror::History pending_;
};

// The whole life of an order, in one batch and over many: the rows are the same.
class OrderLifeTest : public HistoryServiceTest, public testing::WithParamInterface<bool> {};

TEST_P(OrderLifeTest, IsOneRow) {
  is_batching_ = GetParam();
  const uint64_t bid = Place(kAlice, "bid", 10);
  Trade({.taker_id = 99,
         .taker_account = kBob,
         .maker_id = bid,
         .maker_account = kAlice,
         .lots = 3,
         .maker_left = 7});
  Apply([&](engine::v1::Event& event) {
    event.mutable_order_reduced()->set_order_id(bid);
    event.mutable_order_reduced()->set_reduced_lots(2);
  });
  const uint64_t moved = Place(kAlice, "moved", 5);
  Apply([&](engine::v1::Event& event) {
    event.mutable_order_moved()->set_order_id(moved);
    event.mutable_order_moved()->set_price_ticks(90);
    event.mutable_order_moved()->set_quantity_lots(8);
  });
  Apply([&](engine::v1::Event& event) {
    event.mutable_order_reduced()->set_order_id(moved);
    event.mutable_order_reduced()->set_reduced_lots(1);
  });
  Apply([&](engine::v1::Event& event) {
    event.mutable_order_canceled()->set_order_id(moved);
    event.mutable_order_canceled()->set_reason(common::v1::CANCEL_REASON_REQUESTED);
  });
  Trade({.taker_id = 99,
         .taker_account = kBob,
         .maker_id = bid,
         .maker_account = kAlice,
         .lots = 5,
         .maker_left = 0});
  if (is_batching_) Flush();
  EXPECT_EQ(Show("bid"), "2 ORDER_STATUS_FILLED 0.00000008 of 0.00000008 for 0.40 changed 9");
  EXPECT_EQ(Show("moved"), "5 ORDER_STATUS_CANCELED 0.00000000 of 0.00000007 for 0.00 changed 8");
}

INSTANTIATE_TEST_SUITE_P(OneBatchOrMany, OrderLifeTest, testing::Bool());

TEST_F(HistoryServiceTest, AnOwnersIdNamesTheNewestOrderThatWasTaken) {
  Place(kAlice, "again", 1);
  Place(kBob, "again", 2);
  Place(kAlice, "again", 3);
  Reject("again", common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  EXPECT_THAT(Show("again"), testing::HasSubstr("4 ORDER_STATUS_OPEN"));
  EXPECT_THAT(Show("again", kBob), testing::HasSubstr("3 ORDER_STATUS_OPEN"));
}

TEST_F(HistoryServiceTest, ARefusedOrderIsThereWithItsReason) {
  Reject("poor", common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  v1::GetOrderRequest request;
  request.set_account_id(kAlice);
  request.set_client_order_id("poor");
  v1::GetOrderResponse response;
  ASSERT_TRUE(service_->GetOrder(nullptr, &request, &response).ok());
  EXPECT_EQ(response.order().reject_reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  EXPECT_EQ(response.order().status(), common::v1::ORDER_STATUS_UNSPECIFIED);
  Reject("unknown", common::v1::REJECT_REASON_UNKNOWN_ORDER);  // Of a cancel: no order of its own.
  EXPECT_EQ(Show("unknown"), "UNKNOWN_ORDER: no order \"unknown\" of account 1001");
}

TEST_F(HistoryServiceTest, ListsOrdersNewestFirstPageByPageAndByFilter) {
  for (int i = 0; i < 7; ++i) Place(kAlice, absl::StrCat("order-", i), 1);
  Place(kBob, "other", 1);
  Reject("poor", common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  v1::ListOrdersRequest request;
  request.set_account_id(kAlice);
  request.set_page_size(3);
  std::vector<std::string> seen;
  v1::ListOrdersResponse response;
  do {
    ASSERT_TRUE(service_->ListOrders(nullptr, &request, &response).ok());
    EXPECT_LE(response.orders_size(), 3);
    for (const v1::OrderRecord& order : response.orders()) seen.push_back(order.client_order_id());
    request.set_page_token(response.next_page_token());
    response.Clear();
  } while (!request.page_token().empty());
  EXPECT_THAT(seen, ElementsAre("poor", "order-6", "order-5", "order-4", "order-3", "order-2",
                                "order-1", "order-0"));

  request.set_status(common::v1::ORDER_STATUS_OPEN);
  request.set_instrument("BTC-USD");
  request.set_page_size(1);
  ASSERT_TRUE(service_->ListOrders(nullptr, &request, &response).ok());
  ASSERT_EQ(response.orders_size(), 1);
  EXPECT_EQ(response.orders(0).client_order_id(), "order-6");
  EXPECT_EQ(response.orders(0).tag(), "mine");
  request.set_page_token(response.next_page_token());
  request.set_instrument("");
  EXPECT_THAT(service_->ListOrders(nullptr, &request, &response).error_message(),
              testing::StartsWith("PAGE_TOKEN_MISMATCH"));
}

TEST_F(HistoryServiceTest, ListsTradesOfAnAccountOnceEach) {
  const uint64_t bid = Place(kAlice, "bid", 10);
  Trade({99, kBob, bid, kAlice, 1, 9});
  Trade({99, kAlice, bid, kAlice, 2, 7});  // With himself.
  Trade({99, kBob, 98, 1003, 3, 7});       // Of others.
  Trade({99, kAlice, 98, kBob, 4, 7});
  v1::ListTradesRequest request;
  request.set_account_id(kAlice);
  request.set_page_size(2);
  std::vector<std::string> seen;
  v1::ListTradesResponse response;
  do {
    ASSERT_TRUE(service_->ListTrades(nullptr, &request, &response).ok());
    for (const v1::TradeRecord& trade : response.trades()) seen.push_back(trade.quantity());
    request.set_page_token(response.next_page_token());
    response.Clear();
  } while (!request.page_token().empty());
  EXPECT_THAT(seen, ElementsAre("0.00000004", "0.00000002", "0.00000001"));
  request.Clear();
  request.set_instrument("BTC-USD");
  ASSERT_TRUE(service_->ListTrades(nullptr, &request, &response).ok());
  ASSERT_EQ(response.trades_size(), 4);
  EXPECT_EQ(response.trades(0).taker_fee(), "0.02");
  EXPECT_EQ(response.trades(0).quote_amount(), "0.20");
}

// One that trades seldom is not searched for in all that was ever traded.
TEST_F(HistoryServiceTest, TradesOfAnInstrumentAreFoundByAnIndex) {
  ASSERT_TRUE(
      mirror_->connection()
          .ExecuteScript("INSERT INTO ledger.trades SELECT n, n, n, 1, 1, 1, 1, 1001, 2, 1002,"
                         " 0, 0, CASE WHEN n % 1000 = 0 THEN 2 ELSE 1 END, 1"
                         " FROM generate_series(1000, 50000) AS n; ANALYZE ledger.trades")
          .ok());
  EXPECT_THAT(Plan("SELECT * FROM ledger.trades WHERE sequence <= 40000"
                   " AND (sequence, trade_id) < (40000, 1) AND instrument_id = 2"
                   " ORDER BY sequence DESC, trade_id DESC LIMIT 10"),
              testing::HasSubstr("instrument_id_sequence_idx"));
}

TEST_F(HistoryServiceTest, CheckpointsThatDoNotAgreeAreCountedByAnIndex) {
  ASSERT_TRUE(mirror_->connection()
                  .ExecuteScript("INSERT INTO ledger.checkpoints SELECT n, '', '{}', '{}'"
                                 " FROM generate_series(1, 50000) AS n; ANALYZE ledger.checkpoints")
                  .ok());
  EXPECT_THAT(Plan("SELECT count(*) FROM ledger.checkpoints"
                   " WHERE wrong_buckets <> '{}' OR wrong_assets <> '{}'"),
              testing::HasSubstr("checkpoints_mismatched"));
}

TEST_F(HistoryServiceTest, SaysWhatIsMalformedOrUnknown) {
  v1::GetOrderResponse order;
  v1::GetOrderRequest request;
  EXPECT_THAT(service_->GetOrder(nullptr, &request, &order).error_message(),
              testing::StartsWith("ORDER_ID_REQUIRED"));
  request.set_order_id(77);
  EXPECT_EQ(service_->GetOrder(nullptr, &request, &order).error_code(),
            grpc::StatusCode::NOT_FOUND);
  v1::ListOrdersResponse orders;
  v1::ListOrdersRequest list;
  EXPECT_THAT(service_->ListOrders(nullptr, &list, &orders).error_message(),
              testing::StartsWith("ACCOUNT_ID_REQUIRED"));
  list.set_account_id(kAlice);
  list.set_instrument("ETH-USD");
  EXPECT_EQ(service_->ListOrders(nullptr, &list, &orders).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace rialto::ledger
