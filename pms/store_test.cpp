#include "pms/store.h"

#include <random>

#include "common/mirror/test_mirror.h"
#include "common/postgres/test_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pms/service.h"

namespace rialto::pms {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kAllPositions[] = "SELECT * FROM pms.positions ORDER BY account_id, instrument_id";

class PmsStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    mirror_ = TestMirror::Create(store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    read_store_ = std::make_unique<ReadStore>(mirror_->url());
    service_ = std::make_unique<PositionService>(*read_store_, follower_);
  }

  v1::Position Get(uint64_t account_id) {
    v1::GetPositionRequest request;
    request.set_account_id(account_id);
    request.set_instrument("BTC-USD");
    v1::GetPositionResponse response;
    const grpc::Status status = service_->GetPosition(nullptr, &request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.position();
  }

  std::string ErrorOf(uint64_t account_id, const std::string& instrument) {
    v1::GetPositionRequest request;
    request.set_account_id(account_id);
    request.set_instrument(instrument);
    v1::GetPositionResponse response;
    return service_->GetPosition(nullptr, &request, &response).error_message();
  }

  static TestHistory RandomHistory() {
    std::mt19937_64 random(5);
    TestHistory history;
    for (int i = 0; i < 400; ++i) {
      history.Command();
      for (uint64_t trades = random() % 3; trades > 0; --trades) {
        history.AddTrade({.taker_id = 1001 + random() % 3,
                          .maker_id = 1001 + random() % 3,
                          .taker_side = random() % 2 == 0 ? ORDER_SIDE_BUY : ORDER_SIDE_SELL,
                          .price_ticks = 1 + static_cast<int64_t>(random() % 10'000'000),
                          .quantity_lots = 1 + static_cast<int64_t>(random() % 100'000),
                          .fee_units = static_cast<int64_t>(random() % 100)});
      }
    }
    return history;
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  Store store_{metrics_};
  Follower follower_{{.service = "pms", .engine_address = "127.0.0.1:1"}, store_, registry_};
  std::unique_ptr<TestMirror> mirror_;
  std::unique_ptr<ReadStore> read_store_;
  std::unique_ptr<PositionService> service_;
};

TEST_F(PmsStoreTest, ShowsLongAndShortAsDecimals) {
  TestHistory history;
  history.Command().AddTrade({.price_ticks = 6'700'000, .quantity_lots = 15'000, .fee_units = 100});
  history.Command().AddTrade({.price_ticks = 6'800'000, .quantity_lots = 5'000, .fee_units = 50});
  history.Command().AddTrade({.taker_id = 1002,
                              .maker_id = 1001,
                              .price_ticks = 6'900'000,
                              .quantity_lots = 10'000,
                              .fee_units = 25});
  mirror_->ApplyInBatches(history.commands(), 2);

  const v1::Position buyer = Get(1001);  // Bought 1.5 and 0.5 for 134,500.00; sold half of it.
  EXPECT_EQ(buyer.instrument(), "BTC-USD");
  EXPECT_EQ(buyer.base_asset(), "BTC");
  EXPECT_EQ(buyer.quote_asset(), "USD");
  EXPECT_EQ(buyer.quantity(), "1.00000000");
  EXPECT_EQ(buyer.cost(), "67250.00");
  EXPECT_EQ(buyer.average_price(), "67250.000000000000");
  EXPECT_EQ(buyer.mark_price(), "69000.00");
  EXPECT_EQ(buyer.unrealised_pnl(), "1750.00");
  EXPECT_EQ(buyer.realised_pnl(), "1750.00");
  EXPECT_EQ(buyer.fees(), "1.75");
  EXPECT_EQ(buyer.realised_pnl_net(), "1748.25");
  EXPECT_EQ(buyer.fill_count(), 3);

  const v1::Position seller = Get(1002);
  EXPECT_EQ(seller.quantity(), "-1.00000000");
  EXPECT_EQ(seller.cost(), "67250.00");
  EXPECT_EQ(seller.unrealised_pnl(), "-1750.00");
  EXPECT_EQ(seller.realised_pnl(), "-1750.00");
}

TEST_F(PmsStoreTest, AFlatPositionKeepsWhatWasRealised) {
  TestHistory history;
  history.Command().AddTrade({.price_ticks = 6'700'000, .quantity_lots = 10'000});
  history.Command().AddTrade(
      {.taker_side = ORDER_SIDE_SELL, .price_ticks = 6'710'000, .quantity_lots = 10'000});
  mirror_->ApplyInBatches(history.commands(), 100);
  const v1::Position position = Get(1001);
  EXPECT_EQ(position.quantity(), "0.00000000");
  EXPECT_EQ(position.cost(), "0.00");
  EXPECT_EQ(position.average_price(), "");
  EXPECT_EQ(position.unrealised_pnl(), "0.00");
  EXPECT_EQ(position.realised_pnl(), "100.00");
}

TEST_F(PmsStoreTest, BothSidesOfATradeWithOneselfAreWritten) {
  TestHistory history;
  history.Command().AddTrade({.taker_id = 1001,
                              .maker_id = 1001,
                              .price_ticks = 6'700'000,
                              .quantity_lots = 10'000,
                              .fee_units = 7});
  mirror_->ApplyInBatches(history.commands(), 100);
  const v1::Position position = Get(1001);
  EXPECT_EQ(position.quantity(), "0.00000000");
  EXPECT_EQ(position.realised_pnl(), "0.00");
  EXPECT_EQ(position.fees(), "0.14");
  EXPECT_EQ(position.fill_count(), 2);
}

TEST_F(PmsStoreTest, SaysWhatItDoesNotKnow) {
  mirror_->ApplyInBatches(TestHistory().commands(), 100);
  EXPECT_THAT(ErrorOf(0, "BTC-USD"), StartsWith("ACCOUNT_ID_REQUIRED"));
  EXPECT_THAT(ErrorOf(UINT64_MAX, "BTC-USD"), StartsWith("BAD_ACCOUNT_ID"));
  EXPECT_THAT(ErrorOf(1001, ""), StartsWith("INSTRUMENT_REQUIRED"));
  EXPECT_THAT(ErrorOf(1001, "ETH-USD"), StartsWith("UNKNOWN_INSTRUMENT"));
  EXPECT_THAT(ErrorOf(1001, "BTC-USD"), StartsWith("UNKNOWN_POSITION"));
}

TEST_F(PmsStoreTest, ListsPositionsPageByPage) {
  TestHistory history;
  for (uint32_t id = 2; id <= 5; ++id) {
    engine::v1::InstrumentCreated& instrument =
        *history.Command().AddEvent().mutable_instrument_created();
    instrument = history.commands()[1].events(0).instrument_created();
    instrument.set_instrument_id(id);
    instrument.set_symbol("BTC-USD-" + std::to_string(id));
  }
  for (uint32_t id : {1U, 3U, 4U, 5U}) {
    history.Command().AddTrade({.price_ticks = 100, .quantity_lots = 10'000}).set_instrument_id(id);
  }
  mirror_->ApplyInBatches(history.commands(), 3);

  v1::ListPositionsRequest request;
  request.set_account_id(1001);
  request.set_page_size(3);
  v1::ListPositionsResponse first, second;
  ASSERT_TRUE(service_->ListPositions(nullptr, &request, &first).ok());
  ASSERT_EQ(first.positions_size(), 3);
  request.set_page_token(first.next_page_token());
  ASSERT_TRUE(service_->ListPositions(nullptr, &request, &second).ok());
  ASSERT_EQ(second.positions_size(), 1);
  EXPECT_EQ(second.positions(0).instrument(), "BTC-USD-5");
  EXPECT_EQ(second.next_page_token(), "");

  request.set_account_id(1002);
  EXPECT_THAT(service_->ListPositions(nullptr, &request, &second).error_message(),
              StartsWith("PAGE_TOKEN_MISMATCH"));
}

TEST_F(PmsStoreTest, RebuildEqualsIncrementalAtAnyBatchSize) {
  const TestHistory history = RandomHistory();
  mirror_->ApplyInBatches(history.commands(), history.commands().size());
  const std::string whole = mirror_->Dump(kAllPositions);
  EXPECT_THAT(whole, HasSubstr("1003|1|"));
  for (const size_t batch_commands : {1u, 7u, 100u}) {
    prometheus::Registry registry;
    Metrics metrics(registry);
    Store store(metrics);
    const std::unique_ptr<TestMirror> other = TestMirror::Create(store);
    other->ApplyAndRollBack(history.commands());
    other->ApplyInBatches(history.commands(), batch_commands);
    EXPECT_EQ(other->Dump(kAllPositions), whole);
    EXPECT_EQ(other->Dump("SELECT * FROM pms.marks"), mirror_->Dump("SELECT * FROM pms.marks"));
  }
}

TEST_F(PmsStoreTest, QuantitiesOfAllAccountsSumToZero) {
  mirror_->ApplyInBatches(RandomHistory().commands(), 50);
  EXPECT_EQ(mirror_->Dump("SELECT sum(quantity_units) FROM pms.positions"), "0");
}

}  // namespace
}  // namespace rialto::pms
