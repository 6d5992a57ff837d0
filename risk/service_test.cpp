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

  int request_count = 0;
  engine::v1::SetAccountLimitsRequest last_request;
  std::chrono::system_clock::duration remaining{};
  engine::v1::SetAccountLimitsResponse answer;
  grpc::Status error;
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
        "SELECT reason, account_id, instrument, order_quantity_max, order_notional_max, outcome,"
        " coalesce(answer, '-') AS answer, coalesce(sequence, 0) AS sequence"
        " FROM risk.limit_changes ORDER BY change_id");
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
  EXPECT_LE(engine_.remaining, std::chrono::seconds(5));
  EXPECT_EQ(Changes(), "desk review|1001|BTC-USD|1.5000|0.00|set|-|17");
}

TEST_F(RiskServiceTest, ARefusalOfTheEngineIsANormalResponse) {
  engine_.answer.set_sequence(18);
  engine_.answer.mutable_rejected()->set_reason(common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
  engine_.answer.mutable_rejected()->set_message("UNKNOWN_ACCOUNT: 1001");
  v1::SetAccountLimitsResponse response;
  ASSERT_TRUE(Set(Request("1", "100"), &response).ok());
  EXPECT_EQ(response.rejected().reason(), common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
  EXPECT_EQ(Changes(), "desk review|1001|BTC-USD|1.0000|100.00|refused|UNKNOWN_ACCOUNT: 1001|18");
}

TEST_F(RiskServiceTest, WithoutAnAnswerTheOutcomeIsUnknown) {
  engine_.error = grpc::Status(grpc::StatusCode::UNAVAILABLE, "NOT_SERVING: replaying");
  v1::SetAccountLimitsResponse response;
  EXPECT_EQ(Set(Request("1", "100"), &response).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Changes(), "desk review|1001|BTC-USD|1.0000|100.00|unknown|NOT_SERVING: replaying|0");
}

TEST_F(RiskServiceTest, AMalformedRequestNeverReachesTheEngine) {
  EXPECT_THAT(ErrorOf(Request("1.00001", "")), StartsWith("BAD_PRECISION"));
  EXPECT_THAT(ErrorOf(Request("one", "")), StartsWith("BAD_DECIMAL"));
  EXPECT_THAT(ErrorOf(Request("-1", "")), StartsWith("NEGATIVE_LIMIT"));
  EXPECT_THAT(ErrorOf(Request("", "-0.01")), StartsWith("NEGATIVE_LIMIT"));
  EXPECT_THAT(ErrorOf(Request("", "99999999999999999999")), StartsWith("OUT_OF_RANGE"));
  v1::SetAccountLimitsRequest request = Request("1", "");
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
      mirror_->connection().ExecuteScript("ALTER TABLE risk.limit_changes ADD CHECK (false)").ok());
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
  }
  auto* accepted = history.Command().AddEvent().mutable_order_accepted();
  accepted->set_order_id(7);
  accepted->set_account_id(1001);
  auto* rested = history.AddEvent().mutable_order_rested();
  rested->set_order_id(7);
  rested->set_instrument_id(1);
  rested->set_side(common::v1::ORDER_SIDE_SELL);
  rested->set_price_ticks(6'700'001);
  rested->set_remaining_lots(5'000);
  mirror_->ApplyInBatches({history.commands().begin() + 2, history.commands().end()}, 10);

  v1::GetAccountLimitsRequest get;
  get.set_account_id(1001);
  get.set_instrument("BTC-USD");
  v1::GetAccountLimitsResponse got;
  grpc::ClientContext get_context;
  ASSERT_TRUE(stub_->GetAccountLimits(&get_context, get, &got).ok());
  EXPECT_EQ(got.limits().order_quantity_max(), "1.5000");
  EXPECT_EQ(got.limits().order_notional_max(), "0.00");
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
