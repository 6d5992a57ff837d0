// The engine's services over real gRPC.

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "engine/server/services_under_test.h"

namespace rialto::engine {
namespace {

using testing::StartsWith;

TEST_F(ServicesTest, AnOrderLivesFromPlaceToCancel) {
  const v1::PlaceOrderResponse placed = Place(LimitSell("s-1", "100.50", "1.5"));
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(placed.accepted().status(), common::v1::ORDER_STATUS_OPEN);
  EXPECT_EQ(placed.accepted().remaining_quantity(), "1.500");

  v1::GetOrderRequest get;
  get.set_account_id(1002);
  get.set_client_order_id("s-1");
  const auto order = Call<v1::OrderService::StubInterface>(
      *orders_, &v1::OrderService::StubInterface::GetOrder, get);
  EXPECT_EQ(order.order().price(), "100.50");
  EXPECT_EQ(order.order().order_id(), placed.accepted().order_id());

  v1::AmendOrderRequest amend;
  amend.set_account_id(1002);
  amend.set_order_id(order.order().order_id());
  amend.set_instrument("BTC-USD");
  amend.set_quantity("1");
  EXPECT_EQ(Call<v1::OrderService::StubInterface>(
                *orders_, &v1::OrderService::StubInterface::AmendOrder, amend)
                .amended()
                .remaining_quantity(),
            "1.000");

  v1::CancelOrderRequest cancel;
  cancel.set_account_id(1002);
  cancel.set_client_order_id("s-1");
  EXPECT_EQ(Call<v1::OrderService::StubInterface>(
                *orders_, &v1::OrderService::StubInterface::CancelOrder, cancel)
                .canceled()
                .cancel_reason(),
            common::v1::CANCEL_REASON_REQUESTED);
  EXPECT_EQ(Call<v1::OrderService::StubInterface>(
                *orders_, &v1::OrderService::StubInterface::CancelOrder, cancel)
                .rejected()
                .message(),
            "UNKNOWN_ORDER");
  Call<v1::OrderService::StubInterface>(*orders_, &v1::OrderService::StubInterface::GetOrder, get);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServicesTest, ADecisionIsAResponseAndTheSameOnARetry) {
  const v1::PlaceOrderRequest request = LimitSell("s-1", "100", "11");
  const v1::PlaceOrderResponse first = Place(request);
  EXPECT_EQ(first.rejected().message(),
            "INSUFFICIENT_FUNDS: need 11.00000000 BTC, available 10.00000000 BTC");
  v1::PlaceOrderResponse again = Place(request);
  EXPECT_TRUE(again.repeated_request());
  again.clear_repeated_request();
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
}

TEST_F(ServicesTest, AMalformedOrderIsAnErrorAndLeavesNoTrace) {
  const Sequence before = engine_.feed.published();
  const auto refusal = [&](const v1::PlaceOrderRequest& request) {
    Place(request);
    EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return status_.error_message();
  };
  EXPECT_THAT(refusal(LimitSell("", "100", "1")), StartsWith("BAD_ID"));
  EXPECT_THAT(refusal(LimitSell("x", "100.001", "1")), StartsWith("BAD_PRECISION"));
  EXPECT_THAT(refusal(LimitSell("x", "abc", "1")), StartsWith("BAD_DECIMAL"));
  EXPECT_THAT(refusal(LimitSell("x", "100", "-1")), StartsWith("INVALID_ORDER"));
  EXPECT_THAT(refusal(LimitSell("x", "100", "0")), StartsWith("INVALID_ORDER"));
  EXPECT_THAT(refusal(LimitSell("x", "99999999999999999999", "1")), StartsWith("OUT_OF_RANGE"));
  v1::PlaceOrderRequest unknown = LimitSell("x", "100", "1");
  unknown.mutable_order()->set_instrument("DOGE-USD");
  EXPECT_THAT(refusal(unknown), StartsWith("UNKNOWN_INSTRUMENT"));
  EXPECT_EQ(engine_.feed.published(), before);
}

TEST_F(ServicesTest, TransfersAreIdempotentAndExact) {
  v1::DepositRequest deposit;
  deposit.set_transaction_id("d-1");
  deposit.set_account_id(1001);
  deposit.set_asset("USD");
  deposit.set_amount("0.05");
  const auto deposit_again = [&] {
    return Call<v1::AccountService::StubInterface>(
        *accounts_, &v1::AccountService::StubInterface::Deposit, deposit);
  };
  EXPECT_EQ(deposit_again().balance().available(), "1000.05");
  EXPECT_TRUE(deposit_again().repeated_request());
  EXPECT_EQ(deposit_again().balance().available(), "1000.05");
  deposit.set_amount("0.06");
  EXPECT_EQ(deposit_again().rejected().reason(), common::v1::REJECT_REASON_TRANSACTION_ID_REUSED);
  deposit.set_amount("0.005");
  deposit_again();
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_PRECISION"));
  deposit.set_amount("-1");
  deposit_again();
  EXPECT_THAT(status_.error_message(), StartsWith("INVALID_AMOUNT"));
  deposit.set_asset("EUR");
  deposit_again();
  EXPECT_THAT(status_.error_message(), StartsWith("UNKNOWN_ASSET"));

  v1::WithdrawRequest withdraw;
  withdraw.set_transaction_id("w-1");
  withdraw.set_account_id(1001);
  withdraw.set_asset("USD");
  withdraw.set_amount("2000");
  EXPECT_EQ(Call<v1::AccountService::StubInterface>(
                *accounts_, &v1::AccountService::StubInterface::Withdraw, withdraw)
                .rejected()
                .message(),
            "INSUFFICIENT_FUNDS: need 2000.00 USD, available 1000.05 USD");
}

TEST_F(ServicesTest, LimitsSetByOperatorsBindTheNextOrder) {
  v1::SetAccountLimitsRequest limits;
  limits.set_account_id(1002);
  limits.set_instrument("BTC-USD");
  limits.set_order_quantity_max("1");
  EXPECT_FALSE(Call<v1::AdminService::StubInterface>(
                   *admin_, &v1::AdminService::StubInterface::SetAccountLimits, limits)
                   .has_rejected());
  EXPECT_EQ(Place(LimitSell("s-1", "100", "1.001")).rejected().message(),
            "MAX_ORDER_QUANTITY: need at most 1.000 BTC, have 1.001 BTC");
  EXPECT_TRUE(Place(LimitSell("s-2", "100", "1")).has_accepted());
}

TEST_F(ServicesTest, OpenOrdersComeInPages) {
  for (int i = 0; i < 5; ++i) Place(LimitSell(absl::StrCat("s-", i), "100", "1"));
  v1::ListOpenOrdersRequest request;
  request.set_account_id(1002);
  request.set_page_size(2);
  std::vector<std::string> ids;
  do {
    const auto page = Call<v1::OrderService::StubInterface>(
        *orders_, &v1::OrderService::StubInterface::ListOpenOrders, request);
    ASSERT_TRUE(status_.ok()) << status_.error_message();
    for (const auto& order : page.orders()) ids.push_back(order.client_order_id());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(ids, testing::ElementsAre("s-0", "s-1", "s-2", "s-3", "s-4"));
  request.set_page_token("nonsense");
  Call<v1::OrderService::StubInterface>(*orders_, &v1::OrderService::StubInterface::ListOpenOrders,
                                        request);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServicesTest, BalancesOfAllAccountsAddUpToNothing) {
  Place(LimitSell("s-1", "100", "1"));
  v1::ListAllBalancesRequest request;
  request.set_page_size(1);
  int64_t usd = 0;
  size_t rows = 0;
  do {
    const auto page = Call<v1::AdminService::StubInterface>(
        *admin_, &v1::AdminService::StubInterface::ListAllBalances, request);
    for (const v1::AccountBalance& balance : page.balances()) {
      ++rows;
      if (balance.asset_id() == 1) usd += balance.available_units() + balance.held_units();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(usd, 0);
  EXPECT_EQ(rows, 6u);  // external, alice and bob, two assets each.
  const auto report = Call<v1::AdminService::StubInterface>(
      *admin_, &v1::AdminService::StubInterface::GetConservation, v1::GetConservationRequest());
  EXPECT_EQ(report.assets(0).difference(), "0.00");
  EXPECT_EQ(report.assets(0).supply(), "2000.00");
}

TEST_F(ServicesTest, DepthShowsTheBook) {
  Place(LimitSell("s-1", "100", "1"));
  Place(LimitSell("s-2", "100", "2"));
  Place(LimitSell("s-3", "101", "1"));
  v1::GetDepthRequest request;
  request.set_instrument("BTC-USD");
  const auto depth = Call<v1::MarketDataService::StubInterface>(
      *market_, &v1::MarketDataService::StubInterface::GetDepth, request);
  ASSERT_EQ(depth.asks_size(), 2);
  EXPECT_EQ(depth.asks(0).quantity(), "3.000");
  EXPECT_EQ(depth.asks(0).orders(), 2u);
  request.set_instrument("X");
  Call<v1::MarketDataService::StubInterface>(
      *market_, &v1::MarketDataService::StubInterface::GetDepth, request);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServicesTest, AStreamAnswersEveryCommandInOrder) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  constexpr uint64_t kBatches = 50;
  constexpr uint64_t kBatchCommands = 20;
  for (uint64_t batch = 0; batch < kBatches; ++batch) {
    v1::StreamOrdersRequest request;
    for (uint64_t i = 0; i < kBatchCommands; ++i) {
      v1::OrderCommand& command = *request.add_commands();
      command.set_correlation_id(batch * kBatchCommands + i);
      if (i == 7) continue;  // No command at all: malformed.
      v1::PlaceOrderCommand& place = *command.mutable_place();
      place.set_account_id(1001);
      place.set_client_order_id(absl::StrCat("o-", batch, "-", i));
      place.set_instrument_id(1);
      place.set_side(common::v1::ORDER_SIDE_BUY);
      place.set_type(common::v1::ORDER_TYPE_LIMIT);
      place.set_time_in_force(common::v1::TIME_IN_FORCE_GTC);
      place.set_price_ticks(1);
      place.set_quantity_lots(1);
    }
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  uint64_t next = 0;
  uint64_t last_sequence = 0;
  v1::StreamOrdersResponse response;
  while (stream->Read(&response)) {
    for (const v1::OrderOutcome& outcome : response.outcomes()) {
      EXPECT_EQ(outcome.correlation_id(), next);
      if (next % kBatchCommands == 7) {
        EXPECT_THAT(outcome.malformed(), StartsWith("INVALID_ORDER"));
      } else {
        EXPECT_EQ(outcome.status(), common::v1::ORDER_STATUS_OPEN);
        EXPECT_GT(outcome.sequence(), last_sequence);
        last_sequence = outcome.sequence();
      }
      ++next;
    }
  }
  EXPECT_EQ(next, kBatches * kBatchCommands);
  EXPECT_TRUE(stream->Finish().ok());
}

// The engine holds some of what nobody reads, and then takes no more.
TEST_F(ServicesTest, AClientThatReadsNothingIsNotReadFromUntilItDoes) {
  constexpr int kBatches = 200;
  constexpr int kBatchCommands = 1'024;
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  std::atomic<int> written = 0;
  std::thread writer([&] {
    v1::StreamOrdersRequest request;
    for (int i = 0; i < kBatchCommands; ++i) {  // Malformed, and much more than gRPC holds.
      request.add_commands()->mutable_place()->set_client_order_id(std::string(300, 'x'));
    }
    while (written < kBatches && stream->Write(request)) ++written;
    stream->WritesDone();
  });
  for (int before = -1; before != written;) {
    before = written;
    absl::SleepFor(absl::Seconds(1));  // tidy: poll
  }
  EXPECT_GT(written, 10);
  EXPECT_LT(written, kBatches);
  int outcomes = 0;
  v1::StreamOrdersResponse response;
  while (stream->Read(&response)) outcomes += response.outcomes_size();
  writer.join();
  EXPECT_EQ(outcomes, kBatches * kBatchCommands);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServicesTest, AnEngineThatStopsEndsItsStreams) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  v1::StreamOrdersRequest request;
  request.add_commands()->set_correlation_id(7);
  ASSERT_TRUE(stream->Write(request));
  v1::StreamOrdersResponse response;
  ASSERT_TRUE(stream->Read(&response));
  order_service_.EndStreams();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServicesTest, ABatchThatIsTooLongEndsTheStream) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  v1::StreamOrdersRequest request;
  for (int i = 0; i < 1'025; ++i) request.add_commands();
  stream->Write(request);
  v1::StreamOrdersResponse response;
  while (stream->Read(&response)) {
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), StartsWith("BATCH_TOO_LONG"));
}

TEST_F(ServicesTest, TheFeedIsDenseAndLive) {
  grpc::ClientContext context;
  v1::SubscribeRequest request;
  request.set_from_sequence(3);
  auto stream = feed_->Subscribe(&context, request);
  uint64_t expected = 0;
  v1::SubscribeResponse message;
  const auto read_to = [&](uint64_t sequence) {
    while (expected <= sequence && stream->Read(&message)) {
      for (const v1::CommandEvents& command : message.commands()) {
        if (expected == 0) {
          EXPECT_EQ(command.sequence(), 3u);
          expected = command.sequence();
        }
        EXPECT_EQ(command.sequence(), expected++);
      }
    }
  };
  read_to(engine_.feed.published().value());
  const uint64_t sequence = Place(LimitSell("s-1", "100", "1")).sequence();
  read_to(sequence);
  EXPECT_EQ(expected, sequence + 1);
  ASSERT_TRUE(stream->Read(&message));  // A heartbeat, for nothing else happens.
  EXPECT_TRUE(message.commands().empty());
  EXPECT_EQ(message.head_sequence(), sequence);
  context.TryCancel();
}

// Else one that is far behind would take the first of the stored events for the present.
TEST_F(ServicesTest, TheFeedSaysFirstHowFarItGoes) {
  grpc::ClientContext context;
  v1::SubscribeRequest request;
  request.set_from_sequence(1);
  auto stream = feed_->Subscribe(&context, request);
  v1::SubscribeResponse message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_TRUE(message.commands().empty());
  EXPECT_EQ(message.head_sequence(), engine_.feed.published().value());
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_FALSE(message.commands().empty());
  EXPECT_EQ(message.commands(0).sequence(), 1u);
  context.TryCancel();
}

// A use after free, which the sanitizers see, if the feed still calls it.
TEST(EventServiceTest, TheFeedOutlivesTheService) {
  const TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  auto service = std::make_unique<EventService>(engine.feed, engine.sequencer, engine.metrics);
  service.reset();
  EXPECT_TRUE(engine.Do(CreateAsset{Id("USD"), 2}).accepted());
}

TEST_F(ServicesTest, TheFeedBeginsWhereAskedAlsoInTheMiddleOfABatch) {
  absl::InlinedVector<Command, 1> commands;
  for (int i = 0; i < 20; ++i)
    commands.push_back(LimitOrder(absl::StrCat("b-", i), Side::kBuy, 1, 1));
  ASSERT_TRUE(engine_.sequencer.Submit(std::move(commands), [](absl::Span<const Outcome>) {}).ok());
  const uint64_t last = engine_.Do(LimitOrder("b-20", Side::kBuy, 1, 1)).sequence.value();
  for (const uint64_t from : {last - 20, last - 11, last - 1}) {
    grpc::ClientContext context;
    v1::SubscribeRequest request;
    request.set_from_sequence(from);
    auto stream = feed_->Subscribe(&context, request);
    v1::SubscribeResponse message;
    ASSERT_TRUE(stream->Read(&message));  // A heartbeat.
    ASSERT_TRUE(stream->Read(&message));
    ASSERT_FALSE(message.commands().empty());
    EXPECT_EQ(message.commands(0).sequence(), from);
    context.TryCancel();
  }
}

TEST_F(ServicesTest, AFollowerAheadOfTheEngineIsToldSo) {
  grpc::ClientContext context;
  v1::SubscribeRequest request;
  request.set_from_sequence(engine_.feed.published().value() + 2);
  auto stream = feed_->Subscribe(&context, request);
  v1::SubscribeResponse message;
  EXPECT_FALSE(stream->Read(&message));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_THAT(status.error_message(), StartsWith("MIRROR_AHEAD"));
}

TEST_F(ServicesTest, AFollowerOfAnotherHistoryIsToldSo) {
  v1::SubscribeRequest truth;
  const Attestation checkpoint = engine_.sequencer.replica().last_attestation();
  ASSERT_NE(checkpoint.sequence, Sequence());
  std::string hash;
  {
    grpc::ClientContext context;
    auto stream = feed_->Subscribe(&context, truth);
    v1::SubscribeResponse message;
    while (truth.from_sequence() <= engine_.feed.published().value() && stream->Read(&message)) {
      for (const v1::CommandEvents& command : message.commands()) {
        if (command.has_checkpoint()) hash = command.checkpoint().state_hash();
        truth.set_from_sequence(command.sequence() + 1);
        truth.set_known_timestamp_ns(command.timestamp_ns());
      }
    }
    context.TryCancel();
  }
  truth.mutable_known_checkpoint()->set_sequence(checkpoint.sequence.value());
  truth.mutable_known_checkpoint()->set_state_hash(hash);
  const auto refusal = [&](const v1::SubscribeRequest& request) -> std::string {
    grpc::ClientContext context;
    auto stream = feed_->Subscribe(&context, request);
    v1::SubscribeResponse message;
    if (!stream->Read(&message)) return stream->Finish().error_message();
    context.TryCancel();  // That was a heartbeat.
    return "";
  };
  EXPECT_EQ(refusal(truth), "");

  v1::SubscribeRequest request = truth;
  request.mutable_known_checkpoint()->mutable_state_hash()->back() ^= 1;
  EXPECT_THAT(refusal(request), StartsWith("FORK: at sequence"));
  request.mutable_known_checkpoint()->set_state_hash("short");
  EXPECT_THAT(refusal(request), StartsWith("BAD_STATE_HASH"));
  request = truth;
  request.set_known_timestamp_ns(truth.known_timestamp_ns() + 1);
  EXPECT_THAT(refusal(request), StartsWith("FORK: sequence"));
}

}  // namespace
}  // namespace rialto::engine
