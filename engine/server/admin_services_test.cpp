// AdminService and what it changes, over real gRPC.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/server/services_under_test.h"

namespace rialto::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// BTC-USD as EngineUnderTest defines it.
constexpr char kInstrument[] = R"(symbol: "BTC-USD" base_asset: "BTC" quote_asset: "USD"
    tick_size: "0.01" lot_size: "0.001" quantity_min: "0.001" quantity_max: "1000"
    maker_fee_ppm: 100 taker_fee_ppm: 200 )";

class AdminServicesTest : public ServicesTest {
 protected:
  v1::PlaceOrderResponse Buy(const std::string& id, const std::string& price,
                             const std::string& quantity, const std::string& more = "") {
    return Orders(&OrderRpcs::PlaceOrder,
                  absl::StrCat("order { account_id: 1001 client_order_id: \"", id,
                               "\" instrument: \"BTC-USD\" side: ORDER_SIDE_BUY type: "
                               "ORDER_TYPE_LIMIT price: \"",
                               price, "\" quantity: \"", quantity, "\" ", more, " }"));
  }
  common::v1::RejectReason WhyNot(const v1::PlaceOrderResponse& response) {
    return response.rejected().reason();
  }
};

TEST_F(AdminServicesTest, AnInstrumentCanBeGivenOtherParameters) {
  const std::string more = R"(price_min: "10" price_max: "200" limit_collar_ppm: 50000
      market_collar_ppm: 30000 price_band_ppm: 40000 volatility_ppm: 20000
      volatility_window_ms: 1000 volatility_auction_ms: 5000 open_orders_max: 5
      pending_orders_max: 4 iceberg_parts_max: 3 notional_min: "1" notional_max: "500"
      self_trade_default: SELF_TRADE_MODE_EXPIRE_TAKER
      self_trade_modes: [SELF_TRADE_MODE_EXPIRE_TAKER, SELF_TRADE_MODE_DECREMENT])";
  const auto updated =
      Admin(&AdminRpcs::UpdateInstrument, absl::StrCat("instrument { ", kInstrument, more, " }"));
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_FALSE(updated.has_rejected()) << updated.DebugString();
  // What is read back can be set again.
  const auto listed = Market(&MarketRpcs::ListInstruments, "");
  const common::v1::InstrumentView& view = listed.instruments(0);
  EXPECT_EQ(view.price_max(), "200.00");
  EXPECT_EQ(view.volatility_auction_ms(), 5000);
  EXPECT_EQ(view.self_trade_default(), common::v1::SELF_TRADE_MODE_EXPIRE_TAKER);
  EXPECT_EQ(view.self_trade_modes_size(), 2);
  v1::UpdateInstrumentRequest again;
  *again.mutable_instrument() = view;
  again.mutable_instrument()->set_maker_fee_ppm(-50);
  EXPECT_FALSE(Call(*admin_, &AdminRpcs::UpdateInstrument, again).has_rejected());
  EXPECT_EQ(Market(&MarketRpcs::ListInstruments, "").instruments(0).maker_fee_ppm(), -50);

  EXPECT_EQ(Buy("b-1", "201", "1").rejected().message(),
            "PRICE_OUT_OF_RANGE: need at most 200.00 USD, have 201.00 USD");
  EXPECT_EQ(WhyNot(Buy("b-2", "100", "1", "self_trade_mode: SELF_TRADE_MODE_ALLOW")),
            common::v1::REJECT_REASON_SELF_TRADE_NOT_ALLOWED);
  EXPECT_TRUE(Buy("b-3", "100", "1").has_accepted());

  // The tick can not change under an order; the same symbol is needed.
  again.mutable_instrument()->set_tick_size("0.1");
  again.mutable_instrument()->set_price_min("10");
  again.mutable_instrument()->set_price_max("200");
  EXPECT_EQ(Call(*admin_, &AdminRpcs::UpdateInstrument, again).rejected().reason(),
            common::v1::REJECT_REASON_INSTRUMENT_IN_USE);
  Admin(&AdminRpcs::UpdateInstrument, R"(instrument { symbol: "X" })");
  EXPECT_THAT(status_.error_message(), StartsWith("UNKNOWN_INSTRUMENT"));
}

