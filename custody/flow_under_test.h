// Deposits and withdrawals over the real webhook, gRPC and PostgreSQL, with stand-ins for engine
// and ledger that remember transactions as the engine does, and a provider whose mistakes are made
// to order.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/postgres/test_database.h"
#include "custody/json.h"
#include "custody/lock_store.h"
#include "custody/service.h"
#include "custody/signature.h"
#include "custody/webhook.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"

namespace rialto::custody {

inline constexpr char kSecret[] = "a secret of more than thirty-two bytes";

// Idempotent by transaction_id. `away` loses the question; `deaf` carries it out and loses the
// answer.
class StandInEngine : public engine::v1::AccountService::Service {
 public:
  grpc::Status Deposit(grpc::ServerContext*, const engine::v1::DepositRequest* request,
                       engine::v1::DepositResponse* response) override {
    if (away) return {grpc::StatusCode::UNAVAILABLE, "away"};
    if (request->asset() == "AWAY") return {grpc::StatusCode::INTERNAL, "this one always"};
    if (request->asset() == "NIX") {
      return {grpc::StatusCode::INVALID_ARGUMENT, "UNKNOWN_ASSET: no asset \"NIX\""};
    }
    const bool is_known = request->account_id() == 1001;
    if (!is_known) response->mutable_rejected()->set_message("UNKNOWN_ACCOUNT");
    response->set_sequence(Decide(request->transaction_id(), is_known ? "deposit" : "refused"));
    if (deaf) return {grpc::StatusCode::DEADLINE_EXCEEDED, "deaf"};
    return grpc::Status::OK;
  }

  grpc::Status Transfer(grpc::ServerContext*, const engine::v1::TransferRequest* request,
                        engine::v1::TransferResponse* response) override {
    if (away) return {grpc::StatusCode::UNAVAILABLE, "away"};
    const common::v1::TransferForm& form = request->transfer();
    std::string what = common::v1::TransferKind_Name(form.kind()).substr(14);
    if (form.kind() == common::v1::TRANSFER_KIND_PENDING) {
      absl::StrAppend(&what, " ", form.debit_account_id(), ">", form.credit_account_id(), " ",
                      form.amount(), " ", form.asset());
    } else {
      absl::StrAppend(&what, " of ", form.target_transaction_id());
    }
    if (form.amount() == "999" || refuses_ends) {
      response->mutable_rejected()->set_message("INSUFFICIENT_FUNDS: need 999");
      what = "refused";
    }
    response->set_sequence(Decide(form.transaction_id(), what));
    if (deaf) return {grpc::StatusCode::DEADLINE_EXCEEDED, "deaf"};
    return grpc::Status::OK;
  }

  uint64_t Decide(const std::string& transaction_id, const std::string& what) {
    const auto [place, is_new] = decided.try_emplace(transaction_id, decided.size() + 1, what);
    EXPECT_EQ(place->second.second, what) << transaction_id << " has another content";
    repeats += is_new ? 0 : 1;
    return place->second.first;
  }

  bool away = false;
  bool deaf = false;
  bool refuses_ends = false;
  int repeats = 0;
  std::map<std::string, std::pair<uint64_t, std::string>> decided;
};

class StandInLedger : public ledger::v1::LedgerService::Service {
 public:
  grpc::Status GetReconciliation(grpc::ServerContext*, const ledger::v1::GetReconciliationRequest*,
                                 ledger::v1::GetReconciliationResponse* response) override {
    *response = answer;
    return error;
  }

  ledger::v1::GetReconciliationResponse answer;
  grpc::Status error;
};

class MadeToOrderProvider : public Provider {
 public:
  absl::StatusOr<std::optional<v1::ProviderWithdrawal>> Find(const std::string& id) override {
    if (away || away_for.count(id) > 0) return absl::UnavailableError("PROVIDER_AWAY: it is");
    if (sent.count(id) == 0) return std::nullopt;
    return std::make_optional(Answer(id));
  }

