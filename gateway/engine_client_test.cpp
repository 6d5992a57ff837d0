#include "gateway/engine_client.h"

#include <atomic>
#include <numeric>
#include <vector>

#include "absl/strings/match.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "common/service/channel.h"
#include "gateway/gateway_under_test.h"
#include "gateway/limits.h"

namespace rialto::gateway {
namespace {

class EngineClientTest : public testing::Test {
 protected:
  void Connect(size_t in_flight_max) {
    client_ =
        std::make_unique<EngineClient>(OpenChannel(engine_->address()), in_flight_max, metrics_);
    ASSERT_TRUE(client_->Start().ok());
    ASSERT_TRUE(Eventually([&] { return client_->connected(); }));
  }
  void TearDown() override {
    if (client_ != nullptr) client_->Stop();
  }
  absl::StatusOr<engine::v1::OrderOutcome> SubmitAndWait() {
    absl::Notification answered;
    absl::StatusOr<engine::v1::OrderOutcome> result;
    client_->Submit({}, [&](absl::StatusOr<engine::v1::OrderOutcome> outcome) {
      result = std::move(outcome);
      answered.Notify();
    });
    answered.WaitForNotification();
    return result;
  }

  static engine::v1::OrderCommand Cancel() {
    engine::v1::OrderCommand command;
    command.mutable_cancel()->set_order_id(7);
    return command;
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  std::unique_ptr<ScriptedEngine> engine_ = std::make_unique<ScriptedEngine>();
  std::unique_ptr<EngineClient> client_;
};

TEST_F(EngineClientTest, OrdersThatWaitGoOutTogether) {
  Connect(100'000);
  // The engine reads nothing more while it holds, so that writes back up.
  constexpr int kOrders = 50'000;
  engine_->Hold();
  absl::BlockingCounter answers(kOrders);
  std::atomic<int> wrong{0};
  for (int i = 1; i <= kOrders; ++i) {
    engine::v1::OrderCommand command;
    command.mutable_place()->set_quantity_lots(i);
    client_->Submit(std::move(command), [&, i](absl::StatusOr<engine::v1::OrderOutcome> outcome) {
      if (!outcome.ok() || outcome->remaining_lots() != i) ++wrong;
      answers.DecrementCount();
    });
  }
  engine_->Release();
  answers.Wait();
  EXPECT_EQ(wrong, 0);  // Everyone got the answer to their own order.
  const std::vector<int> sizes = engine_->batch_sizes();
  EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), 0), kOrders);
  EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), limits::kBatchCommandsMax);
  EXPECT_LT(sizes.size(), size_t{kOrders / 10});
}

TEST_F(EngineClientTest, BreakFailsWhatIsUnansweredAndConnectsAgain) {
  Connect(100);
  engine_->Hold();
  absl::Notification failed;
  absl::Status error;
  client_->Submit({}, [&](absl::StatusOr<engine::v1::OrderOutcome> outcome) {
    error = outcome.status();
    failed.Notify();
  });
  ASSERT_TRUE(Eventually([&] { return engine_->batch_sizes().size() == 1; }));
  engine_->BreakCalls();
  failed.WaitForNotification();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(absl::StartsWith(error.message(), "OUTCOME_UNKNOWN: ")) << error;
  engine_->Release();
  ASSERT_TRUE(Eventually([&] { return client_->connected(); }));
  EXPECT_TRUE(SubmitAndWait().ok());
}

TEST_F(EngineClientTest, WhileTheEngineIsAwayNothingIsSent) {
  Connect(100);
  engine_.reset();
  ASSERT_TRUE(Eventually([&] { return !client_->connected(); }));
  const absl::Status status = SubmitAndWait().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(absl::StartsWith(status.message(), "NOT_CONNECTED: ")) << status;
}

TEST_F(EngineClientTest, OneOrderTooManyIsRefusedWithTheNumbersAndCancelsAreNot) {
  Connect(2);
  engine_->Hold();
  absl::BlockingCounter answers(3);
  const auto count = [&](absl::StatusOr<engine::v1::OrderOutcome>) { answers.DecrementCount(); };
  for (int i = 0; i < 2; ++i) client_->Submit({}, count);
  const absl::Status status = SubmitAndWait().status();
  EXPECT_EQ(status, absl::ResourceExhaustedError(
                        "TOO_MANY_ORDERS_IN_FLIGHT: have 2 of 2; nothing was sent, retry later"));
  EXPECT_EQ(client_->RoomForOrders(), status);
  client_->Submit(Cancel(), count);
  EXPECT_EQ(client_->RoomForOrders().message(),
            "TOO_MANY_ORDERS_IN_FLIGHT: have 3 of 2; nothing was sent, retry later");
  engine_->Release();
  answers.Wait();
  EXPECT_TRUE(SubmitAndWait().ok());
  EXPECT_TRUE(client_->RoomForOrders().ok());
}

