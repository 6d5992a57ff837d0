// Deposits and withdrawals over the real webhook, gRPC and PostgreSQL, with stand-ins for engine
// and ledger that remember transactions as the engine does, and a provider whose mistakes are made
// to order.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/postgres/test_database.h"
#include "custody/json.h"
#include "custody/lock_store.h"
#include "custody/service.h"
#include "custody/signature.h"
#include "custody/webhook.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"

namespace rialto::custody {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kSecret[] = "a secret of more than thirty-two bytes";

// Idempotent by transaction_id. `away` loses the question; `deaf` carries it out and loses the
// answer.
class StandInEngine : public engine::v1::AccountService::Service {
 public:
  grpc::Status Deposit(grpc::ServerContext*, const engine::v1::DepositRequest* request,
                       engine::v1::DepositResponse* response) override {
    if (away) return {grpc::StatusCode::UNAVAILABLE, "away"};
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
    if (away) return absl::UnavailableError("PROVIDER_AWAY: it is");
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
  bool refuses = false;
  bool deaf = false;
  int send_count = 0;
  std::set<std::string> sent;
};

std::unique_ptr<grpc::Server> Serve(grpc::Service& service, std::string& address) {
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
        Withdrawals::Parts{*store_, *engine_client_, *ledger_client_, provider_, metrics_});
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
                             const std::string& asset = "USD", int account = 1001) {
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
                      const std::string& asset = "USD") {
    v1::RequestWithdrawalRequest request;
    request.set_withdrawal_id(id);
    request.set_account_id(1001);
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
    const absl::StatusOr<std::vector<Withdrawal>> open = store_->OpenWithdrawals();
    ASSERT_TRUE(open.ok()) << open.status();
    for (const Withdrawal& row : *open) EXPECT_TRUE(withdrawals_->Advance(row).ok());
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

TEST_F(FlowTest, TellsWhatIsOpenAndWhetherThisProcessWorksOnIt) {
  const auto info = [&] {
    v1::GetServerInfoResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(stub_->GetServerInfo(&context, {}, &response).ok());
    EXPECT_FALSE(response.version().empty());
    return absl::StrCat(response.working(), " ", response.open_event_count(), " ",
                        response.open_withdrawal_count());
  };
  EXPECT_EQ(info(), "0 0 0");  // Somebody else has the lock.
  ledger_.answer.set_sequence(0);
  Tell(Deposit("d1", "100"));
  Request("w1", "50");
  Approve("w1", "anna");
  worker_.reset();
  ASSERT_TRUE(next_worker_->Start().ok());
  const absl::Time give_up = absl::Now() + absl::Seconds(20);
  while (info() != "1 0 1" && absl::Now() < give_up) {
    absl::SleepFor(absl::Milliseconds(10));  // tidy: poll
  }
  EXPECT_EQ(info(), "1 0 1");  // The withdrawal waits for the ledger.
  next_worker_->Stop();
}

TEST_F(FlowTest, ADepositIsMadeOnceHoweverOftenItIsTold) {
  EXPECT_EQ(Tell(Deposit("e/1", "250.00")), "200 done 1");
  EXPECT_EQ(Tell(Deposit("e/1", "250.00")), "200 done 1");
  EXPECT_THAT(Tell(Deposit("e/1", "251.00")), StartsWith("409  EVENT_ID_REUSED"));
  EXPECT_EQ(Tell(Deposit("e/2", "250.00")), "200 done 2");
  EXPECT_THAT(Told(), ElementsAre("de- deposit", "de- deposit"));
}

TEST_F(FlowTest, ADepositThatTheEngineRefusesIsKeptWithItsReason) {
  EXPECT_EQ(Tell(Deposit("e1", "5", "USD", 7)), "200 refused UNKNOWN_ACCOUNT");
  EXPECT_EQ(Tell(Deposit("e1", "5", "USD", 7)), "200 refused UNKNOWN_ACCOUNT");
  EXPECT_THAT(Tell(Deposit("e2", "5", "NIX")), StartsWith("200 refused UNKNOWN_ASSET"));
}

TEST_F(FlowTest, ADepositWhoseAnswerIsLostIsMadeOnce) {
  engine_.deaf = true;
  EXPECT_EQ(Tell(Deposit("e1", "5")), "503  TRY_AGAIN: it is not decided yet");
  engine_.deaf = false;
  engine_.away = true;
  EXPECT_EQ(Tell(Deposit("e2", "6")), "503  TRY_AGAIN: it is not decided yet");
  Work();
  engine_.away = false;
  Work();  // Nobody tells it again.
  EXPECT_THAT(Told(), ElementsAre("de- deposit", "de- deposit"));
  EXPECT_EQ(engine_.repeats, 1);
  EXPECT_EQ(Tell(Deposit("e1", "5")), "200 done 1");
  EXPECT_EQ(Tell(Deposit("e2", "6")), "200 done 2");
}

TEST_F(FlowTest, WhatIsNotSignedOrTooOldOrMalformedIsRefusedAndNothingRecorded) {
  const std::string body = Deposit("e1", "5");
  const std::string now = absl::StrCat(absl::ToUnixSeconds(absl::Now()));
  const std::string old = absl::StrCat(absl::ToUnixSeconds(absl::Now() - absl::Minutes(6)));
  const std::string good = Sign(kSecret, now, body);
  EXPECT_THAT(Tell({"POST", "/v1/events", body, now, Sign("other", now, body)}),
              StartsWith("401  BAD_SIGNATURE"));
  EXPECT_THAT(Tell({"POST", "/v1/events", body, "", good}), StartsWith("401  BAD_TIMESTAMP"));
  EXPECT_THAT(Tell({"POST", "/v1/events", body, old, Sign(kSecret, old, body)}),
              StartsWith("401  OUTSIDE_REPLAY_WINDOW"));
  EXPECT_THAT(Tell({"GET", "/v1/events", body, now, good}), StartsWith("405"));
  EXPECT_THAT(Tell({"POST", "/v1/other", body, now, good}), StartsWith("404"));
  for (const char* malformed : {"", "[]", "{", R"({"event_id":5})", "{}"}) {
    EXPECT_THAT(Tell(malformed), StartsWith("400")) << malformed;
  }
  EXPECT_THAT(Tell(Deposit("", "5")), StartsWith("400  INVALID_EVENT_ID"));
  EXPECT_THAT(Tell(Deposit("e1", "-5")), StartsWith("400  INVALID_AMOUNT"));
  EXPECT_THAT(Tell(Deposit("e1", "0.00")), StartsWith("400  INVALID_AMOUNT"));
  EXPECT_THAT(Tell(Deposit("e1", "5", "")), StartsWith("400  ASSET_REQUIRED"));
  EXPECT_THAT(Tell(Deposit("e1", "5", "USD", 0)), StartsWith("400  ACCOUNT_ID_REQUIRED"));
  EXPECT_THAT(Tell(Word("e1", "not an id", "CONFIRMED")), StartsWith("400  INVALID_WITHDRAWAL_ID"));
  EXPECT_TRUE(Told().empty());
  EXPECT_TRUE(store_->OpenEvents()->empty());
  EXPECT_EQ(store_->FindEvent("e1").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(FlowTest, AWithdrawalIsHeldApprovedSentAndSettled) {
  EXPECT_EQ(Request("w1", "100.00"), "HELD");
  EXPECT_EQ(Request("w1", "100.00"), "HELD");
  EXPECT_THAT(Request("w1", "99.00"), StartsWith("WITHDRAWAL_ID_REUSED"));
  EXPECT_EQ(Approve("w1", "anna"), "SENT");
  EXPECT_EQ(Approve("w1", "anna"), "SENT");
  EXPECT_EQ(Tell(Word("e1", "w1", "CONFIRMED")), "200 done 0");
  Work();
  EXPECT_EQ(Get("w1"), "SETTLED");
  EXPECT_EQ(Tell(Word("e1", "w1", "CONFIRMED")), "200 done 0");
  EXPECT_THAT(Told(), ElementsAre("wh-w1 PENDING 1001>1 100.00 USD", "ws-w1 POST of wh-w1"));
  EXPECT_EQ(provider_.send_count, 1);
  EXPECT_EQ(States("w1"), "requested held approved sending sent settling settled");
}

TEST_F(FlowTest, AboveTheLimitTwoDifferentOperatorsMustSayYes) {
  EXPECT_EQ(Request("w1", "100.01"), "HELD");
  EXPECT_EQ(Approve("w1", "anna"), "HELD");
  EXPECT_EQ(Approve("w1", "anna"), "HELD");
  Work();
  EXPECT_EQ(provider_.send_count, 0);
  EXPECT_EQ(Approve("w1", "bert"), "SENT");
  EXPECT_EQ(Request("w2", "0.01", "BTC"), "HELD");
  EXPECT_EQ(Approve("w2", "anna"), "HELD");  // No limit is set: always two.
  EXPECT_EQ(provider_.send_count, 1);
}

TEST_F(FlowTest, TwoOperatorsAtTheSameMomentAreTwo) {
  for (int round = 0; round < 20; ++round) {
    const std::string id = absl::StrCat("w", round);
    ASSERT_EQ(Request(id, "101"), "HELD");
    std::thread other([&] { Approve(id, "anna"); });
    Approve(id, "bert");
    other.join();
    EXPECT_EQ(Get(id), "SENT");
  }
  EXPECT_EQ(provider_.send_count, 20);
}

TEST_F(FlowTest, NothingLeavesWhileTheLedgerIsBehindAwayOrHasADrift) {
  ledger_.answer.set_sequence(0);
  EXPECT_EQ(Request("w1", "1"), "HELD");
  EXPECT_THAT(Approve("w1", "anna"),
              StartsWith("APPROVED LEDGER_BEHIND: the ledger is at 0, the hold at 1"));
  ledger_.answer.set_sequence(1);
  ledger_.answer.set_drift_count(1);
  Work();
  EXPECT_THAT(Get("w1"), StartsWith("APPROVED DRIFT_OPEN"));
  ledger_.answer.set_drift_count(0);
  ledger_.answer.set_mismatched_checkpoint_count(1);
  Work();
  EXPECT_THAT(Get("w1"), StartsWith("APPROVED DRIFT_OPEN"));
  ledger_.answer.set_mismatched_checkpoint_count(0);
  ledger_.error = {grpc::StatusCode::UNAVAILABLE, "down"};
  Work();
  EXPECT_THAT(Get("w1"), StartsWith("APPROVED LEDGER_AWAY"));
  EXPECT_EQ(provider_.send_count, 0);
  ledger_.error = grpc::Status::OK;
  Work();
  EXPECT_EQ(Get("w1"), "SENT");
  EXPECT_EQ(provider_.send_count, 1);
}

TEST_F(FlowTest, WhatMayHaveBeenSentIsLookedForBeforeItIsSentAgain) {
  provider_.deaf = true;
  EXPECT_EQ(Request("w1", "1"), "HELD");
  EXPECT_THAT(Approve("w1", "anna"), StartsWith("SENDING PROVIDER_AWAY"));
  provider_.away = true;
  ledger_.answer.set_drift_count(1);
  Work();
  EXPECT_THAT(Get("w1"), StartsWith("SENDING PROVIDER_AWAY"));
  EXPECT_THAT(Reject("w1"), StartsWith("TOO_LATE"));
  provider_.away = false;
  Work();  // It has left: a drift that was found since changes nothing.
  EXPECT_EQ(Get("w1"), "SENT");
  EXPECT_EQ(provider_.send_count, 1);
}

TEST_F(FlowTest, WhatWasNotSentYetWaitsAgainForTheLedger) {
  EXPECT_EQ(Request("w1", "1"), "HELD");
  provider_.away = true;
  EXPECT_THAT(Approve("w1", "anna"), StartsWith("SENDING PROVIDER_AWAY"));
  provider_.away = false;
  ledger_.answer.set_drift_count(1);
  Work();
  EXPECT_THAT(Get("w1"), StartsWith("SENDING DRIFT_OPEN"));
  EXPECT_EQ(provider_.send_count, 0);
}

TEST_F(FlowTest, ARejectedARefusedAndAFailedWithdrawalGiveTheMoneyBack) {
  EXPECT_EQ(Request("w1", "1"), "HELD");
  EXPECT_EQ(Reject("w1"), "RELEASED REJECTED by olga: looks wrong");
  EXPECT_EQ(Reject("w1"), "RELEASED REJECTED by olga: looks wrong");
  EXPECT_THAT(Approve("w1", "anna"), StartsWith("NOT_HELD"));
  EXPECT_EQ(Request("w2", "1"), "HELD");
  provider_.refuses = true;
  EXPECT_EQ(Approve("w2", "anna"), "RELEASED PROVIDER_REFUSED: no such address");
  provider_.refuses = false;
  EXPECT_EQ(Request("w3", "1"), "HELD");
  EXPECT_EQ(Approve("w3", "anna"), "SENT");
  EXPECT_EQ(Tell(Word("e3", "w3", "FAILED")), "200 done 0");
  Work();
  EXPECT_EQ(Get("w3"), "RELEASED PROVIDER_FAILED: event e3");
  EXPECT_THAT(Told(), ElementsAre("wh-w1 PENDING 1001>1 1 USD", "wr-w1 VOID of wh-w1",
                                  "wh-w2 PENDING 1001>1 1 USD", "wr-w2 VOID of wh-w2",
                                  "wh-w3 PENDING 1001>1 1 USD", "wr-w3 VOID of wh-w3"));
}

TEST_F(FlowTest, WithoutTheMoneyThereIsNoWithdrawal) {
  EXPECT_EQ(Request("w1", "999"), "REFUSED INSUFFICIENT_FUNDS: need 999");
  EXPECT_THAT(Approve("w1", "anna"), StartsWith("NOT_HELD"));
  EXPECT_THAT(Reject("w1"), StartsWith("TOO_LATE"));
}

TEST_F(FlowTest, AnEngineThatIsAwayOrDeafDelaysAndRepeatsNothing) {
  engine_.away = true;
  EXPECT_THAT(Request("w1", "1"), StartsWith("REQUESTED ENGINE_AWAY"));
  engine_.away = false;
  engine_.deaf = true;
  Work();
  EXPECT_THAT(Get("w1"), StartsWith("REQUESTED ENGINE_AWAY"));
  engine_.deaf = false;
  Work();
  EXPECT_EQ(Get("w1"), "HELD");
  EXPECT_EQ(Approve("w1", "anna"), "SENT");
  engine_.deaf = true;
  Tell(Word("e1", "w1", "CONFIRMED"));
  Work();
  EXPECT_THAT(Get("w1"), StartsWith("SETTLING ENGINE_AWAY"));
  engine_.deaf = false;
  Work();
  EXPECT_EQ(Get("w1"), "SETTLED");
  EXPECT_EQ(engine_.decided.size(), 2u);
  EXPECT_EQ(engine_.repeats, 2);
}

TEST_F(FlowTest, AWordThatDoesNotFitTheWithdrawalIsRefusedAndChangesNothing) {
  EXPECT_EQ(Tell(Word("e1", "w9", "CONFIRMED")), "200 refused UNKNOWN_WITHDRAWAL: w9");
  EXPECT_EQ(Request("w1", "1"), "HELD");
  EXPECT_EQ(Tell(Word("e2", "w1", "CONFIRMED")), "200 refused WRONG_STATE: the withdrawal is held");
  EXPECT_EQ(Approve("w1", "anna"), "SENT");
  Tell(Word("e3", "w1", "CONFIRMED"));
  Work();
  EXPECT_EQ(Tell(Word("e4", "w1", "FAILED")), "200 refused WRONG_STATE: the withdrawal is settled");
  EXPECT_EQ(Get("w1"), "SETTLED");
}

TEST_F(FlowTest, AnEngineThatRefusesTheEndStopsTheWithdrawalForAPerson) {
  EXPECT_EQ(Request("w1", "1"), "HELD");
  EXPECT_EQ(Approve("w1", "anna"), "SENT");
  Tell(Word("e1", "w1", "CONFIRMED"));
  engine_.refuses_ends = true;
  Work();
  EXPECT_THAT(Get("w1"), StartsWith("STUCK INSUFFICIENT_FUNDS"));
}

TEST_F(FlowTest, MalformedRequestsAreRefused) {
  EXPECT_THAT(Request("", "1"), StartsWith("INVALID_WITHDRAWAL_ID"));
  EXPECT_THAT(Request(std::string(33, 'w'), "1"), StartsWith("INVALID_WITHDRAWAL_ID"));
  EXPECT_THAT(Request("w1", "1e5"), StartsWith("INVALID_AMOUNT"));
  EXPECT_THAT(Request("w1", "1", ""), StartsWith("ASSET_REQUIRED"));
  EXPECT_EQ(Request("w1", "1"), "HELD");
  EXPECT_THAT(Approve("w1", ""), StartsWith("INVALID_OPERATOR"));
  EXPECT_THAT(Approve("w2", "anna"), StartsWith("UNKNOWN_WITHDRAWAL"));
  EXPECT_THAT(Get("w2"), StartsWith("UNKNOWN_WITHDRAWAL"));
}

TEST_F(FlowTest, WithdrawalsAreListedInPagesByAccountAndState) {
  for (const char* id : {"c", "a", "b"}) ASSERT_EQ(Request(id, "1"), "HELD");
  Reject("a");
  v1::ListWithdrawalsRequest request;
  request.set_state(v1::WITHDRAWAL_STATE_HELD);
  request.set_page_size(1);
  std::vector<std::string> ids;
  do {
    v1::ListWithdrawalsResponse page;
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->ListWithdrawals(&context, request, &page).ok());
    for (const v1::Withdrawal& row : page.withdrawals()) ids.push_back(row.withdrawal_id());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(ids, ElementsAre("c", "b"));
  request.set_account_id(7);
  v1::ListWithdrawalsResponse page;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->ListWithdrawals(&context, request, &page).ok());
  EXPECT_TRUE(page.withdrawals().empty());
}

TEST_F(FlowTest, TheHistoryOfAWithdrawalCanNotBeChanged) {
  ASSERT_EQ(Request("w1", "1"), "HELD");
  for (const char* change : {"UPDATE custody.withdrawal_changes SET reason = 'x'",
                             "DELETE FROM custody.withdrawal_changes"}) {
    EXPECT_THAT(worker_->Execute(change).status().ToString(), HasSubstr("append-only"));
  }
}

TEST_F(FlowTest, ThereIsOneWorkerAtATime) {
  EXPECT_EQ(OpenAsOnlyWorker(database_->url()).status().code(), absl::StatusCode::kUnavailable);
  worker_.reset();
  EXPECT_TRUE(OpenAsOnlyWorker(database_->url()).ok());
}

}  // namespace
}  // namespace rialto::custody
