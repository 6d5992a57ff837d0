// Against small services in this process that answer from tables, as the engine and the ledger
// would.
#include "tools/verify/pictures.h"

#include <functional>
#include <string>
#include <vector>

#include "common/service/channel.h"
#include "gmock/gmock.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"
#include "rialto/ledger/v1/ledger_service.grpc.pb.h"
#include "tools/verify/health_command.h"

namespace rialto::verify {
namespace {

// Balances as (account, units of asset 1), one page each. The sequence of each answer is the next
// of `sequences`; the last one stays.
struct Script {
  std::vector<std::vector<std::pair<uint64_t, int64_t>>> pages;
  std::vector<uint64_t> sequences;
  size_t answers = 0;

  uint64_t NextSequence() { return sequences[std::min(answers++, sequences.size() - 1)]; }
};

template <typename Request, typename Response, typename Add>
grpc::Status Answer(Script& script, const Request& request, Response& response, const Add& add) {
  const size_t page = request.page_token().empty() ? 0 : std::stoul(request.page_token());
  for (const auto& [account, units] : script.pages[page]) add(account, units);
  if (page + 1 < script.pages.size()) response.set_next_page_token(std::to_string(page + 1));
  response.set_sequence(script.NextSequence());
  return grpc::Status::OK;
}

class FakeAdmin : public engine::v1::AdminService::Service {
 public:
  grpc::Status ListAllBalances(grpc::ServerContext*,
                               const engine::v1::ListAllBalancesRequest* request,
                               engine::v1::ListAllBalancesResponse* response) override {
    return Answer(script, *request, *response, [&](uint64_t account, int64_t units) {
      auto* balance = response->add_balances();
      balance->set_account_id(account);
      balance->set_asset_id(1);
      balance->set_available_units(units);
    });
  }
  grpc::Status GetConservation(grpc::ServerContext*, const engine::v1::GetConservationRequest*,
                               engine::v1::GetConservationResponse* response) override {
    auto* asset = response->add_assets();
    asset->set_asset("USD");
    asset->set_difference("0.00");
    return grpc::Status::OK;
  }

  Script script;
};

class FakeMarketData : public engine::v1::MarketDataService::Service {
 public:
  grpc::Status ListAssets(grpc::ServerContext*, const engine::v1::ListAssetsRequest*,
                          engine::v1::ListAssetsResponse* response) override {
    auto* asset = response->add_assets();
    asset->set_asset_id(1);
    asset->set_symbol("USD");
    asset->set_scale(2);
    return grpc::Status::OK;
  }
};

class FakeLedger : public ledger::v1::LedgerService::Service {
 public:
  grpc::Status ListBalances(grpc::ServerContext*, const ledger::v1::ListBalancesRequest* request,
                            ledger::v1::ListBalancesResponse* response) override {
    return Answer(script, *request, *response, [&](uint64_t account, int64_t units) {
      auto* balance = response->add_balances();
      balance->set_account_id(account);
      balance->set_asset_id(1);
      balance->set_available_units(units);
    });
  }

  Script script;
};

class PicturesTest : public testing::Test {
 protected:
  PicturesTest() {
    grpc::EnableDefaultHealthCheckService(true);
    admin_.script = {{{{1, -500}}, {{1001, 500}}}, {7}};
    ledger_.script = {{{{1, -500}, {1001, 500}}}, {7}};
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&admin_);
    builder.RegisterService(&market_data_);
    builder.RegisterService(&ledger_);
    server_ = builder.BuildAndStart();
    channel_ = OpenChannel("127.0.0.1:" + std::to_string(port));
  }

  absl::StatusOr<Verdict> Run(int timeout_seconds = 20) {
    return Verify(channel_, channel_, std::chrono::seconds(timeout_seconds));
  }

  FakeAdmin admin_;
  FakeMarketData market_data_;
  FakeLedger ledger_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(PicturesTest, ComparesAllPages) {
  const absl::StatusOr<Verdict> verdict = Run();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_TRUE(verdict->is_equal());
  EXPECT_EQ(verdict->engine_sequence, 7u);
  EXPECT_EQ(verdict->ledger_sequence, 7u);
  EXPECT_EQ(verdict->comparison.accounts_compared, 2);
}

TEST_F(PicturesTest, FindsADifferentBalance) {
  ledger_.script.pages = {{{1, -500}, {1001, 499}}};
  const absl::StatusOr<Verdict> verdict = Run();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_FALSE(verdict->is_equal());
  EXPECT_EQ(verdict->comparison.accounts_different, 1);
  EXPECT_EQ(verdict->conservation.at("USD"), "-0.01");
}

TEST_F(PicturesTest, WaitsForALedgerThatIsBehind) {
  ledger_.script.sequences = {3, 5, 6, 7};
  const absl::StatusOr<Verdict> verdict = Run();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_TRUE(verdict->is_equal());
}

TEST_F(PicturesTest, TakesTheEngineAgainWhenItGoesOnBetweenPagesOrBeforeTheLedger) {
  admin_.script.sequences = {5, 6, 6,
                             6, 7, 7};  // Torn; whole at 6, the ledger is at 7; whole at 7.
  const absl::StatusOr<Verdict> verdict = Run();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_TRUE(verdict->is_equal());
  EXPECT_EQ(verdict->engine_sequence, 7u);
}

TEST_F(PicturesTest, SaysWhoIsBehindWhenTheyNeverMeet) {
  ledger_.script.sequences = {3};
  const absl::StatusOr<Verdict> verdict = Run(1);
  ASSERT_FALSE(verdict.ok());
  EXPECT_THAT(std::string(verdict.status().message()),
              testing::HasSubstr("engine 7, ledger 3; the ledger is behind"));
}

TEST_F(PicturesTest, SaysWhichServiceDoesNotAnswer) {
  const auto nobody = OpenChannel("127.0.0.1:1");
  const absl::StatusOr<Verdict> verdict = Verify(channel_, nobody, std::chrono::seconds(1));
  ASSERT_FALSE(verdict.ok());
  EXPECT_THAT(std::string(verdict.status().message()),
              testing::HasSubstr("list the ledger's balances"));
}

TEST_F(PicturesTest, HealthTellsServingFromNotServingUnknownAndGone) {
  EXPECT_EQ(CheckHealth(channel_, ""), Health::kServing);
  EXPECT_EQ(CheckHealth(channel_, "nobody.knows.It"), Health::kUnknownService);
  server_->GetHealthCheckService()->SetServingStatus(false);
  EXPECT_EQ(CheckHealth(channel_, ""), Health::kNotServing);
  EXPECT_EQ(CheckHealth(OpenChannel("127.0.0.1:1"), ""), Health::kNoAnswer);
}

}  // namespace
}  // namespace rialto::verify
