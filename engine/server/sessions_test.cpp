// Time and streams over real gRPC: what happens when nobody asks for anything.

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "engine/server/services_under_test.h"

namespace rialto::engine {
namespace {

using testing::StartsWith;

class SessionsTest : public ServicesTest {
 protected:
  using Stream =
      grpc::ClientReaderWriterInterface<v1::StreamOrdersRequest, v1::StreamOrdersResponse>;

  // A sell of bob's that rests.
  static v1::StreamOrdersRequest SellOnStream(const std::string& id, bool cancel_on_disconnect) {
    v1::StreamOrdersRequest request;
    request.set_cancel_on_disconnect(cancel_on_disconnect);
    v1::PlaceOrderCommand& place = *request.add_commands()->mutable_place();
    place.set_account_id(1002);
    place.set_client_order_id(id);
    place.set_instrument_id(1);
    place.set_side(common::v1::ORDER_SIDE_SELL);
    place.set_type(common::v1::ORDER_TYPE_LIMIT);
    place.set_time_in_force(common::v1::TIME_IN_FORCE_GTC);
    place.set_price_ticks(12'000);
    place.set_quantity_lots(1);
    return request;
  }

  // The order a stream placed; `session_` keeps the session the stream was told.
  uint64_t ReadOrderId(Stream& stream) {
    v1::StreamOrdersResponse response;
    while (stream.Read(&response)) {
      if (response.session() != 0) session_ = response.session();
      if (response.outcomes_size() > 0) return response.outcomes(0).order_id();
    }
    return 0;
  }

  bool IsOpen(uint64_t order_id) {
    Orders(&OrderRpcs::GetOrder, absl::StrCat("account_id: 1002 order_id: ", order_id));
    return status_.ok();
  }

  uint32_t session_ = 0;
};

// Nobody sends a command: the engine itself lets time pass.
TEST_F(SessionsTest, AnOrderExpiresOnAQuietVenue) {
  const absl::Time expires = absl::Now() + absl::Milliseconds(200);
  v1::PlaceOrderRequest request = LimitSell("s-1", "120", "1");
  request.mutable_order()->set_time_in_force(common::v1::TIME_IN_FORCE_GTD);
  request.mutable_order()->mutable_expire_time()->set_seconds(absl::ToUnixSeconds(expires));
  request.mutable_order()->mutable_expire_time()->set_nanos(
      static_cast<int>(absl::ToUnixNanos(expires) % 1'000'000'000));
  const v1::PlaceOrderResponse placed = Place(request);
  ASSERT_TRUE(placed.has_accepted()) << placed.DebugString();
  const auto [sequence, event] = WaitForCancel(placed.accepted().order_id());
  EXPECT_EQ(event.order_canceled().reason(), common::v1::CANCEL_REASON_EXPIRED);
  EXPECT_GE(absl::Now(), expires);
  EXPECT_GT(sequence, placed.sequence());
}

TEST_F(SessionsTest, ADeadMansSwitchFiresOnAQuietVenue) {
  const uint64_t order_id = Place(LimitSell("s-1", "120", "1")).accepted().order_id();
  // Armed for long, disarmed, armed for short.
  const auto armed = Orders(&OrderRpcs::CancelAllAfter, "account_id: 1002 timeout_ms: 60000");
  EXPECT_GT(armed.fires_at().seconds(), absl::ToUnixSeconds(absl::Now()) + 50);
  EXPECT_FALSE(Orders(&OrderRpcs::CancelAllAfter, "account_id: 1002").has_fires_at());
  EXPECT_TRUE(IsOpen(order_id));
  Orders(&OrderRpcs::CancelAllAfter, "account_id: 1002 timeout_ms: 100");
  const auto [sequence, event] = WaitForCancel(order_id);
  EXPECT_EQ(event.order_canceled().reason(), common::v1::CANCEL_REASON_DEAD_MAN);

  EXPECT_EQ(Orders(&OrderRpcs::CancelAllAfter, "account_id: 9 timeout_ms: 1").rejected().reason(),
            common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
  EXPECT_EQ(Orders(&OrderRpcs::CancelAllAfter, "account_id: 1002 timeout_ms: 40000000000")
                .rejected()
                .reason(),
            common::v1::REJECT_REASON_INVALID_ORDER);
  Orders(&OrderRpcs::CancelAllAfter, "account_id: 1002 timeout_ms: -1");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_DURATION"));
}

// Questions do not let time pass, however many there are; the engine must not wait for their end.
TEST_F(SessionsTest, QuestionsDoNotHoldTimeUp) {
  const uint64_t order_id = Place(LimitSell("s-1", "120", "1")).accepted().order_id();
  Orders(&OrderRpcs::CancelAllAfter, "account_id: 1002 timeout_ms: 50");
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (IsOpen(order_id) && absl::Now() < deadline) {
  }
  EXPECT_FALSE(IsOpen(order_id));
}

TEST_F(SessionsTest, ABrokenStreamTakesItsOrdersWithIt) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  ASSERT_TRUE(stream->Write(SellOnStream("s-1", true)));
  const uint64_t order_id = ReadOrderId(*stream);
  EXPECT_NE(session_, 0u);
  const uint64_t other = Place(LimitSell("s-2", "120", "1")).accepted().order_id();
  context.TryCancel();
  const auto [sequence, event] = WaitForCancel(order_id);
  EXPECT_EQ(event.order_canceled().reason(), common::v1::CANCEL_REASON_DISCONNECTED);
  EXPECT_TRUE(IsOpen(other));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(SessionsTest, AStreamThatEndsInOrderLeavesItsOrders) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  ASSERT_TRUE(stream->Write(SellOnStream("s-1", true)));
  const uint64_t order_id = ReadOrderId(*stream);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  // A second stream breaks: only its own order goes.
  grpc::ClientContext second_context;
  auto second = orders_->StreamOrders(&second_context);
  ASSERT_TRUE(second->Write(SellOnStream("s-2", true)));
  const uint32_t first_session = session_;
  const uint64_t second_id = ReadOrderId(*second);
  EXPECT_NE(session_, first_session);
  second_context.TryCancel();
  WaitForCancel(second_id);
  EXPECT_TRUE(IsOpen(order_id));
}

TEST_F(SessionsTest, AStreamWithoutASessionLeavesItsOrders) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  ASSERT_TRUE(stream->Write(SellOnStream("s-1", false)));
  const uint64_t order_id = ReadOrderId(*stream);
  EXPECT_EQ(session_, 0u);
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  // Whatever the engine did about the broken stream is done before this is decided.
  Place(LimitSell("s-2", "120", "1"));
  EXPECT_TRUE(IsOpen(order_id));
}

TEST_F(SessionsTest, ASessionIsAskedForFirst) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  ASSERT_TRUE(stream->Write(SellOnStream("s-1", false)));
  ReadOrderId(*stream);
  stream->Write(SellOnStream("s-2", true));
  v1::StreamOrdersResponse response;
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), StartsWith("LATE_SESSION"));
}

TEST_F(SessionsTest, EveryKindOfCommandGoesOnAStream) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  v1::StreamOrdersRequest request = SellOnStream("s-1", true);
  const v1::PlaceOrderCommand place = request.commands(0).place();
  const auto named = [&](const std::string& id, int64_t price_ticks) {
    v1::PlaceOrderCommand other = place;
    other.set_client_order_id(id);
    other.set_price_ticks(price_ticks);
    return other;
  };
  v1::AmendOrderCommand& amend = *request.add_commands()->mutable_amend();
  amend.set_account_id(1002);
  amend.set_client_order_id("s-1");
  amend.set_price_ticks(12'100);
  v1::ReplaceOrderCommand& replace = *request.add_commands()->mutable_replace();
  replace.set_account_id(1002);
  replace.set_client_order_id("s-1");
  *replace.mutable_replacement() = named("s-2", 12'200);
  v1::PlaceOrderListCommand& list = *request.add_commands()->mutable_place_list();
  list.set_kind(common::v1::LIST_KIND_OTO);
  *list.add_orders() = named("s-3", 12'300);
  *list.add_orders() = named("s-4", 12'400);
  v1::CancelAllAfterCommand& after = *request.add_commands()->mutable_cancel_all_after();
  after.set_account_id(1002);
  after.set_timeout_ns(60'000'000'000);
  v1::MassCancelCommand& mass = *request.add_commands()->mutable_mass_cancel();
  mass.set_account_id(1002);
  ASSERT_TRUE(stream->Write(request));
  stream->WritesDone();
  std::vector<v1::OrderOutcome> outcomes;
  v1::StreamOrdersResponse response;
  while (stream->Read(&response)) {
    outcomes.insert(outcomes.end(), response.outcomes().begin(), response.outcomes().end());
  }
  ASSERT_EQ(outcomes.size(), 6u);
  for (const v1::OrderOutcome& outcome : outcomes) {
    EXPECT_EQ(outcome.reject_reason(), 0) << outcome.DebugString();
    EXPECT_EQ(outcome.malformed(), "");
  }
  EXPECT_GT(outcomes[4].due_ns(), absl::ToUnixNanos(absl::Now()));
  EXPECT_EQ(outcomes[5].canceled_orders(), 3u);  // s-2, s-3, s-4.
  EXPECT_FALSE(outcomes[5].more());
}

// Every order of a stream carries its session, whichever command placed it.
TEST_F(SessionsTest, ListsAndReplacementsDieWithTheStream) {
  grpc::ClientContext context;
  auto stream = orders_->StreamOrders(&context);
  v1::StreamOrdersRequest request = SellOnStream("s-1", true);
  const v1::PlaceOrderCommand place = request.commands(0).place();
  v1::ReplaceOrderCommand& replace = *request.add_commands()->mutable_replace();
  replace.set_account_id(1002);
  replace.set_client_order_id("s-1");
  *replace.mutable_replacement() = place;
  replace.mutable_replacement()->set_client_order_id("s-2");
  v1::PlaceOrderListCommand& list = *request.add_commands()->mutable_place_list();
  list.set_kind(common::v1::LIST_KIND_OTO);
  for (const char* id : {"s-3", "s-4"}) {
    v1::PlaceOrderCommand& leg = *list.add_orders();
    leg = place;
    leg.set_client_order_id(id);
  }
  ASSERT_TRUE(stream->Write(request));
  ReadOrderId(*stream);
  context.TryCancel();
  const auto [sequence, event] =
      WaitFor([](const v1::Event& happened) { return happened.has_mass_canceled(); });
  EXPECT_EQ(event.mass_canceled().session(), session_);
  EXPECT_EQ(event.mass_canceled().canceled_orders(), 3u);
}

TEST(SessionRestartTest, AStartEndsTheOrdersOfEveryStream) {
  TemporaryFolder folder;
  const auto is_open = [](EngineUnderTest& engine, const std::string& id) {
    std::promise<bool> open;
    CHECK_OK(engine.sequencer.Ask([&](const Engine& state) {
      open.set_value(state.FindOpenOrder({AccountId(1001), OrderId(0), Id(id)}).has_value());
    }));
    return open.get_future().get();
  };
  uint64_t sequence = 0;
  {
    EngineUnderTest engine(folder.path());
    engine.DefineMarket();
    PlaceOrder bound = LimitOrder("b-1", Side::kBuy, 100, 1);
    bound.terms.session = engine.sequencer.NewSession().value();
    engine.Do(bound);
    sequence = engine.Do(LimitOrder("b-2", Side::kBuy, 100, 1)).sequence.value();
    EXPECT_TRUE(is_open(engine, "b-1"));
  }
  {
    EngineUnderTest engine(folder.path());
    EXPECT_FALSE(is_open(engine, "b-1"));
    EXPECT_TRUE(is_open(engine, "b-2"));
  }
  // Nothing is left to end: the next start writes nothing but its note.
  EngineUnderTest engine(folder.path());
  EXPECT_EQ(engine.Do(LimitOrder("b-3", Side::kBuy, 100, 1)).sequence.value(), sequence + 4);
}

}  // namespace
}  // namespace rialto::engine
