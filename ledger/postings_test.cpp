#include "ledger/postings.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace rialto::ledger {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;
using engine::v1::CommandEvents;
using engine::v1::Event;

constexpr uint32_t kUsd = 1;
constexpr uint32_t kBtc = 2;
constexpr uint64_t kAlice = 1001;
constexpr uint64_t kBob = 1002;

Catalog MakeCatalog() {
  Catalog catalog;
  Event event;
  for (uint32_t id : {kUsd, kBtc}) {
    event.mutable_asset_created()->set_asset_id(id);
    event.mutable_asset_created()->set_symbol(id == kUsd ? "USD" : "BTC");
    catalog.Apply(event);
  }
  auto& instrument = *event.mutable_instrument_created();
  instrument.set_instrument_id(1);
  instrument.set_symbol("BTC-USD");
  instrument.set_base_asset_id(kBtc);
  instrument.set_quote_asset_id(kUsd);
  catalog.Apply(event);
  return catalog;
}

// "account asset amount kind[/order]" per leg, one line each.
std::string Book(const CommandEvents& command) {
  std::vector<Posting> postings;
  AppendPostings(command, MakeCatalog(), postings);
  return absl::StrJoin(postings, "\n", [](std::string* out, const Posting& posting) {
    absl::StrAppend(out, posting.account_id.value(),
                    posting.asset_id.value() == kUsd ? " USD " : " BTC ", posting.amount.value(),
                    " ", std::string(EntryKindName(posting.kind)));
    if (posting.order_id != OrderId()) absl::StrAppend(out, " order ", posting.order_id.value());
    if (posting.trade_id != TradeId()) absl::StrAppend(out, " trade ", posting.trade_id.value());
    if (!posting.transaction_id.empty()) {
      absl::StrAppend(out, " ", std::string(posting.transaction_id));
    }
    if (!posting.reference.empty()) {
      absl::StrAppend(out, " note ", std::string(posting.reference));
    }
    if (!posting.target_transaction_id.empty()) {
      absl::StrAppend(out, " of ", std::string(posting.target_transaction_id));
    }
  });
}

CommandEvents TradeCommand(common::v1::OrderSide taker_side) {
  CommandEvents command;
  auto& trade = *command.add_events()->mutable_trade();
  trade.set_trade_id(9);
  trade.set_instrument_id(1);
  trade.set_taker_side(taker_side);
  trade.set_taker_order_id(21);
  trade.set_taker_account_id(kAlice);
  trade.set_maker_order_id(11);
  trade.set_maker_account_id(kBob);
  trade.set_base_units(5);
  trade.set_buyer_cost_units(501);
  trade.set_seller_gross_units(500);
  trade.set_buyer_fee_units(3);
  trade.set_seller_fee_units(2);
  return command;
}

TEST(PostingsTest, BooksADepositAgainstTheOutside) {
  CommandEvents command;
  auto& deposit = *command.add_events()->mutable_deposited();
  deposit.set_transaction_id("D1");
  deposit.set_account_id(kAlice);
  deposit.set_asset_id(kUsd);
  deposit.set_amount_units(100);
  EXPECT_EQ(Book(command), "1001 USD 100 deposit D1\n1 USD -100 deposit D1");
}

TEST(PostingsTest, BooksAWithdrawalAgainstTheOutside) {
  CommandEvents command;
  auto& withdrawal = *command.add_events()->mutable_withdrawn();
  withdrawal.set_transaction_id("W1");
  withdrawal.set_account_id(kAlice);
  withdrawal.set_asset_id(kUsd);
  withdrawal.set_amount_units(40);
  EXPECT_EQ(Book(command), "1001 USD -40 withdrawal W1\n1 USD 40 withdrawal W1");
}

TEST(PostingsTest, BooksTransfersBetweenAccountsAndWhatIsPosted) {
  CommandEvents command;
  auto& made = *command.add_events()->mutable_transferred();
  made.set_transaction_id("T1");
  made.set_debit_account_id(kAlice);
  made.set_credit_account_id(kBob);
  made.set_asset_id(kUsd);
  made.set_amount_units(30);
  auto& resolved = *command.add_events()->mutable_pending_resolved();
  resolved.set_transaction_id("P1");
  resolved.set_pending_transaction_id("H1");
  resolved.set_state(common::v1::TRANSFER_STATE_POSTED);
  resolved.set_debit_account_id(kBob);
  resolved.set_credit_account_id(1);
  resolved.set_asset_id(kBtc);
  resolved.set_posted_units(7);
  resolved.set_released_units(3);
  resolved.set_reference("paid-out");
  auto& reversal = *command.add_events()->mutable_transferred();
  reversal = made;
  reversal.set_transaction_id("R1");
  reversal.set_reverses("T1");
  reversal.set_reference("typo");
  auto& covered = *command.add_events()->mutable_transferred();
  covered = made;
  covered.set_debit_account_id(1);
  EXPECT_EQ(Book(command),
            "1001 USD -30 transfer T1\n1002 USD 30 transfer T1\n"
            "1002 BTC -7 withdrawal P1 note paid-out of H1\n"
            "1 BTC 7 withdrawal P1 note paid-out of H1\n"
            "1001 USD -30 reversal R1 note typo of T1\n"
            "1002 USD 30 reversal R1 note typo of T1\n"
            "1 USD -30 deposit T1\n1002 USD 30 deposit T1");
}

