// Money from account to account: at once, in two phases, several together, back again.
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/core/engine.h"
#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

const std::string kAccounts = R"(
  asset USD 2
  asset BTC 8
  open alice bob carol
  deposit alice USD 100 as D1
)";

TEST(TransfersTest, ATransferMovesWhatIsAvailable) {
  Check(kAccounts + R"(
    transfer alice bob USD 30.50 ref lunch       -> ok
    balance alice USD                            -> available 69.5 held 0
    balance bob USD                              -> available 30.5 held 0
    transfer alice bob USD 69.51                 -> INSUFFICIENT_FUNDS need 69.51 have 69.5
  )");
}

TEST(TransfersTest, AHoldIsPosted) {
  Check(kAccounts + R"(
    hold alice bob USD 40 as H                   -> ok, H pending
    balance alice USD                            -> available 60 held 40
    balance bob USD                              -> available 0 held 0
    withdraw alice USD 61                        -> INSUFFICIENT_FUNDS need 61 have 60
    post H                                       -> ok, H posted 40
    balance alice USD                            -> available 60 held 0
    balance bob USD                              -> available 40 held 0
  )");
}

TEST(TransfersTest, WhatIsNotPostedIsGivenBack) {
  Check(kAccounts + R"(
    hold alice bob USD 40 as H                   -> ok, H pending
    post H 15.25                                 -> ok, H posted 15.25 returned 24.75
    balance alice USD                            -> available 84.75 held 0
    balance bob USD                              -> available 15.25 held 0
    post H 1                                     -> PENDING_ALREADY_POSTED
  )");
}

TEST(TransfersTest, AHoldIsVoided) {
  Check(kAccounts + R"(
    hold alice bob USD 40 as H                   -> ok, H pending
    void H 40 from alice to bob in USD           -> ok, H voided
    balance alice USD                            -> available 100 held 0
    balance bob USD                              -> available 0 held 0
  )");
}

TEST(TransfersTest, AHoldExpiresByItself) {
  Check(kAccounts + R"(
    at 12:00 hold alice bob USD 40 for 60s as H  -> ok, H pending until 12:01:00
    due                                          -> 12:01:00
    at 12:00:59 tick                             -> ok
    at 12:01:00 tick                             -> ok, H expired
    balance alice USD                            -> available 100 held 0
    due                                          -> never
  )");
}

TEST(TransfersTest, WhatIsPostedInTimeDoesNotExpire) {
  Check(kAccounts + R"(
    at 12:00 hold alice bob USD 40 for 60s as H  -> ok, H pending until 12:01:00
    at 12:00:59.999999999 post H                 -> ok, H posted 40
    due                                          -> never
    at 12:02 tick                                -> ok
    balance bob USD                              -> available 40 held 0
  )");
}

// At the same moment the older goes first.
TEST(TransfersTest, HoldsExpireInTheOrderTheyWereMade) {
  Check(kAccounts + R"(
    at 12:00 link hold alice bob USD 1 for 60s as B | hold alice bob USD 1 for 60s as A -> ok, B pending until 12:01:00, A pending until 12:01:00
    hold alice bob USD 1 for 59999999999ns as C  -> ok, C pending until 12:01:00
    at 13:00 tick                                -> ok, B expired, A expired, C expired
  )");
}

TEST(TransfersTest, AWithdrawalInTwoPhases) {
  Check(kAccounts + R"(
    hold alice external USD 40 as W1             -> ok, W1 pending
    balance external USD                         -> available -100 held 0
    post W1                                      -> ok, W1 posted 40
    balance external USD                         -> available -60 held 0
    balance alice USD                            -> available 60 held 0
    hold alice external USD 10 as W2             -> ok, W2 pending
    void W2                                      -> ok, W2 voided
    balance alice USD                            -> available 60 held 0
  )");
}