TEST_F(EngineClientTest, CancelsTakeTheRoomOfOrdersUpToABoundOfTheirOwn) {
  Connect(2);
  engine_->Hold();
  constexpr auto kMax = static_cast<int>(limits::kCancelsInFlightMax);
  absl::BlockingCounter answers(kMax);
  const auto count = [&](absl::StatusOr<engine::v1::OrderOutcome>) { answers.DecrementCount(); };
  for (int i = 0; i < kMax; ++i) client_->Submit(Cancel(), count);
  absl::Status refused;
  client_->Submit(Cancel(), [&](absl::StatusOr<engine::v1::OrderOutcome> outcome) {
    refused = outcome.status();
  });
  EXPECT_EQ(refused,
            absl::ResourceExhaustedError(
                "TOO_MANY_CANCELS_IN_FLIGHT: have 65536 of 65536; nothing was sent, retry later"));
  EXPECT_TRUE(absl::IsResourceExhausted(client_->RoomForOrders()));
  engine_->Release();
  answers.Wait();
}

TEST_F(EngineClientTest, ABatchIsTakenWholeWhileThereIsRoomForOneOfItsOrders) {
  Connect(2);
  engine_->Hold();
  absl::BlockingCounter first(1);
  client_->Submit({}, [&](absl::StatusOr<engine::v1::OrderOutcome>) { first.DecrementCount(); });
  std::vector<engine::v1::OrderCommand> three(3);
  for (int i = 0; i < 3; ++i)
    three[static_cast<size_t>(i)].mutable_place()->set_quantity_lots(i + 5);
  absl::Notification answered;
  absl::StatusOr<std::vector<engine::v1::OrderOutcome>> outcomes;
  client_->SubmitBatch(std::move(three),
                       [&](absl::StatusOr<std::vector<engine::v1::OrderOutcome>> all) {
                         outcomes = std::move(all);
                         answered.Notify();
                       });
  absl::Status refused;
  client_->SubmitBatch(
      std::vector<engine::v1::OrderCommand>(1),
      [&](absl::StatusOr<std::vector<engine::v1::OrderOutcome>> all) { refused = all.status(); });
  EXPECT_EQ(refused, absl::ResourceExhaustedError(
                         "TOO_MANY_ORDERS_IN_FLIGHT: have 4 of 2; nothing was sent, retry later"));
  engine_->Release();
  answered.WaitForNotification();
  first.Wait();
  ASSERT_TRUE(outcomes.ok());
  ASSERT_EQ(outcomes->size(), 3u);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ((*outcomes)[static_cast<size_t>(i)].remaining_lots(), i + 5);
}

TEST_F(EngineClientTest, ABatchWhoseStreamBreaksIsAnsweredOnce) {
  Connect(100);
  engine_->Hold();
  std::atomic<int> answers{0};
  absl::Notification failed;
  absl::Status error;
  client_->SubmitBatch(std::vector<engine::v1::OrderCommand>(10),
                       [&](absl::StatusOr<std::vector<engine::v1::OrderOutcome>> all) {
                         error = all.status();
                         if (++answers == 1) failed.Notify();
                       });
  ASSERT_TRUE(Eventually([&] { return engine_->batch_sizes().size() == 1; }));
  engine_->BreakCalls();
  failed.WaitForNotification();
  EXPECT_TRUE(absl::StartsWith(error.message(), "OUTCOME_UNKNOWN: ")) << error;
  engine_->Release();
  ASSERT_TRUE(Eventually([&] { return client_->connected(); }));
  EXPECT_TRUE(SubmitAndWait().ok());
  EXPECT_EQ(answers, 1);
}

TEST_F(EngineClientTest, StopAnswersWhatIsOpen) {
  Connect(100);
  engine_->Hold();
  absl::Status error;
  client_->Submit(
      {}, [&](absl::StatusOr<engine::v1::OrderOutcome> outcome) { error = outcome.status(); });
  client_->Stop();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
}

TEST(GatewayBatchingTest, ConcurrentCallersShareBatchesAndOneWhoLeftHoldsNobodyUp) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine);
  v1::CancelOrderRequest request;
  request.set_account_id(1001);
  request.set_order_id(7);

  engine.Hold();
  grpc::ClientContext impatient;
  impatient.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  v1::CancelOrderResponse dropped;
  EXPECT_EQ(gateway.orders->CancelOrder(&impatient, request, &dropped).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);

  constexpr int kCallers = 64;
  std::atomic<int> ok{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      v1::CancelOrderResponse response;
      if (Ask(*gateway.orders, &v1::OrderService::Stub::CancelOrder, request, &response).ok()) ++ok;
    });
  }
  EXPECT_TRUE(Eventually([&] { return gateway.metrics.orders_in_flight.Value() == 1 + kCallers; }));
  engine.Release();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(ok, kCallers);
  EXPECT_TRUE(Eventually([&] { return gateway.metrics.orders_in_flight.Value() == 0; }));
}

}  // namespace
}  // namespace rialto::gateway
