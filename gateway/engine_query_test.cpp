#include "gateway/engine_query.h"

#include <array>

#include "absl/synchronization/blocking_counter.h"
#include "gateway/gateway_under_test.h"

namespace rialto::gateway {
namespace {

constexpr char kRefusal[] =
    "TOO_MANY_QUESTIONS_IN_FLIGHT: have 64 of 64; nothing was sent, retry later";

// Pages of open orders, as many as may be in flight, asked at once.
class Pages {
 public:
  void Ask(GatewayUnderTest& gateway) {
    request_.set_page_size(1'000);
    for (Page& page : pages_) {
      gateway.orders->async()->ListOpenOrders(&page.context, &request_, &page.response,
                                              [this, &page](const grpc::Status& status) {
                                                page.status = status;
                                                unanswered_.DecrementCount();
                                              });
    }
  }
  void ExpectAnswered() {
    unanswered_.Wait();
    for (const Page& page : pages_) {
      EXPECT_TRUE(page.status.ok()) << page.status.error_message();
      EXPECT_EQ(page.response.orders_size(), 1'000);
    }
  }

 private:
  struct Page {
    grpc::ClientContext context;
    v1::ListOpenOrdersResponse response;
    grpc::Status status;
  };
  v1::ListOpenOrdersRequest request_;
  std::array<Page, limits::kQuestionsInFlightMax> pages_;
  absl::BlockingCounter unanswered_{limits::kQuestionsInFlightMax};
};

TEST(EngineQueryTest, QuestionsBeyondTheBoundAreRefusedAndCommandsAreNot) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine);
  engine.HoldPages();
  Pages pages;
  pages.Ask(gateway);
  EXPECT_TRUE(Eventually([&] {
    return gateway.metrics.questions_in_flight.Value() == limits::kQuestionsInFlightMax;
  }));

  v1::GetOrderRequest get;
  v1::GetOrderResponse got;
  get.set_account_id(1001);
  get.set_order_id(7);
  const auto get_order = &v1::OrderService::Stub::GetOrder;
  const grpc::Status refused = Ask(*gateway.orders, get_order, get, &got);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refused.error_message(), kRefusal);
  v1::ListBalancesResponse balances;
  EXPECT_EQ(Ask(*gateway.accounts, &v1::AccountService::Stub::ListBalances,
                v1::ListBalancesRequest(), &balances)
                .error_message(),
            kRefusal);
  v1::GetAuctionRequest auction_of;
  v1::GetAuctionResponse auction;
  auction_of.set_instrument("BTC-USD");
  EXPECT_EQ(
      Ask(*gateway.market_data, &v1::MarketDataService::Stub::GetAuction, auction_of, &auction)
          .error_message(),
      kRefusal);

  v1::CancelOrderRequest cancel;
  v1::CancelOrderResponse canceled;
  cancel.set_account_id(1001);
  cancel.set_order_id(7);
  EXPECT_TRUE(Ask(*gateway.orders, &v1::OrderService::Stub::CancelOrder, cancel, &canceled).ok());

  engine.Release();
  pages.ExpectAnswered();
  EXPECT_TRUE(Ask(*gateway.orders, get_order, get, &got).ok());
  EXPECT_EQ(gateway.metrics.questions_in_flight.Value(), 0);
}

}  // namespace
}  // namespace rialto::gateway