TEST(TransfersTest, TheHouseMovesItsOwnMoneyAndOnlyTheOutsideOwes) {
  Check(kAccounts + R"(
    transfer external insurance USD 50           -> ok
    transfer insurance bob USD 20                -> ok
    transfer insurance bob USD 30.01             -> INSUFFICIENT_FUNDS need 30.01 have 30
    hold insurance in-transit USD 30 as H        -> ok, H pending
    balance insurance USD                        -> available 0 held 30
    post H                                       -> ok, H posted 30
    transfer in-transit external USD 30          -> ok
    balance external USD                         -> available -120 held 0
    transfer rounding fees USD 1                 -> INSUFFICIENT_FUNDS need 1 have 0
  )");
}

TEST(TransfersTest, WhatOrdersHoldIsNotTransferred) {
  Check(kAccounts + R"(
    instrument BTC-USD tick 0.01 lot 0.01
    place alice B1 BTC-USD buy 1 @ 60            -> accepted, rests 1
    transfer alice bob USD 41                    -> INSUFFICIENT_FUNDS need 41 have 40
    hold alice bob USD 40 as H                   -> ok, H pending
    cancel alice B1                              -> accepted, canceled 1 REQUESTED
    balance alice USD                            -> available 60 held 40
  )");
}

// --- Several together ---

TEST(TransfersTest, EachSeesWhatTheOnesBeforeDid) {
  Check(kAccounts + R"(
    link transfer alice bob USD 100 | transfer bob carol USD 70 | hold carol alice USD 60 as H -> ok, H pending
    balance alice USD                            -> available 0 held 0
    balance bob USD                              -> available 30 held 0
    balance carol USD                            -> available 10 held 60
    link post H 20 | transfer alice bob USD 20 | transfer carol bob USD 50 -> ok, H posted 20 returned 40
    balance bob USD                              -> available 100 held 0
  )");
}

TEST(TransfersTest, AHoldIsResolvedByTheNextOne) {
  Check(kAccounts + R"(
    link hold alice bob USD 60 as H | post H 10 | transfer alice bob USD 90 as T | reverse T -> ok, H pending, H posted 10 returned 50
    balance alice USD                            -> available 90 held 0
    link hold alice bob USD 60 as I | void I | post I -> PENDING_ALREADY_VOIDED at 3
    balance alice USD                            -> available 90 held 0
    reverse T                                    -> ALREADY_REVERSED
  )");
}

TEST(TransfersTest, AllAreMadeOrNone) {
  Check(kAccounts + R"(
    link transfer alice bob USD 100 as A | transfer bob carol USD 100.01 as B | transfer bob alice USD 1 as C -> INSUFFICIENT_FUNDS need 100.01 have 100 at 2
    balance alice USD                            -> available 100 held 0
    balance bob USD                              -> available 0 held 0
    // Their ids are used up, and a retry hears the same again.
    deposit alice USD 100
    link transfer alice bob USD 100 as A | transfer bob carol USD 100.01 as B | transfer bob alice USD 1 as C -> repeated INSUFFICIENT_FUNDS need 100.01 have 100 at 2
    transfer alice bob USD 100 as A              -> TRANSACTION_ID_REUSED
    transfer alice bob USD 1 as C                -> TRANSACTION_ID_REUSED
    reverse A                                    -> UNKNOWN_TRANSFER
  )");
}

TEST(TransfersTest, AnIdIsUsedOnceInACommand) {
  Check(kAccounts + R"(
    link transfer alice bob USD 1 as A | transfer alice bob USD 1 as A -> TRANSACTION_ID_REUSED at 2
    link transfer alice bob USD 1 as A | transfer alice bob USD 1 as A -> repeated TRANSACTION_ID_REUSED at 2
    link transfer alice bob USD 1 as B | transfer alice bob USD 1 as D1 -> TRANSACTION_ID_REUSED at 2
    // What was known by its id stays what it was.
    reverse D1                                   -> ok
  )");
}

