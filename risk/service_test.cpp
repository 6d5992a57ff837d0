// RiskService over real gRPC and PostgreSQL, with a stand-in for the engine's process that answers
// as it is told.
#include "risk/service.h"

#include <chrono>

#include "common/mirror/test_mirror.h"
#include "common/postgres/test_database.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "risk/store.h"

namespace rialto::risk {
namespace {

using testing::EndsWith;
using testing::StartsWith;

// Records what it is asked; decides as `answer` and `error` say.
class StandInEngine : public engine::v1::AdminService::Service {
 public:
  grpc::Status SetAccountLimits(grpc::ServerContext* context,
                                const engine::v1::SetAccountLimitsRequest* request,
                                engine::v1::SetAccountLimitsResponse* response) override {
    ++request_count;
    last_request = *request;
    remaining = context->deadline() - std::chrono::system_clock::now();
    *response = answer;
    return error;
  }

  grpc::Status SetAccountSettings(grpc::ServerContext*,
                                  const engine::v1::SetAccountSettingsRequest* request,
                                  engine::v1::SetAccountSettingsResponse* response) override {
    ++request_count;
    last_settings = *request;
    response->set_sequence(answer.sequence());
    return error;
  }
  grpc::Status SetTradingState(grpc::ServerContext*,
                               const engine::v1::SetTradingStateRequest* request,
                               engine::v1::SetTradingStateResponse* response) override {
    ++request_count;
    steps += "state " + request->ShortDebugString() + "; ";
    response->set_sequence(answer.sequence());
    if (answer.has_rejected()) *response->mutable_rejected() = answer.rejected();
    return error;
  }
  grpc::Status MassCancelOrders(
      grpc::ServerContext*, const engine::v1::AdminServiceMassCancelOrdersRequest* request,
      engine::v1::AdminServiceMassCancelOrdersResponse* response) override {
    ++request_count;
    steps += "cancel " + request->ShortDebugString() + "; ";
    response->set_sequence(answer.sequence() + 1);
    response->set_canceled_orders(12);
    return cancel_error;
  }

  int request_count = 0;
  engine::v1::SetAccountLimitsRequest last_request;
  engine::v1::SetAccountSettingsRequest last_settings;
  std::string steps;
  std::chrono::system_clock::duration remaining{};
  engine::v1::SetAccountLimitsResponse answer;
  grpc::Status error;
  grpc::Status cancel_error;
};

std::unique_ptr<grpc::Server> Serve(grpc::Service& service, int& port) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  return builder.BuildAndStart();
}

std::string Address(int port) { return "127.0.0.1:" + std::to_string(port); }

class RiskServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    mirror_ = TestMirror::Create(store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    mirror_->ApplyInBatches(TestHistory().commands(), 100);
    int port = 0;
    engine_server_ = Serve(engine_, port);
    read_store_ = std::make_unique<ReadStore>(mirror_->url());
    engine_client_ = std::make_unique<EngineClient>(Address(port));
    service_ = std::make_unique<RiskService>(*read_store_, *engine_client_, follower_, metrics_);
    server_ = Serve(*service_, port);
    stub_ = v1::RiskService::NewStub(
        grpc::CreateChannel(Address(port), grpc::InsecureChannelCredentials()));
  }

  static v1::SetAccountLimitsRequest Request(const std::string& quantity,
                                             const std::string& notional) {
    v1::SetAccountLimitsRequest request;
    request.mutable_limits()->set_account_id(1001);
    request.mutable_limits()->set_instrument("BTC-USD");
    request.mutable_limits()->set_order_quantity_max(quantity);
    request.mutable_limits()->set_order_notional_max(notional);
    request.set_reason("desk review");
    return request;
  }

  grpc::Status Set(const v1::SetAccountLimitsRequest& request,
                   v1::SetAccountLimitsResponse* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    return stub_->SetAccountLimits(&context, request, response);
  }

  std::string ErrorOf(const v1::SetAccountLimitsRequest& request) {
    v1::SetAccountLimitsResponse response;
    return Set(request, &response).error_message();
  }

  std::string Changes() {
    return mirror_->Dump(
        "SELECT kind, reason, account_id, asked::text, outcome, coalesce(answer, '-') AS answer,"
        " coalesce(sequence, 0) AS sequence FROM risk.changes ORDER BY change_id");
  }

