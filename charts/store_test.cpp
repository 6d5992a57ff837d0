#include "charts/store.h"

#include <random>

#include "charts/request.h"
#include "charts/service.h"
#include "common/mirror/test_mirror.h"
#include "common/postgres/test_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::charts {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int64_t kSecond = 1'000'000'000;
constexpr char kAllCandles[] = "SELECT * FROM charts.candles ORDER BY instrument_id, open_time_ns";

class ChartsStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    mirror_ = TestMirror::Create(store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    read_store_ = std::make_unique<ReadStore>(mirror_->url());
    service_ = std::make_unique<ChartService>(*read_store_, follower_);
  }

  // Trades at seconds 0, 10, 70 and 250 of the history; the engine's time ends at second 370.
  static TestHistory FourTrades() {
    TestHistory history;
    history.Command(kSecond).AddTrade({.price_ticks = 6'700'000, .quantity_lots = 5'000});
    history.Command(9 * kSecond)
        .AddTrade({.taker_side = ORDER_SIDE_SELL, .price_ticks = 6'690'000, .quantity_lots = 1});
    history.Command(60 * kSecond).AddTrade({.price_ticks = 6'710'000, .quantity_lots = 2});
    history.Command(180 * kSecond).AddTrade({.price_ticks = 6'720'050, .quantity_lots = 3});
    history.Command(120 * kSecond);
    return history;
  }

  v1::ListCandlesResponse List(const v1::ListCandlesRequest& request) {
    v1::ListCandlesResponse response;
    const grpc::Status status = service_->ListCandles(nullptr, &request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  std::string ErrorOf(const v1::ListCandlesRequest& request) {
    v1::ListCandlesResponse response;
    return service_->ListCandles(nullptr, &request, &response).error_message();
  }

  static v1::ListCandlesRequest Request() {
    v1::ListCandlesRequest request;
    request.set_instrument("BTC-USD");
    request.set_interval("1m");
    return request;
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  Store store_{metrics_};
  Follower follower_{{.service = "charts", .engine_address = "127.0.0.1:1"}, store_, registry_};
  std::unique_ptr<TestMirror> mirror_;
  std::unique_ptr<ReadStore> read_store_;
  std::unique_ptr<ChartService> service_;
};

TEST_F(ChartsStoreTest, ListsTradedAndQuietMinutesAsDecimals) {
  mirror_->ApplyInBatches(FourTrades().commands(), 100);
  const v1::ListCandlesResponse response = List(Request());
  ASSERT_EQ(response.candles_size(), 7);
  EXPECT_EQ(response.sequence(), 7u);

  const v1::Candle& first = response.candles(0);
  EXPECT_EQ(first.open_time().seconds() % 60, 0);
  EXPECT_EQ(first.close_time().seconds() - first.open_time().seconds(), 60);
  EXPECT_EQ(first.open(), "67000.00");
  EXPECT_EQ(first.high(), "67000.00");
  EXPECT_EQ(first.low(), "66900.00");
  EXPECT_EQ(first.close(), "66900.00");
  EXPECT_EQ(first.base_volume(), "0.5001");
  EXPECT_EQ(first.quote_volume(), "33506.69");
  EXPECT_EQ(first.taker_buy_base_volume(), "0.5000");
  EXPECT_EQ(first.taker_buy_quote_volume(), "33500.00");
  EXPECT_EQ(first.trade_count(), 2);
  EXPECT_EQ(first.fill(), v1::CANDLE_FILL_TRADED);
  EXPECT_EQ(first.state(), v1::CANDLE_STATE_CLOSED);

  const v1::Candle& quiet = response.candles(2);
  EXPECT_EQ(quiet.open(), "67100.00");
  EXPECT_EQ(quiet.close(), "67100.00");
  EXPECT_EQ(quiet.base_volume(), "0.0000");
  EXPECT_EQ(quiet.trade_count(), 0);
  EXPECT_EQ(quiet.fill(), v1::CANDLE_FILL_NO_TRADES);
  EXPECT_EQ(quiet.state(), v1::CANDLE_STATE_CLOSED);

  EXPECT_EQ(response.candles(4).close(), "67200.50");
  EXPECT_EQ(response.candles(5).state(), v1::CANDLE_STATE_CLOSED);
  EXPECT_EQ(response.candles(6).state(), v1::CANDLE_STATE_FORMING);
  EXPECT_EQ(response.candles(6).close(), "67200.50");
}

TEST_F(ChartsStoreTest, PagesJoinWithoutGapOrRepeat) {
  mirror_->ApplyInBatches(FourTrades().commands(), 100);
  const v1::ListCandlesResponse whole = List(Request());
  for (int page_size = 1; page_size <= 8; ++page_size) {
    v1::ListCandlesRequest request = Request();
    request.set_page_size(page_size);
    v1::ListCandlesResponse joined;
    do {
      const v1::ListCandlesResponse page = List(request);
      ASSERT_LE(page.candles_size(), page_size);
      joined.mutable_candles()->MergeFrom(page.candles());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    ASSERT_EQ(joined.candles_size(), whole.candles_size()) << page_size;
    for (int i = 0; i < whole.candles_size(); ++i) {
      EXPECT_EQ(joined.candles(i).SerializeAsString(), whole.candles(i).SerializeAsString());
    }
  }
}

TEST_F(ChartsStoreTest, ARangeHoldsTheCandlesThatOpenInIt) {
  mirror_->ApplyInBatches(FourTrades().commands(), 100);
  const v1::ListCandlesResponse whole = List(Request());
  v1::ListCandlesRequest request = Request();
  *request.mutable_start_time() = whole.candles(2).open_time();
  *request.mutable_end_time() = whole.candles(4).open_time();
  v1::ListCandlesResponse part = List(request);
  ASSERT_EQ(part.candles_size(), 2);
  EXPECT_EQ(part.candles(0).SerializeAsString(), whole.candles(2).SerializeAsString());
  EXPECT_EQ(part.candles(1).SerializeAsString(), whole.candles(3).SerializeAsString());

  request.mutable_start_time()->set_nanos(1);
  part = List(request);
  ASSERT_EQ(part.candles_size(), 1);
  EXPECT_EQ(part.candles(0).SerializeAsString(), whole.candles(3).SerializeAsString());
}

TEST_F(ChartsStoreTest, RefusesRequestsThatMakeNoSense) {
  mirror_->ApplyInBatches(FourTrades().commands(), 100);
  v1::ListCandlesRequest request = Request();
  request.set_interval("5m");
  EXPECT_THAT(ErrorOf(request), StartsWith("UNSUPPORTED_INTERVAL"));
  request = Request();
  request.clear_instrument();
  EXPECT_THAT(ErrorOf(request), StartsWith("INSTRUMENT_REQUIRED"));
  request.set_instrument("ETH-USD");
  EXPECT_THAT(ErrorOf(request), StartsWith("UNKNOWN_INSTRUMENT"));
  request = Request();
  request.mutable_start_time()->set_seconds(120);
  request.mutable_end_time()->set_seconds(60);
  EXPECT_THAT(ErrorOf(request), StartsWith("INVALID_TIME_RANGE"));
  request.mutable_end_time()->set_nanos(-1);
  EXPECT_THAT(ErrorOf(request), StartsWith("INVALID_TIME_RANGE"));
  request = Request();
  request.set_page_size(-1);
  EXPECT_THAT(ErrorOf(request), StartsWith("BAD_PAGE_SIZE"));
  request = Request();
  request.set_page_size(1);
  request.set_page_token(List(request).next_page_token());
  request.mutable_start_time()->set_seconds(60);
  EXPECT_THAT(ErrorOf(request), StartsWith("PAGE_TOKEN_MISMATCH"));
  request.set_page_token("x");
  EXPECT_THAT(ErrorOf(request), StartsWith("PAGE_TOKEN_INVALID"));
}

TEST_F(ChartsStoreTest, AnInstrumentWithoutTradesHasNoCandles) {
  mirror_->ApplyInBatches(TestHistory().commands(), 100);
  const v1::ListCandlesResponse response = List(Request());
  EXPECT_EQ(response.candles_size(), 0);
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(ChartsStoreTest, TimesBeyondTheClocksRangeAreItsEnds) {
  mirror_->ApplyInBatches(FourTrades().commands(), 100);
  v1::ListCandlesRequest request = Request();
  request.mutable_start_time()->set_seconds(-62'135'596'800);
  request.mutable_end_time()->set_seconds(253'402'300'799);
  EXPECT_EQ(List(request).candles_size(), 7);
}

// A long random history comes out the same however it is cut into batches, and whatever was rolled
// back on the way.
TEST_F(ChartsStoreTest, RebuildEqualsIncrementalAtAnyBatchSize) {
  std::mt19937_64 random(3);
  TestHistory history;
  for (int i = 0; i < 400; ++i) {
    history.Command(1 + static_cast<int64_t>(random() % (30 * kSecond)));
    for (uint64_t trades = random() % 3; trades > 0; --trades) {
      history.AddTrade({.taker_side = random() % 2 == 0 ? ORDER_SIDE_BUY : ORDER_SIDE_SELL,
                        .price_ticks = 6'700'000 + static_cast<int64_t>(random() % 1'000),
                        .quantity_lots = 1 + static_cast<int64_t>(random() % 1'000)});
    }
  }
  mirror_->ApplyInBatches(history.commands(), history.commands().size());
  const std::string whole = mirror_->Dump(kAllCandles);
  EXPECT_THAT(whole, HasSubstr("|"));
  for (const size_t batch_commands : {1u, 7u, 100u}) {
    prometheus::Registry registry;
    Metrics metrics(registry);
    Store store(metrics);
    const std::unique_ptr<TestMirror> other = TestMirror::Create(store);
    other->ApplyAndRollBack(history.commands());
    other->ApplyInBatches(history.commands(), batch_commands);
    EXPECT_EQ(other->Dump(kAllCandles), whole);
  }
}

TEST_F(ChartsStoreTest, CountsClosedCandlesOfBothKinds) {
  const TestHistory history = FourTrades();
  for (const size_t batch_commands : {1u, 3u, 100u}) {
    prometheus::Registry registry;
    Metrics metrics(registry);
    Store store(metrics);
    const std::unique_ptr<TestMirror> other = TestMirror::Create(store);
    other->ApplyInBatches(history.commands(), batch_commands);
    EXPECT_EQ(metrics.candles_traded_total.Value(), 3) << batch_commands;
    EXPECT_EQ(metrics.candles_quiet_total.Value(), 3) << batch_commands;
    EXPECT_EQ(metrics.trades_total.Value(), 4);
  }
}

}  // namespace
}  // namespace rialto::charts