  absl::StatusOr<v1::ProviderWithdrawal> Send(const Withdrawal& withdrawal) override {
    if (refuses) return absl::FailedPreconditionError("PROVIDER_REFUSED: no such address");
    ++send_count;
    sent.insert(withdrawal.withdrawal_id);
    if (deaf) return absl::UnavailableError("PROVIDER_AWAY: no answer");
    return Answer(withdrawal.withdrawal_id);
  }

  static v1::ProviderWithdrawal Answer(const std::string& id) {
    v1::ProviderWithdrawal answer;
    answer.set_withdrawal_id(id);
    answer.set_reference("chain-" + id);
    return answer;
  }

  bool away = false;
  std::set<std::string> away_for;  // For these withdrawals only.
  bool refuses = false;
  bool deaf = false;
  int send_count = 0;
  std::set<std::string> sent;
};

inline std::unique_ptr<grpc::Server> Serve(grpc::Service& service, std::string& address) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  address = absl::StrCat("127.0.0.1:", port);
  return server;
}

class FlowTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = postgres::TestDatabase::Create();
    if (database_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    worker_ = *OpenAsOnlyWorker(database_->url());
    store_ = std::make_unique<Store>(database_->url());
    std::string address;
    servers_.push_back(Serve(engine_, address));
    engine_client_ = std::make_unique<EngineClient>(address);
    servers_.push_back(Serve(ledger_, address));
    ledger_client_ = std::make_unique<LedgerClient>(address);
    ledger_.answer.set_sequence(1'000);
    events_ = std::make_unique<Events>(*store_, *engine_client_, metrics_);
    withdrawals_ = std::make_unique<Withdrawals>(
        Withdrawals::Parts{*store_, *engine_client_, *ledger_client_, provider(), metrics_});
    EXPECT_TRUE(AddOperatorLimit("USD=100", limits_).ok());
    next_worker_ = std::make_unique<Worker>(
        Worker::Parts{database_->url(), *store_, *events_, *withdrawals_, metrics_});
    service_ = std::make_unique<CustodyService>(*store_, *withdrawals_, limits_, *next_worker_);
    servers_.push_back(Serve(*service_, address));
    stub_ = v1::CustodyService::NewStub(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    webhook_ = std::make_unique<Webhook>(
        Webhook::Parts{.secret = kSecret, .events = *events_, .metrics = metrics_});
  }

  virtual Provider& provider() { return provider_; }

  // "200 done 1", or "status reason".
  std::string Tell(const std::string& body) {
    const std::string now = absl::StrCat(absl::ToUnixSeconds(absl::Now()));
    return Tell({"POST", "/v1/events", body, now, Sign(kSecret, now, body)});
  }

  std::string Tell(const HttpRequest& request) {
    const HttpAnswer answer = webhook_->Answer(request);
    v1::ProviderEventAnswer said;
    EXPECT_TRUE(FromJson(answer.body, said)) << answer.body;
    if (answer.status != 200 || !said.reason().empty()) {
      return absl::StrCat(answer.status, " ", said.state(), " ", said.reason());
    }
    return absl::StrCat(answer.status, " ", said.state(), " ", said.sequence());
  }

  static std::string Deposit(const std::string& id, const std::string& amount,
                             const std::string& asset = "USD", uint64_t account = 1001) {
    return absl::StrCat(R"({"event_id":")", id,
                        R"(","kind":"PROVIDER_EVENT_KIND_DEPOSIT_CONFIRMED","account_id":)",
                        account, R"(,"asset":")", asset, R"(","amount":")", amount, R"("})");
  }

  static std::string Word(const std::string& id, const std::string& withdrawal_id,
                          const std::string& kind) {
    return absl::StrCat(R"({"event_id":")", id, R"(","kind":"PROVIDER_EVENT_KIND_WITHDRAWAL_)",
                        kind, R"(","withdrawal_id":")", withdrawal_id,
                        R"(","reference":"block-7"})");
  }

  // "STATE waiting_for|reason", or the error.
  template <typename Response>
  static std::string Said(const grpc::Status& status, const Response& response) {
    if (!status.ok()) return status.error_message();
    const v1::Withdrawal& withdrawal = response.withdrawal();
    std::string text = v1::WithdrawalState_Name(withdrawal.state()).substr(17);
    if (!withdrawal.waiting_for().empty()) absl::StrAppend(&text, " ", withdrawal.waiting_for());
    if (!withdrawal.reason().empty()) absl::StrAppend(&text, " ", withdrawal.reason());
    return text;
  }

  std::string Request(const std::string& id, const std::string& amount,
                      const std::string& asset = "USD", uint64_t account = 1001) {
    v1::RequestWithdrawalRequest request;
    request.set_withdrawal_id(id);
    request.set_account_id(account);
    request.set_asset(asset);
    request.set_amount(amount);
    request.set_address("bank-1");
    v1::RequestWithdrawalResponse response;
    grpc::ClientContext context;
    return Said(stub_->RequestWithdrawal(&context, request, &response), response);
  }

  std::string Approve(const std::string& id, const std::string& name) {
    v1::ApproveWithdrawalRequest request;
    request.set_withdrawal_id(id);
    request.set_operator_(name);
    v1::ApproveWithdrawalResponse response;
    grpc::ClientContext context;
    return Said(stub_->ApproveWithdrawal(&context, request, &response), response);
  }

  std::string Reject(const std::string& id) {
    v1::RejectWithdrawalRequest request;
    request.set_withdrawal_id(id);
    request.set_operator_("olga");
    request.set_reason("looks wrong");
    v1::RejectWithdrawalResponse response;
    grpc::ClientContext context;
    return Said(stub_->RejectWithdrawal(&context, request, &response), response);
  }

  std::string Get(const std::string& id) {
    v1::GetWithdrawalRequest request;
    request.set_withdrawal_id(id);
    v1::GetWithdrawalResponse response;
    grpc::ClientContext context;
    return Said(stub_->GetWithdrawal(&context, request, &response), response);
  }

  // What a worker would do in one look.
  void Work() {
    const absl::StatusOr<std::vector<EventRow>> events = store_->OpenEvents();
    ASSERT_TRUE(events.ok()) << events.status();
    for (const EventRow& row : *events) (void)events_->Decide(row);  // Judged by what is stored.
    for (const State state : kOurStates) {
      const absl::StatusOr<std::vector<Withdrawal>> open = store_->OpenWithdrawals(state);
      ASSERT_TRUE(open.ok()) << open.status();
      for (const Withdrawal& row : *open) EXPECT_TRUE(withdrawals_->Advance(row).ok());
    }
  }

  // What the engine was told, by its order.
  std::vector<std::string> Told() const {
    std::vector<std::string> told(engine_.decided.size());
    for (const auto& [id, what] : engine_.decided) {
      told[what.first - 1] = absl::StrCat(id.substr(0, 3) == "de-" ? "de-" : id, " ", what.second);
    }
    return told;
  }

  std::string States(const std::string& id) {
    const auto rows = worker_->Execute(
        "SELECT coalesce(string_agg(state, ' ' ORDER BY change_id), '')"
        " FROM custody.withdrawal_changes WHERE withdrawal_id = $1",
        {id});
    return std::string(rows->row(0).Text(0));
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  StandInEngine engine_;
  StandInLedger ledger_;
  MadeToOrderProvider provider_;
  OperatorLimits limits_;
  std::unique_ptr<postgres::TestDatabase> database_;
  std::unique_ptr<postgres::Connection> worker_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<EngineClient> engine_client_;
  std::unique_ptr<LedgerClient> ledger_client_;
  std::unique_ptr<Events> events_;
  std::unique_ptr<Withdrawals> withdrawals_;
  std::unique_ptr<Worker> next_worker_;  // Not started.
  std::unique_ptr<CustodyService> service_;
  std::unique_ptr<Webhook> webhook_;
  std::vector<std::unique_ptr<grpc::Server>> servers_;
  std::unique_ptr<v1::CustodyService::Stub> stub_;
};

}  // namespace rialto::custody