  // One call of the service with a deadline.
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::RiskService::Stub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    response->Clear();
    return (stub_.get()->*method)(&context, request, response);
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  Store store_;
  Follower follower_{{.service = "risk", .engine_address = "127.0.0.1:1"}, store_, registry_};
  StandInEngine engine_;
  std::unique_ptr<TestMirror> mirror_;
  std::unique_ptr<grpc::Server> engine_server_;
  std::unique_ptr<ReadStore> read_store_;
  std::unique_ptr<EngineClient> engine_client_;
  std::unique_ptr<RiskService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::RiskService::Stub> stub_;
};

TEST_F(RiskServiceTest, SetsLimitsInTheEngineWithinTheCallersDeadline) {
  engine_.answer.set_sequence(17);
  v1::SetAccountLimitsResponse response;
  const grpc::Status status = Set(Request("1.5", ""), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.sequence(), 17u);
  EXPECT_FALSE(response.has_rejected());
  EXPECT_EQ(response.change_id(), 1);
  EXPECT_EQ(engine_.last_request.account_id(), 1001u);
  EXPECT_EQ(engine_.last_request.instrument(), "BTC-USD");
  EXPECT_EQ(engine_.last_request.order_quantity_max(), "1.5000");
  EXPECT_EQ(engine_.last_request.order_notional_max(), "0.00");
  EXPECT_GT(engine_.remaining, std::chrono::seconds(1));
  // gRPC sends a deadline as what is left of it, rounded up.
  EXPECT_LE(engine_.remaining, std::chrono::milliseconds(5'050));
  EXPECT_EQ(Changes(),
            "limits|desk review|1001|{\"account_id\": \"1001\", \"instrument\": \"BTC-USD\","
            " \"exposure_max\": \"0.00\", \"position_max\": \"0.0000\","
            " \"order_notional_max\": \"0.00\", \"order_quantity_max\": \"1.5000\"}|set|-|17");
}

TEST_F(RiskServiceTest, ARefusalOfTheEngineIsANormalResponse) {
  engine_.answer.set_sequence(18);
  engine_.answer.mutable_rejected()->set_reason(common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
  engine_.answer.mutable_rejected()->set_message("UNKNOWN_ACCOUNT: 1001");
  v1::SetAccountLimitsResponse response;
  ASSERT_TRUE(Set(Request("1", "100"), &response).ok());
  EXPECT_EQ(response.rejected().reason(), common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
  EXPECT_THAT(Changes(), EndsWith("|refused|UNKNOWN_ACCOUNT: 1001|18"));
}

TEST_F(RiskServiceTest, WithoutAnAnswerTheOutcomeIsUnknown) {
  engine_.error = grpc::Status(grpc::StatusCode::UNAVAILABLE, "NOT_SERVING: replaying");
  v1::SetAccountLimitsResponse response;
  EXPECT_EQ(Set(Request("1", "100"), &response).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(Changes(), EndsWith("|unknown|NOT_SERVING: replaying|0"));
}

TEST_F(RiskServiceTest, AMalformedRequestNeverReachesTheEngine) {
  EXPECT_THAT(ErrorOf(Request("1.00001", "")), StartsWith("BAD_PRECISION"));
  EXPECT_THAT(ErrorOf(Request("one", "")), StartsWith("BAD_DECIMAL"));
  EXPECT_THAT(ErrorOf(Request("-1", "")), StartsWith("NEGATIVE_LIMIT"));
  EXPECT_THAT(ErrorOf(Request("", "-0.01")), StartsWith("NEGATIVE_LIMIT"));
  EXPECT_THAT(ErrorOf(Request("", "99999999999999999999")), StartsWith("OUT_OF_RANGE"));
  v1::SetAccountLimitsRequest request = Request("1", "");
  request.mutable_limits()->set_position_max("-1");
  EXPECT_THAT(ErrorOf(request), StartsWith("NEGATIVE_LIMIT: position_max"));
  request = Request("1", "");
  request.mutable_limits()->set_exposure_max("1.001");
  EXPECT_THAT(ErrorOf(request), StartsWith("BAD_PRECISION"));
  request = Request("1", "");
  request.set_reason("");
  EXPECT_THAT(ErrorOf(request), StartsWith("INVALID_REASON"));
  request.set_reason(std::string(501, 'x'));
  EXPECT_THAT(ErrorOf(request), StartsWith("INVALID_REASON"));
  request.set_reason(std::string("a\0b", 3));
  EXPECT_THAT(ErrorOf(request), StartsWith("INVALID_REASON"));
  request = Request("1", "");
  request.mutable_limits()->set_account_id(0);
  EXPECT_THAT(ErrorOf(request), StartsWith("ACCOUNT_ID_REQUIRED"));
  request = Request("1", "");
  request.mutable_limits()->set_instrument("ETH-USD");
  EXPECT_THAT(ErrorOf(request), StartsWith("UNKNOWN_INSTRUMENT"));
  EXPECT_EQ(engine_.request_count, 0);
  EXPECT_EQ(Changes(), "");
}

TEST_F(RiskServiceTest, NothingIsSetThatCouldNotBeRecorded) {
  ASSERT_TRUE(
      mirror_->connection().ExecuteScript("ALTER TABLE risk.changes ADD CHECK (false)").ok());
  EXPECT_THAT(ErrorOf(Request("1", "")), StartsWith("DATABASE_ERROR"));
  EXPECT_EQ(engine_.request_count, 0);
}

TEST_F(RiskServiceTest, ShowsLimitsAndExposureAsDecimals) {
  TestHistory history;
  for (uint64_t account_id : {1001, 1002, 1003}) {
    auto* set = history.Command().AddEvent().mutable_account_limits_set();
    set->set_account_id(account_id);
    set->set_instrument_id(1);
    set->set_order_quantity_max_lots(15'000);
    set->set_position_max_lots(20'000);
    set->set_exposure_max_units(300'000);
  }
  auto* accepted = history.Command().AddEvent().mutable_order_accepted();
  accepted->set_order_id(7);
  accepted->set_account_id(1001);
  accepted->set_instrument_id(1);
  accepted->set_side(common::v1::ORDER_SIDE_SELL);
  auto* rested = history.AddEvent().mutable_order_rested();
  rested->set_order_id(7);
  rested->set_instrument_id(1);
  rested->set_side(common::v1::ORDER_SIDE_SELL);
  rested->set_price_ticks(6'700'001);
  rested->set_remaining_lots(5'000);
  auto* stop = history.AddEvent().mutable_order_accepted();
  stop->set_order_id(8);
  stop->set_account_id(1001);
  stop->set_instrument_id(1);
  stop->set_side(common::v1::ORDER_SIDE_BUY);
  stop->set_type(common::v1::ORDER_TYPE_STOP);
  stop->set_quantity_lots(1'000);
  mirror_->ApplyInBatches({history.commands().begin() + 2, history.commands().end()}, 10);

  v1::GetAccountLimitsRequest get;
  get.set_account_id(1001);
  get.set_instrument("BTC-USD");
  v1::GetAccountLimitsResponse got;
  grpc::ClientContext get_context;
  ASSERT_TRUE(stub_->GetAccountLimits(&get_context, get, &got).ok());
  EXPECT_EQ(got.limits().order_quantity_max(), "1.5000");
  EXPECT_EQ(got.limits().order_notional_max(), "0.00");
  EXPECT_EQ(got.limits().position_max(), "2.0000");
  EXPECT_EQ(got.limits().exposure_max(), "3000.00");
  EXPECT_EQ(got.limits().set_sequence(), 3u);
  EXPECT_EQ(got.limits().set_time().seconds(), 1'700'000'040);
  EXPECT_EQ(got.sequence(), 6u);

  v1::ListAccountLimitsRequest list;
  list.set_page_size(2);
  v1::ListAccountLimitsResponse first, second;
  grpc::ClientContext first_context, second_context;
  ASSERT_TRUE(stub_->ListAccountLimits(&first_context, list, &first).ok());
  ASSERT_EQ(first.limits_size(), 2);
  list.set_page_token(first.next_page_token());
  ASSERT_TRUE(stub_->ListAccountLimits(&second_context, list, &second).ok());
  ASSERT_EQ(second.limits_size(), 1);
  EXPECT_EQ(second.limits(0).account_id(), 1003u);
  EXPECT_EQ(second.next_page_token(), "");

  v1::GetExposureRequest exposure_request;
  exposure_request.set_account_id(1001);
  exposure_request.set_instrument("BTC-USD");
  v1::GetExposureResponse exposure;
  grpc::ClientContext exposure_context;
  ASSERT_TRUE(stub_->GetExposure(&exposure_context, exposure_request, &exposure).ok());
  EXPECT_EQ(exposure.sell().order_count(), 1);
  EXPECT_EQ(exposure.sell().quantity(), "0.5000");
  EXPECT_EQ(exposure.sell().notional(), "33500.01");  // 33500.005, rounded up.
  EXPECT_EQ(exposure.buy().order_count(), 0);
  EXPECT_EQ(exposure.buy().quantity(), "0.0000");
  EXPECT_EQ(exposure.pending_buy().order_count(), 1);
  EXPECT_EQ(exposure.pending_buy().quantity(), "0.1000");
  EXPECT_EQ(exposure.pending_sell().order_count(), 0);
}

TEST_F(RiskServiceTest, SetsSettingsInTheEngineAndShowsWhatIsInForce) {
  engine_.answer.set_sequence(20);
  v1::SetAccountSettingsRequest request;
  v1::SetAccountSettingsResponse response;
  request.mutable_settings()->set_account_id(1001);
  request.mutable_settings()->set_order_rate_max(100);
  request.mutable_settings()->set_order_rate_window_ms(1'000);
  request.mutable_settings()->set_duplicate_window_ms(500);
  request.set_reason("new bot");
  const auto set = &v1::RiskService::Stub::SetAccountSettings;
  const grpc::Status status = Call(set, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.sequence(), 20u);
  EXPECT_EQ(engine_.last_settings.order_rate_max(), 100u);
  EXPECT_EQ(engine_.last_settings.duplicate_window_ms(), 500);
  EXPECT_THAT(Changes(), StartsWith("settings|new bot|1001|"));
  request.mutable_settings()->set_duplicate_window_ms(-1);
  EXPECT_THAT(Call(set, request, &response).error_message(),
              StartsWith("BAD_DURATION: duplicate_window_ms"));
  request.mutable_settings()->set_account_id(0);
  EXPECT_THAT(Call(set, request, &response).error_message(), StartsWith("ACCOUNT_ID_REQUIRED"));
  EXPECT_EQ(engine_.request_count, 1);

  TestHistory history;
  auto* settings = history.Command().AddEvent().mutable_account_settings_set();
  settings->set_account_id(1001);
  settings->set_duplicate_window_ns(500'000'000);
  mirror_->ApplyInBatches({history.commands().begin() + 2, history.commands().end()}, 10);
  v1::GetAccountSettingsRequest get;
  v1::GetAccountSettingsResponse got;
  get.set_account_id(1001);
  ASSERT_TRUE(Call(&v1::RiskService::Stub::GetAccountSettings, get, &got).ok());
  EXPECT_EQ(got.settings().duplicate_window_ms(), 500);
  EXPECT_EQ(got.settings().set_sequence(), 3u);
  EXPECT_TRUE(got.settings().has_set_time());
  get.set_account_id(1002);
  ASSERT_TRUE(Call(&v1::RiskService::Stub::GetAccountSettings, get, &got).ok());
  EXPECT_EQ(got.settings().set_sequence(), 0u);
}

TEST_F(RiskServiceTest, TheKillSwitchHaltsFirstAndThenCancels) {
  engine_.answer.set_sequence(30);
  v1::HaltTradingRequest request;
  v1::HaltTradingResponse response;
  request.set_account_id(1001);
  request.set_reason("runaway bot");
  const auto halt = &v1::RiskService::Stub::HaltTrading;
  grpc::Status status = Call(halt, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.sequence(), 30u);
  EXPECT_EQ(response.canceled_orders(), 12u);
  EXPECT_EQ(engine_.steps,
            "state account_id: 1001 state: TRADING_STATE_HALTED; cancel account_id: 1001; ");
  EXPECT_THAT(Changes(), StartsWith("halt|runaway bot|1001|"));
  EXPECT_THAT(Changes(), EndsWith("|set|-|30"));

  engine_.steps.clear();
  request.set_everyone(true);
  ASSERT_TRUE(Call(halt, request, &response).ok());
  EXPECT_EQ(engine_.steps, "state everyone: true state: TRADING_STATE_HALTED; cancel ; ");
}

TEST_F(RiskServiceTest, AHaltThatCouldNotCancelSaysSo) {
  engine_.answer.set_sequence(30);
  engine_.cancel_error = grpc::Status(grpc::StatusCode::UNAVAILABLE, "NOT_SERVING: stopping");
  v1::HaltTradingRequest request;
  v1::HaltTradingResponse response;
  request.set_account_id(1001);
  request.set_reason("runaway bot");
  const auto halt = &v1::RiskService::Stub::HaltTrading;
  const grpc::Status status = Call(halt, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(),
            "HALTED_NOT_CANCELED: halted at sequence 30, but orders may still be open; call again: "
            "NOT_SERVING: stopping");
  EXPECT_THAT(Changes(), EndsWith("|unknown|NOT_SERVING: stopping|30"));
}

TEST_F(RiskServiceTest, AHaltWaitsForNoDatabase) {
  ASSERT_TRUE(
      mirror_->connection().ExecuteScript("ALTER TABLE risk.changes ADD CHECK (false)").ok());
  engine_.answer.set_sequence(30);
  v1::HaltTradingRequest request;
  v1::HaltTradingResponse response;
  request.set_account_id(1001);
  request.set_reason("runaway bot");
  ASSERT_TRUE(Call(&v1::RiskService::Stub::HaltTrading, request, &response).ok());
  EXPECT_EQ(response.canceled_orders(), 12u);
  EXPECT_EQ(response.change_id(), 0);
  EXPECT_EQ(engine_.request_count, 2);
}

TEST_F(RiskServiceTest, AHaltThatIsRefusedCancelsNothing) {
  engine_.answer.mutable_rejected()->set_message("UNKNOWN_ACCOUNT");
  v1::HaltTradingRequest request;
  v1::HaltTradingResponse response;
  request.set_account_id(4711);
  request.set_reason("runaway bot");
  const auto halt = &v1::RiskService::Stub::HaltTrading;
  ASSERT_TRUE(Call(halt, request, &response).ok());
  EXPECT_EQ(response.rejected().message(), "UNKNOWN_ACCOUNT");
  EXPECT_EQ(engine_.request_count, 1);
  request.clear_scope();
  EXPECT_THAT(Call(halt, request, &response).error_message(), StartsWith("SCOPE_REQUIRED"));
  request.set_everyone(false);
  EXPECT_THAT(Call(halt, request, &response).error_message(), StartsWith("SCOPE_REQUIRED"));
  request.set_everyone(true);
  request.clear_reason();
  EXPECT_THAT(Call(halt, request, &response).error_message(), StartsWith("INVALID_REASON"));
  EXPECT_EQ(engine_.request_count, 1);
}

TEST_F(RiskServiceTest, AReleaseIsATradingStateWithAReason) {
  engine_.answer.set_sequence(31);
  v1::SetTradingStateRequest request;
  v1::SetTradingStateResponse response;
  request.set_everyone(true);
  request.set_state(common::v1::TRADING_STATE_ACTIVE);
  request.set_reason("all clear");
  const auto set = &v1::RiskService::Stub::SetTradingState;
  const grpc::Status status = Call(set, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.sequence(), 31u);
  EXPECT_EQ(engine_.steps, "state everyone: true state: TRADING_STATE_ACTIVE; ");
  EXPECT_THAT(Changes(), StartsWith("trading_state|all clear|0|"));
  request.clear_state();
  EXPECT_THAT(Call(set, request, &response).error_message(), StartsWith("BAD_STATE"));

  TestHistory history;
  history.Command().AddEvent().mutable_trading_state_set()->set_state(
      common::v1::TRADING_STATE_REDUCING);
  mirror_->ApplyInBatches({history.commands().begin() + 2, history.commands().end()}, 10);
  v1::GetTradingStateRequest get;
  v1::GetTradingStateResponse got;
  get.set_account_id(1001);
  ASSERT_TRUE(Call(&v1::RiskService::Stub::GetTradingState, get, &got).ok());
  EXPECT_EQ(got.state(), common::v1::TRADING_STATE_REDUCING);
  EXPECT_EQ(got.of_account(), common::v1::TRADING_STATE_ACTIVE);
  EXPECT_EQ(got.of_everyone(), common::v1::TRADING_STATE_REDUCING);
  EXPECT_EQ(got.sequence(), 3u);
}

TEST_F(RiskServiceTest, AnAccountWithoutLimitsHasZeros) {
  v1::GetAccountLimitsRequest get;
  get.set_account_id(4711);
  get.set_instrument("BTC-USD");
  v1::GetAccountLimitsResponse got;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->GetAccountLimits(&context, get, &got).ok());
  EXPECT_EQ(got.limits().order_quantity_max(), "0.0000");
  EXPECT_EQ(got.limits().set_sequence(), 0u);
  EXPECT_FALSE(got.limits().has_set_time());
}

}  // namespace
}  // namespace rialto::risk