TEST(TransfersTest, SoManyMakeACommandAndNoMore) {
  std::string all = "link transfer alice bob USD 0.01";
  for (int i = 2; i <= 100; ++i) all += " | transfer alice bob USD 0.01";
  Check(kAccounts + all + " -> ok\n" + all +
        " | transfer alice bob USD 0.01 -> INVALID_TRANSFER need 100 have 101\n" + R"(
    balance alice USD                            -> available 99 held 0
  )");
}

TEST(TransfersTest, EachOfThoseRefusedHasItsOwnReason) {
  Engine engine;
  Events events;
  uint64_t sequence = 0;
  const auto apply = [&](const Command& command) {
    events.clear();
    ++sequence;
    return engine.Apply({Sequence(sequence), Timestamp(static_cast<int64_t>(sequence))}, command,
                        events);
  };
  const auto id = [](const std::string& text) { return CallerId::Parse(text).value(); };
  apply(CreateAsset{id("USD"), 2});
  apply(OpenAccount{id("alice")});
  MakeTransfers command;
  for (const char* name : {"A", "B", "C"}) {
    command.transfers.push_back({.transaction_id = id(name),
                                 .debit_account_id = kExternal,
                                 .credit_account_id = kFirstUserAccount,
                                 .asset_id = AssetId(1),
                                 .amount = Amount(5)});
  }
  command.transfers[1].debit_account_id = kFees;
  const Outcome outcome = apply(command);
  EXPECT_EQ(outcome.reason, RejectReason::kInsufficientFunds);
  EXPECT_EQ(outcome.transfer.refused, 2u);
  ASSERT_EQ(events.size(), 3u);
  const auto rejected = [&](size_t i) { return std::get<TransferRejected>(events[i]); };
  EXPECT_EQ(rejected(0).reason, RejectReason::kLinkedFailed);
  EXPECT_EQ(rejected(1).reason, RejectReason::kInsufficientFunds);
  EXPECT_EQ(rejected(1).need, 5);
  EXPECT_EQ(rejected(1).have, 0);
  EXPECT_EQ(rejected(2).reason, RejectReason::kLinkedFailed);
  EXPECT_EQ(rejected(2).need, 0);
  EXPECT_EQ(engine.FindTransfer(id("C"))->state, TransferState::kRefused);
}

// --- Repeats ---

TEST(TransfersTest, ARepeatHearsTheFirstOutcome) {
  Check(kAccounts + R"(
    hold alice bob USD 40 as H ref R             -> ok, H pending
    hold alice bob USD 40 as H ref R             -> repeated ok
    hold alice bob USD 40 as H                   -> TRANSACTION_ID_REUSED
    hold alice bob USD 40 as H ref R for 1s      -> TRANSACTION_ID_REUSED
    hold alice bob USD 41 as H ref R             -> TRANSACTION_ID_REUSED
    hold alice carol USD 40 as H ref R           -> TRANSACTION_ID_REUSED
    transfer alice bob USD 40 as H ref R         -> TRANSACTION_ID_REUSED
    deposit alice USD 40 as H                    -> TRANSACTION_ID_REUSED
    post H 10 as P                               -> ok, H posted 10 returned 30
    post H 10 as P                               -> repeated ok
    post H 11 as P                               -> TRANSACTION_ID_REUSED
    void H as P                                  -> TRANSACTION_ID_REUSED
    hold alice bob USD 40 as H ref R             -> repeated ok
    post nothing as Q                            -> UNKNOWN_TRANSFER
    hold alice bob USD 5 as nothing              -> ok, nothing pending
    // It stays refused: a retry never changes an answer.
    post nothing as Q                            -> repeated UNKNOWN_TRANSFER
    post nothing as Q2                           -> ok, nothing posted 5
  )");
}

