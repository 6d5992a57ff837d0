#include "engine/core/accounts.h"

#include <gtest/gtest.h>

namespace rialto::engine {
namespace {

constexpr AssetId kUsd{1};
constexpr AssetId kBtc{2};

CallerId Name(const char* text) { return *CallerId::Parse(text); }

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() : alice_(accounts_.Open(Name("alice"))), bob_(accounts_.Open(Name("bob"))) {
    Begin();
  }

  void Begin() { accounts_.BeginCommand(Sequence(++sequence_)); }
  void Deposit(AccountId to, Amount amount) {
    accounts_.MoveAvailable(kUsd, kExternal, to, amount);
  }

  Accounts accounts_;
  AccountId alice_;
  AccountId bob_;
  uint64_t sequence_ = 0;
};

TEST_F(AccountsTest, UsersAreNumberedFrom1001) {
  EXPECT_EQ(alice_, AccountId(1001));
  EXPECT_EQ(bob_, AccountId(1002));
  EXPECT_EQ(accounts_.user_count(), 2u);
  EXPECT_EQ(accounts_.last_user(), bob_);
  EXPECT_EQ(accounts_.FindByName(Name("bob")), bob_);
  EXPECT_EQ(accounts_.FindByName(Name("carol")), AccountId(0));
}

TEST_F(AccountsTest, HouseAccountsAreNoUsers) {
  for (uint64_t id = 1; id <= kHouseAccounts; ++id) {
    EXPECT_NE(accounts_.Find(AccountId(id)), nullptr) << id;
    EXPECT_EQ(accounts_.FindUser(AccountId(id)), nullptr) << id;
  }
  for (const uint64_t id : {uint64_t{0}, uint64_t{6}, uint64_t{1000}, uint64_t{1003}, UINT64_MAX}) {
    EXPECT_EQ(accounts_.Find(AccountId(id)), nullptr) << id;
    EXPECT_EQ(accounts_.FindUser(AccountId(id)), nullptr) << id;
  }
  EXPECT_NE(accounts_.FindUser(alice_), nullptr);
}

TEST_F(AccountsTest, WhatComesInIsMissingOutside) {
  Deposit(alice_, Amount(70));
  EXPECT_EQ(accounts_.Get(alice_, kUsd).available, Amount(70));
  EXPECT_EQ(accounts_.Get(kExternal, kUsd).available, Amount(-70));
  EXPECT_EQ(accounts_.Total(kUsd), 0);
  EXPECT_EQ(accounts_.Get(bob_, kBtc).available, Amount(0));
}

TEST_F(AccountsTest, ReservedMoneyIsHeldUntilReleasedOrMoved) {
  Deposit(alice_, Amount(100));
  accounts_.Reserve({alice_, kUsd}, Amount(60));
  EXPECT_EQ(accounts_.Get(alice_, kUsd).available, Amount(40));
  EXPECT_EQ(accounts_.Get(alice_, kUsd).held, Amount(60));
  accounts_.Release({alice_, kUsd}, Amount(10));
  accounts_.MoveHeld(kUsd, alice_, bob_, Amount(50));
  EXPECT_EQ(accounts_.Get(alice_, kUsd).available, Amount(50));
  EXPECT_EQ(accounts_.Get(alice_, kUsd).held, Amount(0));
  EXPECT_EQ(accounts_.Get(bob_, kUsd).available, Amount(50));
  accounts_.EndCommand([](const BalanceKey&, const Balance&) {});
  accounts_.Validate(2);
  EXPECT_EQ(accounts_.TotalHeld(kUsd), 0);
}

TEST_F(AccountsTest, TouchedBalancesComeInTheOrderOfFirstUse) {
  Deposit(bob_, Amount(10));
  Deposit(alice_, Amount(10));
  accounts_.MoveAvailable(kUsd, bob_, kFees, Amount(1));
  ASSERT_EQ(accounts_.touched().size(), 4u);
  const AccountId expected[] = {kExternal, bob_, alice_, kFees};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(accounts_.touched()[i].key.account_id, expected[i]) << i;
    EXPECT_EQ(accounts_.touched()[i].key.asset_id, kUsd) << i;
  }
  Begin();
  EXPECT_TRUE(accounts_.touched().empty());
}

TEST_F(AccountsTest, AMoveOfNothingTouchesNothing) {
  Deposit(alice_, Amount(10));
  Begin();
  accounts_.Reserve({alice_, kUsd}, Amount(0));
  accounts_.Release({alice_, kUsd}, Amount(0));
  accounts_.MoveAvailable(kUsd, alice_, bob_, Amount(0));
  accounts_.MoveHeld(kUsd, alice_, bob_, Amount(0));
  EXPECT_TRUE(accounts_.touched().empty());
}

using AccountsDeathTest = AccountsTest;

TEST_F(AccountsDeathTest, NobodyButTheOutsideGoesBelowZero) {
  Deposit(alice_, Amount(10));
  accounts_.Reserve({alice_, kUsd}, Amount(4));
  EXPECT_DEATH(accounts_.Reserve({alice_, kUsd}, Amount(7)), "CHECK failed");
  EXPECT_DEATH(accounts_.Release({alice_, kUsd}, Amount(5)), "CHECK failed");
  EXPECT_DEATH(accounts_.MoveHeld(kUsd, alice_, bob_, Amount(5)), "CHECK failed");
  EXPECT_DEATH(accounts_.MoveAvailable(kUsd, alice_, bob_, Amount(7)), "CHECK failed");
  EXPECT_DEATH(accounts_.MoveAvailable(kUsd, kFees, bob_, Amount(1)), "CHECK failed");
}

}  // namespace
}  // namespace rialto::engine
