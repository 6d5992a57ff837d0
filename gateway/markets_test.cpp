#include "gateway/markets.h"

#include <thread>

#include "absl/synchronization/notification.h"
#include "gateway/gateway_under_test.h"

namespace rialto::gateway {
namespace {

// A subscriber's connection that is slow to take its second message: whoever hands it over is held
// until Release().
class HeldWriter : public grpc::ServerCallbackWriter<grpc::ByteBuffer> {
 public:
  void Bind(MarketStream& stream) { BindReactor(&stream); }
  void WaitUntilHeld() { held_.WaitForNotification(); }
  void Release() { released_.Notify(); }

  void Write(const grpc::ByteBuffer*, grpc::WriteOptions) override {
    if (++messages_ != 2) return;
    held_.Notify();
    released_.WaitForNotification();
  }
  void Finish(grpc::Status) override {}
  void SendInitialMetadata() override {}
  void WriteAndFinish(const grpc::ByteBuffer*, grpc::WriteOptions, grpc::Status) override {}

 private:
  grpc::internal::ServerReactor* reactor() override { return nullptr; }
  void CallOnDone() override {}

  int messages_ = 0;
  absl::Notification held_;
  absl::Notification released_;
};

TEST(MarketsTest, OrdersDoNotWaitForTheFanOutOfTheFeed) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine);
  HeldWriter writer;
  grpc::CallbackServerContext context;
  auto* stream = new MarketStream(context, {}, gateway.metrics.slow_consumers,
                                  [&](MarketStream& done) { gateway.markets.Unsubscribe(done); });
  writer.Bind(*stream);
  gateway.markets.Subscribe("BTC-USD", *stream);
  stream->OnWriteDone(true);
  engine.Append({Rested({1, 1, common::v1::ORDER_SIDE_BUY, 99, 5})});
  writer.WaitUntilHeld();  // The feed's thread, in the middle of Apply().

  v1::PlaceOrderRequest request;
  v1::PlaceOrderResponse response;
  common::v1::OrderForm& form = *request.mutable_order();
  form.set_account_id(1001);
  form.set_client_order_id("b1");
  form.set_instrument("BTC-USD");
  form.set_side(common::v1::ORDER_SIDE_BUY);
  form.set_type(common::v1::ORDER_TYPE_LIMIT);
  form.set_price("101.25");
  form.set_quantity("0.5");
  const grpc::Status placed =
      Ask(*gateway.orders, &v1::OrderService::Stub::PlaceOrder, request, &response);
  EXPECT_TRUE(placed.ok()) << placed.error_message();
  EXPECT_EQ(response.accepted().remaining_quantity(), "0.5000");
  writer.Release();
  stream->OnDone();
}

}  // namespace
}  // namespace rialto::gateway
