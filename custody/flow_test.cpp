// What becomes of deposits and withdrawals, whatever is asked and whoever does not answer.
#include <cstdint>
#include <string>
#include <thread>

#include "custody/flow_under_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::custody {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

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

TEST_F(FlowTest, ANumberBeyondEveryAccountIsRefusedWhereverItIsAsked) {
  v1::ListWithdrawalsRequest request;
  for (const uint64_t beyond : {uint64_t{1} << 63, UINT64_MAX}) {
    request.set_account_id(beyond);
    v1::ListWithdrawalsResponse page;
    grpc::ClientContext context;
    const grpc::Status status = stub_->ListWithdrawals(&context, request, &page);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(status.error_message(),
              absl::StrCat("BAD_ACCOUNT_ID: ", beyond, " is beyond every account"));
    EXPECT_THAT(Request("w1", "1", "USD", beyond), StartsWith("ACCOUNT_ID_REQUIRED"));
    EXPECT_THAT(Tell(Deposit("e1", "5", "USD", beyond)), StartsWith("400  ACCOUNT_ID_REQUIRED"));
  }
  request.set_account_id(INT64_MAX);
  v1::ListWithdrawalsResponse page;
  grpc::ClientContext context;
  EXPECT_TRUE(stub_->ListWithdrawals(&context, request, &page).ok());
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