TEST_F(AdminServicesTest, CreateInstrumentTakesEveryParameter) {
  const std::string definition = R"(instrument { symbol: "BTC-USD2" base_asset: "BTC"
      quote_asset: "USD" tick_size: "0.01" lot_size: "0.001" quantity_min: "0.001"
      quantity_max: "1000" maker_fee_ppm: -100 taker_fee_ppm: 200 price_min: "1"
      iceberg_parts_max: 10 })";
  const auto created = Admin(&AdminRpcs::CreateInstrument, definition);
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(created.instrument_id(), 2u);
  EXPECT_EQ(Admin(&AdminRpcs::CreateInstrument, definition).instrument_id(), 2u);
  EXPECT_EQ(Market(&MarketRpcs::ListInstruments, "").instruments(1).price_min(), "1.00");
  EXPECT_EQ(Admin(&AdminRpcs::CreateInstrument,
                  R"(instrument { symbol: "BTC-USD3" base_asset: "BTC" quote_asset: "USD"
                     tick_size: "0.01" lot_size: "0.001" quantity_min: "0.001" quantity_max: "1"
                     maker_fee_ppm: -100001 })")
                .rejected()
                .reason(),
            common::v1::REJECT_REASON_INVALID_DEFINITION);
}

TEST_F(AdminServicesTest, AnAuctionCollectsAndUncrosses) {
  Admin(&AdminRpcs::SetInstrumentState, R"(instrument: "BTC-USD" state: INSTRUMENT_STATE_AUCTION)");
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  Buy("b-1", "101", "3");
  Place(LimitSell("s-1", "99", "2"));
  const auto auction = Market(&MarketRpcs::GetAuction, R"(instrument: "BTC-USD")");
  EXPECT_EQ(auction.state(), common::v1::INSTRUMENT_STATE_AUCTION);
  EXPECT_EQ(auction.auction().volume(), "2.000");
  EXPECT_EQ(auction.auction().price(), "101.00");  // More to buy than to sell: the highest.
  EXPECT_EQ(auction.auction().buy_surplus(), "1.000");
  EXPECT_EQ(auction.auction().sell_surplus(), "0.000");
  auto state = Market(&MarketRpcs::GetInstrumentState, R"(instrument: "BTC-USD")");
  EXPECT_EQ(state.state().state(), common::v1::INSTRUMENT_STATE_AUCTION);
  EXPECT_EQ(state.state().auction().volume(), "2.000");
  EXPECT_EQ(state.state().last_price(), "");

  Admin(&AdminRpcs::SetInstrumentState, R"(instrument: "BTC-USD" state: INSTRUMENT_STATE_TRADING)");
  Admin(&AdminRpcs::SetMarkPrice, R"(instrument: "BTC-USD" price: "100.5")");
  state = Market(&MarketRpcs::GetInstrumentState, R"(instrument: "BTC-USD")");
  EXPECT_EQ(state.state().state(), common::v1::INSTRUMENT_STATE_TRADING);
  EXPECT_EQ(state.state().last_price(), "101.00");
  EXPECT_EQ(state.state().mark_price(), "100.50");
  EXPECT_FALSE(state.state().has_auction());
  EXPECT_EQ(Market(&MarketRpcs::GetAuction, R"(instrument: "BTC-USD")").auction().price(), "");
  Market(&MarketRpcs::GetAuction, R"(instrument: "X")");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
  Market(&MarketRpcs::GetInstrumentState, R"(instrument: "X")");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(AdminServicesTest, StatesAreSetAndRefused) {
  Admin(&AdminRpcs::SetInstrumentState, R"(instrument: "BTC-USD" state: INSTRUMENT_STATE_HALTED)");
  const auto refused = Buy("b-1", "100", "1");
  EXPECT_EQ(WhyNot(refused), common::v1::REJECT_REASON_INSTRUMENT_STATE);
  EXPECT_EQ(refused.rejected().have(), "2");  // HALTED.
  Admin(&AdminRpcs::SetInstrumentState, R"(instrument: "BTC-USD")");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_STATE"));
  Admin(&AdminRpcs::SetInstrumentState, R"(instrument: "X" state: INSTRUMENT_STATE_HALTED)");
  EXPECT_THAT(status_.error_message(), StartsWith("UNKNOWN_INSTRUMENT"));
  EXPECT_EQ(Admin(&AdminRpcs::SetInstrumentState,
                  R"(instrument: "BTC-USD" state: INSTRUMENT_STATE_HALTED
                     auction_end { seconds: 4000000000 })")
                .rejected()
                .reason(),
            common::v1::REJECT_REASON_INVALID_DEFINITION);
}

TEST_F(AdminServicesTest, AMarkPriceIsSetAndTakenAway) {
  const auto mark = [this] {
    return Market(&MarketRpcs::GetInstrumentState, R"(instrument: "BTC-USD")").state().mark_price();
  };
  Admin(&AdminRpcs::SetMarkPrice, R"(instrument: "BTC-USD" price: "100.5")");
  EXPECT_EQ(mark(), "100.50");
  EXPECT_EQ(
      Admin(&AdminRpcs::SetMarkPrice, R"(instrument: "BTC-USD" price: "-1")").rejected().message(),
      "PRICE_OUT_OF_RANGE: need at least 0.00 USD, have -1.00 USD");
  Admin(&AdminRpcs::SetMarkPrice, R"(instrument: "BTC-USD" price: "100.505")");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_PRECISION"));
  EXPECT_EQ(mark(), "100.50");
  Admin(&AdminRpcs::SetMarkPrice, R"(instrument: "BTC-USD")");
  EXPECT_EQ(mark(), "");
}

TEST_F(AdminServicesTest, FeeTiersAndSettingsBindTheNextOrder) {
  EXPECT_FALSE(Admin(&AdminRpcs::SetFeeTier,
                     R"(instrument: "BTC-USD" tier: 3 maker_fee_ppm: -100 taker_fee_ppm: 300)")
                   .has_rejected());
  EXPECT_EQ(Admin(&AdminRpcs::SetFeeTier, R"(instrument: "BTC-USD" tier: 0)").rejected().reason(),
            common::v1::REJECT_REASON_INVALID_DEFINITION);
  EXPECT_FALSE(Admin(&AdminRpcs::SetAccountSettings,
                     "account_id: 1001 fee_tier: 3 trade_group: 7 order_rate_max: 2 "
                     "order_rate_window_ms: 3600000 duplicate_window_ms: 3600000")
                   .has_rejected());
  EXPECT_EQ(Admin(&AdminRpcs::SetAccountSettings, "account_id: 9").rejected().reason(),
            common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
  Admin(&AdminRpcs::SetAccountSettings, "account_id: 1001 duplicate_window_ms: -1");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_DURATION: duplicate_window_ms"));

  ASSERT_TRUE(Buy("b-1", "100", "1").has_accepted());
  const auto held = Orders(&OrderRpcs::GetOrder, R"(account_id: 1001 client_order_id: "b-1")");
  EXPECT_EQ(held.order().held_amount(), "100.03");  // 300 ppm of 100.
  EXPECT_EQ(WhyNot(Buy("b-2", "100", "1")), common::v1::REJECT_REASON_DUPLICATE_ORDER);
  ASSERT_TRUE(Buy("b-3", "101", "1").has_accepted());
  EXPECT_EQ(WhyNot(Buy("b-4", "102", "1")), common::v1::REJECT_REASON_ORDER_RATE);
}

TEST_F(AdminServicesTest, LimitsOfPositionAndExposure) {
  Admin(&AdminRpcs::SetAccountLimits,
        R"(account_id: 1001 instrument: "BTC-USD" position_max: "11" exposure_max: "150")");
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(WhyNot(Buy("b-1", "100", "1.001")), common::v1::REJECT_REASON_MAX_POSITION);
  EXPECT_EQ(WhyNot(Buy("b-2", "151", "1")), common::v1::REJECT_REASON_MAX_EXPOSURE);
  EXPECT_TRUE(Buy("b-3", "150", "1").has_accepted());
  Admin(&AdminRpcs::SetAccountLimits,
        R"(account_id: 1001 instrument: "BTC-USD" exposure_max: "-1")");
  EXPECT_THAT(status_.error_message(), StartsWith("INVALID_LIMIT"));
}

TEST_F(AdminServicesTest, TradingStatesHoldForOneOrForAll) {
  Admin(&AdminRpcs::SetTradingState, "account_id: 1001 state: TRADING_STATE_REDUCING");
  EXPECT_EQ(WhyNot(Buy("b-1", "100", "1")), common::v1::REJECT_REASON_TRADING_REDUCING);
  EXPECT_TRUE(Place(LimitSell("s-1", "120", "1")).has_accepted());
  Admin(&AdminRpcs::SetTradingState, "everyone: true state: TRADING_STATE_HALTED");
  EXPECT_EQ(WhyNot(Place(LimitSell("s-2", "120", "1"))), common::v1::REJECT_REASON_TRADING_HALTED);
  // Cancels pass.
  EXPECT_EQ(Orders(&OrderRpcs::MassCancelOrders, "account_id: 1002").canceled_orders(), 1u);

  for (const char* scope : {"", "account_id: 0", "everyone: false"}) {
    Admin(&AdminRpcs::SetTradingState, absl::StrCat(scope, " state: TRADING_STATE_ACTIVE"));
    EXPECT_THAT(status_.error_message(), StartsWith("BAD_SCOPE")) << scope;
  }
  Admin(&AdminRpcs::SetTradingState, "everyone: true");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_STATE"));
  EXPECT_EQ(Admin(&AdminRpcs::SetTradingState, "account_id: 9 state: TRADING_STATE_HALTED")
                .rejected()
                .reason(),
            common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
}

TEST_F(AdminServicesTest, OperatorsCancelAnyonesOrders) {
  const uint64_t sell = Place(LimitSell("s-1", "120", "1")).accepted().order_id();
  const auto canceled = Admin(&AdminRpcs::CancelOrder, absl::StrCat("order_id: ", sell));
  EXPECT_EQ(canceled.canceled().status(), common::v1::ORDER_STATUS_CANCELED);
  EXPECT_EQ(Admin(&AdminRpcs::CancelOrder, absl::StrCat("order_id: ", sell)).rejected().reason(),
            common::v1::REJECT_REASON_UNKNOWN_ORDER);
  Admin(&AdminRpcs::CancelOrder, "");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_ID"));

  Place(LimitSell("s-2", "120", "1"));
  Buy("b-1", "100", "1", R"(tag: "t")");
  Buy("b-2", "100", "1");
  EXPECT_EQ(Admin(&AdminRpcs::MassCancelOrders, R"(tag: "t")").canceled_orders(), 1u);
  EXPECT_EQ(Admin(&AdminRpcs::MassCancelOrders, R"(instrument: "BTC-USD")").canceled_orders(), 2u);
  EXPECT_EQ(Admin(&AdminRpcs::MassCancelOrders, "account_id: 9").rejected().reason(),
            common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
}

TEST_F(AdminServicesTest, TheOrdersOfAnInstrumentComeInPages) {
  Place(LimitSell("s-1", "121", "1"));
  Place(LimitSell("s-2", "120", "1"));
  Place(LimitSell("s-3", "120", "1"));
  Buy("b-1", "99", "1");
  Buy("b-2", "100", "1");
  Orders(&OrderRpcs::PlaceOrder,
         R"(order { account_id: 1002 client_order_id: "p-1" instrument: "BTC-USD"
            side: ORDER_SIDE_SELL type: ORDER_TYPE_STOP quantity: "1" trigger_price: "90" })");
  const auto pages = [this](int size, const std::function<void()>& between) {
    std::vector<std::string> ids;
    std::string token;
    do {
      const auto page =
          Admin(&AdminRpcs::ListOrders, absl::StrCat("instrument: \"BTC-USD\" page_size: ", size,
                                                     " page_token: \"", token, "\""));
      EXPECT_TRUE(status_.ok()) << status_.error_message();
      for (const auto& order : page.orders()) ids.push_back(order.client_order_id());
      token = page.next_page_token();
      between();
    } while (!token.empty());
    return ids;
  };
  for (const int size : {1, 2, 4, 6, 100}) {
    EXPECT_THAT(pages(size, [] {}), ElementsAre("b-2", "b-1", "s-2", "s-3", "s-1", "p-1"));
  }
  // Orders go while their page is read: nothing is left out.
  std::vector<std::string> to_cancel = {"b-2", "s-2"};
  const auto ids = pages(1, [&] {
    if (to_cancel.empty()) return;
    const std::string id = to_cancel.front();
    to_cancel.erase(to_cancel.begin());
    Orders(&OrderRpcs::CancelOrder, absl::StrCat("account_id: ", id[0] == 'b' ? 1001 : 1002,
                                                 " client_order_id: \"", id, "\""));
  });
  EXPECT_THAT(ids, ElementsAre("b-2", "b-1", "s-3", "s-1", "p-1"));

  EXPECT_EQ(Admin(&AdminRpcs::ListOrders, "account_id: 1001").orders_size(), 1);
  Admin(&AdminRpcs::ListOrders, "");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_SCOPE"));
  Admin(&AdminRpcs::ListOrders, R"(instrument: "X")");
  EXPECT_THAT(status_.error_message(), StartsWith("UNKNOWN_INSTRUMENT"));
  Admin(&AdminRpcs::ListOrders, "account_id: 9");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
  Admin(&AdminRpcs::ListOrders, R"(instrument: "BTC-USD" page_token: "x")");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AdminServicesTest, ACalendarGivesTheStatesToCome) {
  Admin(&AdminRpcs::GetSessionCalendar, R"(instrument: "BTC-USD")");
  EXPECT_THAT(status_.error_message(), StartsWith("NO_CALENDAR"));
  const std::string calendar = R"(instrument: "BTC-USD" calendar { time_zone: "Asia/Tokyo"
      sessions { days: [1, 2, 3, 4, 5, 6, 7] open: "09:00" close: "15:00" } })";
  const auto set = Admin(&AdminRpcs::SetSessionCalendar, calendar);
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_FALSE(set.has_rejected()) << set.DebugString();
  EXPECT_NEAR(set.transitions(), 800, 2);  // Two a day for 400 days.
  const auto got = Admin(&AdminRpcs::GetSessionCalendar, R"(instrument: "BTC-USD" transitions: 3)");
  EXPECT_EQ(got.calendar().time_zone(), "Asia/Tokyo");
  ASSERT_EQ(got.transitions_size(), 3);
  EXPECT_LT(got.transitions(0).at().seconds(), got.transitions(1).at().seconds());
  EXPECT_NE(got.transitions(0).state(), got.transitions(1).state());
  EXPECT_EQ(Admin(&AdminRpcs::GetSessionCalendar, R"(instrument: "BTC-USD")").transitions_size(),
            20);
  Admin(&AdminRpcs::GetSessionCalendar, R"(instrument: "BTC-USD" transitions: -1)");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_TRANSITIONS"));

  Admin(&AdminRpcs::SetSessionCalendar, R"(instrument: "BTC-USD" calendar { time_zone: "Mars" })");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status_.error_message(), StartsWith("INVALID_CALENDAR: time_zone"));
  Admin(&AdminRpcs::SetSessionCalendar, R"(instrument: "X")");
  EXPECT_THAT(status_.error_message(), StartsWith("UNKNOWN_INSTRUMENT"));

  EXPECT_EQ(Admin(&AdminRpcs::SetSessionCalendar, R"(instrument: "BTC-USD")").transitions(), 0u);
  Admin(&AdminRpcs::GetSessionCalendar, R"(instrument: "BTC-USD")");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace rialto::engine