TEST(TransfersTest, TheOutcomeTellsWhatTheServiceNeeds) {
  Engine engine;
  Events events;
  uint64_t sequence = 0;
  const auto apply = [&](const Command& command) {
    ++sequence;
    return engine.Apply({Sequence(sequence), Timestamp(static_cast<int64_t>(sequence))}, command,
                        events);
  };
  const auto id = [](const std::string& text) { return CallerId::Parse(text).value(); };
  apply(CreateAsset{id("USD"), 2});
  apply(OpenAccount{id("alice")});
  apply(Deposit{id("D"), kFirstUserAccount, AssetId(1), Amount(100)});
  const Outcome held = apply(MakeTransfers{{{.transaction_id = id("H"),
                                             .kind = TransferKind::kPending,
                                             .debit_account_id = kFirstUserAccount,
                                             .credit_account_id = kExternal,
                                             .asset_id = AssetId(1),
                                             .amount = Amount(60),
                                             .timeout_ns = 1'000}}});
  EXPECT_EQ(held.available, Amount(40));
  EXPECT_EQ(held.held, Amount(60));
  EXPECT_EQ(held.due_ns, 1'004);
  EXPECT_EQ(held.transfer, (TransferOutcome{Amount(60), kFirstUserAccount, 0, AssetId(1)}));
  const Outcome posted = apply(
      MakeTransfers{{{.transaction_id = id("P"), .kind = TransferKind::kPost, .target = id("H")}}});
  EXPECT_EQ(posted.available, Amount(40));
  EXPECT_EQ(posted.held, Amount(0));
  EXPECT_EQ(posted.transfer, held.transfer);
  EXPECT_EQ(engine.FindTransfer(id("H"))->state, TransferState::kPosted);
  EXPECT_EQ(engine.pending_transfer_count(), 0u);
}

// --- Reversals ---

TEST(TransfersTest, AReversalMovesTheMoneyBackOnce) {
  Check(kAccounts + R"(
    transfer alice bob USD 30 as T               -> ok
    transfer bob carol USD 10                    -> ok
    reverse T                                    -> INSUFFICIENT_FUNDS need 30 have 20
    transfer carol bob USD 10                    -> ok
    reverse T as R                               -> ok
    reverse T as R                               -> repeated ok
    reverse T                                    -> ALREADY_REVERSED
    balance alice USD                            -> available 100 held 0
  )");
}

TEST(TransfersTest, DepositsWithdrawalsAndPostsAreReversed) {
  Check(kAccounts + R"(
    withdraw alice USD 60 as W                   -> ok
    reverse D1                                   -> INSUFFICIENT_FUNDS need 100 have 40
    reverse W                                    -> ok
    reverse D1                                   -> ok
    balance external USD                         -> available 0 held 0
    deposit bob USD 50
    hold bob carol USD 50 as H                   -> ok, H pending
    post H 20 as P                               -> ok, H posted 20 returned 30
    reverse P                                    -> ok
    balance bob USD                              -> available 50 held 0
    reverse H                                    -> NOT_REVERSIBLE
  )");
}

// --- Bounds ---

TEST(TransfersTest, ATimeoutIsAtMostAYear) {
  Check(kAccounts + R"(
    hold alice bob USD 1 for 366d as H           -> ok, H pending until 366d00:00:00.000000007
    hold alice bob USD 1 for 31622400000000001ns -> INVALID_TRANSFER
  )");
}

TEST(TransfersTest, ResolvedHoldsMakeRoomForOthers) {
  Check(kAccounts + R"(
    repeat 9999 hold alice bob USD 0.01 as H*    -> ok, H* pending
    link hold alice bob USD 0.01 as A | hold alice bob USD 0.01 as B -> TOO_MANY_PENDING_TRANSFERS need 10000 have 10000 at 2
    link void H7 | hold alice bob USD 0.01 as C | hold alice bob USD 0.01 as E -> ok, H7 voided, C pending, E pending
    hold alice bob USD 0.01                      -> TOO_MANY_PENDING_TRANSFERS need 10000 have 10000
  )");
}

}  // namespace
}  // namespace rialto::engine