TEST(PostingsTest, BooksATradeWithItsFeesAndRounding) {
  EXPECT_EQ(Book(TradeCommand(ORDER_SIDE_BUY)),
            "1002 BTC -5 trade order 11 trade 9\n"
            "1001 BTC 5 trade order 21 trade 9\n"
            "1001 USD -501 trade order 21 trade 9\n"
            "1002 USD 500 trade order 11 trade 9\n"
            "4 USD 1 rounding trade 9\n"
            "1001 USD -3 fee order 21 trade 9\n"
            "2 USD 3 fee trade 9\n"
            "1002 USD -2 fee order 11 trade 9\n"
            "2 USD 2 fee trade 9");
}

TEST(PostingsTest, BooksARebateFromTheFeesToItsSide) {
  CommandEvents command = TradeCommand(ORDER_SIDE_BUY);
  command.mutable_events(0)->mutable_trade()->set_seller_fee_units(-2);
  EXPECT_EQ(Book(command),
            "1002 BTC -5 trade order 11 trade 9\n"
            "1001 BTC 5 trade order 21 trade 9\n"
            "1001 USD -501 trade order 21 trade 9\n"
            "1002 USD 500 trade order 11 trade 9\n"
            "4 USD 1 rounding trade 9\n"
            "1001 USD -3 fee order 21 trade 9\n"
            "2 USD 3 fee trade 9\n"
            "1002 USD 2 fee order 11 trade 9\n"
            "2 USD -2 fee trade 9");
}

TEST(PostingsTest, KnowsBuyerAndSellerByTheTakersSide) {
  CommandEvents command = TradeCommand(ORDER_SIDE_SELL);
  auto& trade = *command.mutable_events(0)->mutable_trade();
  trade.set_seller_gross_units(501);
  trade.set_buyer_fee_units(0);
  trade.set_seller_fee_units(0);
  EXPECT_EQ(Book(command),
            "1001 BTC -5 trade order 21 trade 9\n"
            "1002 BTC 5 trade order 11 trade 9\n"
            "1002 USD -501 trade order 11 trade 9\n"
            "1001 USD 501 trade order 21 trade 9");
}

TEST(PostingsTest, BooksATradeWithOneself) {
  CommandEvents command = TradeCommand(ORDER_SIDE_BUY);
  command.mutable_events(0)->mutable_trade()->set_maker_account_id(kAlice);
  EXPECT_NE(Book(command).find("1001 BTC -5 trade order 11"), std::string::npos);
}

TEST(PostingsTest, BooksNothingForWhatMovesNoMoney) {
  CommandEvents command;
  command.add_events()->mutable_order_accepted()->set_hold_units(10);
  command.add_events()->mutable_balance_changed()->set_held_units(10);
  command.add_events()->mutable_order_canceled();
  command.add_events()->mutable_transfer_rejected()->set_amount_units(10);
  command.add_events()->mutable_transfer_pending()->set_amount_units(10);
  command.add_events()->mutable_pending_resolved()->set_released_units(10);
  command.add_events()->mutable_self_trade_prevented()->set_taker_prevented_lots(10);
  command.add_events()->mutable_order_moved()->set_hold_units(10);
  command.add_events()->mutable_order_triggered()->set_hold_units(10);
  command.add_events()->mutable_order_replenished()->set_displayed_lots(10);
  command.add_events()->mutable_instrument_state_changed()->set_instrument_id(1);
  command.add_events()->mutable_mass_canceled()->set_canceled_orders(10);
  EXPECT_EQ(Book(command), "");
  EXPECT_EQ(Book(CommandEvents()), "");
}

TEST(PostingsDeathTest, StopsAtATradeOfAnUnknownInstrument) {
  CommandEvents command = TradeCommand(ORDER_SIDE_BUY);
  command.mutable_events(0)->mutable_trade()->set_instrument_id(2);
  EXPECT_DEATH(Book(command), "instrument != nullptr");
}

}  // namespace
}  // namespace rialto::ledger
