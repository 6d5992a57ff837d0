// A small venue's history for the tests of the ledger: counts balances, so that what it says is
// consistent.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/container/btree_map.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::ledger {

inline constexpr uint64_t kAlice = 1001;
inline constexpr uint64_t kBob = 1002;

// A small engine: counts balances so that what it says is consistent.
class History {
 public:
  explicit History(std::function<void(const engine::v1::CommandEvents&)> tell)
      : tell_(std::move(tell)) {
    engine::v1::CommandEvents command;
    for (uint32_t id : {1u, 2u}) {
      auto& asset = *command.add_events()->mutable_asset_created();
      asset.set_asset_id(id);
      asset.set_symbol(id == 1 ? "USD" : "BTC");
      asset.set_scale(id == 1 ? 2 : 8);
    }
    auto& instrument = *command.add_events()->mutable_instrument_created();
    instrument.set_instrument_id(1);
    instrument.set_symbol("BTC-USD");
    instrument.set_base_asset_id(2);
    instrument.set_quote_asset_id(1);
    instrument.set_tick_size_e12(10'000'000'000);
    instrument.set_lot_size_units(1);
    for (uint64_t id : {kAlice, kBob}) {
      auto& account = *command.add_events()->mutable_account_opened();
      account.set_account_id(id);
      account.set_name(id == kAlice ? "alice" : "bob");
    }
    Tell(command);
  }

  void Deposit(uint64_t account_id, uint32_t asset_id, int64_t units) {
    engine::v1::CommandEvents command;
    auto& deposit = *command.add_events()->mutable_deposited();
    deposit.set_transaction_id("D1");
    deposit.set_account_id(account_id);
    deposit.set_asset_id(asset_id);
    deposit.set_amount_units(units);
    Move(command, account_id, asset_id, units);
    Move(command, 1, asset_id, -units);
    Tell(command);
  }

  // Alice buys 1 unit of BTC from Bob for 100 USD units, fees 2 and 1, rounding 1.
  void Trade() {
    engine::v1::CommandEvents command;
    auto& trade = *command.add_events()->mutable_trade();
    trade.set_trade_id(++trades_);
    trade.set_price_ticks(100);
    trade.set_quantity_lots(1);
    trade.set_instrument_id(1);
    trade.set_taker_side(common::v1::ORDER_SIDE_BUY);
    trade.set_taker_order_id(8);
    trade.set_taker_account_id(kAlice);
    trade.set_maker_order_id(7);
    trade.set_maker_account_id(kBob);
    trade.set_base_units(1);
    trade.set_buyer_cost_units(100);
    trade.set_seller_gross_units(99);
    trade.set_buyer_fee_units(2);
    trade.set_seller_fee_units(1);
    Move(command, kAlice, 2, 1);
    Move(command, kBob, 2, -1);
    Move(command, kAlice, 1, -102);
    Move(command, kBob, 1, 98);
    Move(command, 2, 1, 3);
    Move(command, 4, 1, 1);
    Tell(command);
  }

  // Of what the account has of the asset, so much is held from here on.
  void Hold(uint64_t account_id, uint32_t asset_id, int64_t units) {
    engine::v1::CommandEvents command;
    held_[{account_id, asset_id}] = units;
    Move(command, account_id, asset_id, 0);
    Tell(command);
  }

  // An order that waits in the book.
  void Place(uint64_t account_id, const char* client_order_id) {
    engine::v1::CommandEvents command;
    auto& accepted = *command.add_events()->mutable_order_accepted();
    accepted.set_order_id(sequence_ + 1);
    accepted.set_account_id(account_id);
    accepted.set_instrument_id(1);
    accepted.set_client_order_id(client_order_id);
    accepted.set_side(common::v1::ORDER_SIDE_BUY);
    accepted.set_type(common::v1::ORDER_TYPE_LIMIT);
    accepted.set_price_ticks(100);
    accepted.set_quantity_lots(5);
    accepted.mutable_terms()->set_display_lots(2);
    Tell(command);
  }

  // USD from one account to another.
  struct Transfer {
    const char* transaction_id = "";
    uint64_t debit_id = kAlice;
    uint64_t credit_id = kBob;
    int64_t units = 1;
    const char* reverses = "";
    const char* reference = "";
  };
  void Pay(const Transfer& transfer) {
    engine::v1::CommandEvents command;
    auto& made = *command.add_events()->mutable_transferred();
    made.set_transaction_id(transfer.transaction_id);
    made.set_debit_account_id(transfer.debit_id);
    made.set_credit_account_id(transfer.credit_id);
    made.set_asset_id(1);
    made.set_amount_units(transfer.units);
    made.set_reverses(transfer.reverses);
    made.set_reference(transfer.reference);
    Move(command, transfer.debit_id, 1, -transfer.units);
    Move(command, transfer.credit_id, 1, transfer.units);
    Tell(command);
  }

  // A balance that no entry explains.
  void Invent(uint64_t account_id, int64_t units) {
    engine::v1::CommandEvents command;
    Move(command, account_id, 1, units);
    Tell(command);
  }

  // Of the last command told.
  uint64_t sequence() const { return sequence_; }

 private:
  void Move(engine::v1::CommandEvents& command, uint64_t account_id, uint32_t asset_id,
            int64_t units) {
    int64_t& balance = balances_[{account_id, asset_id}];
    balance += units;
    auto& changed = *command.add_events()->mutable_balance_changed();
    changed.set_account_id(account_id);
    changed.set_asset_id(asset_id);
    const int64_t held = held_.try_emplace({account_id, asset_id}, 1).first->second;
    changed.set_available_units(balance - held);
    changed.set_held_units(held);
  }

  void Tell(engine::v1::CommandEvents& command) {
    command.set_sequence(++sequence_);
    command.set_timestamp_ns(1'700'000'000'000'000'000 +
                             static_cast<int64_t>(sequence_) * 1'000'000'000);
    tell_(command);
  }

  const std::function<void(const engine::v1::CommandEvents&)> tell_;
  uint64_t sequence_ = 0;
  absl::btree_map<std::pair<uint64_t, uint32_t>, int64_t> balances_;
  absl::btree_map<std::pair<uint64_t, uint32_t>, int64_t> held_;  // 1 unless said.
  uint64_t trades_ = 0;
};

}  // namespace rialto::ledger
