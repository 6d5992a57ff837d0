// How the naive model moves money.
#include <algorithm>

#include "common/base/check.h"
#include "engine/core/accounts.h"
#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {

Outcome NaiveEngine::Decide(const Deposit& command) {
  return DecideTransfer(
      {command.transaction_id, true, command.account_id, command.asset_id, command.amount});
}

Outcome NaiveEngine::Decide(const Withdraw& command) {
  return DecideTransfer(
      {command.transaction_id, false, command.account_id, command.asset_id, command.amount});
}

NaiveEngine::Refusal NaiveEngine::CheckTransfer(const Transfer& transfer) const {
  if (!IsUser(transfer.account_id)) return {RejectReason::kUnknownAccount};
  const uint32_t asset = transfer.asset_id.value();
  if (asset < 1 || asset > assets_.size()) return {RejectReason::kUnknownAsset};
  const int64_t amount = transfer.amount.value();
  if (amount < 1) return {RejectReason::kInvalidOrder, 1, amount};
  if (transfer.is_deposit) {
    const int64_t owned = -BalanceOf(kExternal, transfer.asset_id).available;
    const int64_t room = limits::kSupplyMax.value() - owned;
    if (amount > room) return {RejectReason::kAmountOverflow, amount, room};
    return {};
  }
  const int64_t available = BalanceOf(transfer.account_id, transfer.asset_id).available;
  if (amount > available) return {RejectReason::kInsufficientFunds, amount, available};
  return {};
}

Outcome NaiveEngine::DecideTransfer(const Transfer& transfer) {
  const auto first = decided_transfers_.find(transfer.transaction_id);
  const bool is_repeat = first != decided_transfers_.end();
  if (is_repeat && first->second.first.Content() == transfer.Content()) {
    Outcome outcome = first->second.second;
    outcome.repeated = true;
    return outcome;
  }
  const Refusal refusal =
      is_repeat ? Refusal{RejectReason::kTransactionIdReused} : CheckTransfer(transfer);
  const auto& [id, is_deposit, account_id, asset_id, amount] = transfer;
  if (refusal.applies()) {
    Say(TransferRejected{id, account_id, asset_id, amount, refusal.reason, refusal.need,
                         refusal.have});
  } else if (is_deposit) {
    Say(Deposited{id, account_id, asset_id, amount});
    Move({kExternal, asset_id}, {account_id, asset_id}, amount.value());
  } else {
    Say(Withdrawn{id, account_id, asset_id, amount});
    Move({account_id, asset_id}, {kExternal, asset_id}, amount.value());
  }
  if (!is_repeat) transfer_to_remember_ = transfer;
  return Refused(refusal);
}

// --- Balances and holds ---

int64_t& NaiveEngine::Use(const Pocket& pocket) {
  const std::pair key(pocket.account_id, pocket.asset_id);
  const auto end = touched_balances_.end();
  if (std::find(touched_balances_.begin(), end, key) == end) touched_balances_.push_back(key);
  Balance& balance = balances_[key];
  return pocket.part == Pocket::kAvailable ? balance.available : balance.held;
}

void NaiveEngine::Move(const Pocket& from, const Pocket& to, Wide amount) {
  CHECK(amount >= 0 && amount <= kAmountMax);
  if (amount == 0) return;
  int64_t& source = Use(from);
  source -= static_cast<int64_t>(amount);
  CHECK(source >= 0 || from.account_id == kExternal);
  Use(to) += static_cast<int64_t>(amount);
}

AssetId NaiveEngine::HoldAsset(const PlaceOrder& order) const {
  const CreateInstrument& definition = MarketOf(order.instrument_id).definition();
  return IsBuy(order) ? definition.quote : definition.base;
}

void NaiveEngine::Hold(NaiveOrder& order, int64_t amount) {
  const AccountId account_id = order.placed.account_id;
  const AssetId asset_id = HoldAsset(order.placed);
  Move({account_id, asset_id, Pocket::kAvailable}, {account_id, asset_id, Pocket::kHeld}, amount);
  order.hold += amount;
}

void NaiveEngine::Release(NaiveOrder& order, int64_t amount) {
  const AccountId account_id = order.placed.account_id;
  const AssetId asset_id = HoldAsset(order.placed);
  Move({account_id, asset_id, Pocket::kHeld}, {account_id, asset_id, Pocket::kAvailable}, amount);
  order.hold -= amount;
}

Wide NaiveEngine::NeedOf(const NaiveOrder& order, int64_t lots) const {
  const NaiveInstrument& instrument = MarketOf(order).instrument;
  if (!IsBuy(order.placed)) return instrument.BaseAmount(lots);
  return instrument.Need(order.limit.value(), lots, order.fee_ppm_max());
}

void NaiveEngine::ReleaseUnneeded(NaiveOrder& order) {
  const Wide need = NeedOf(order, order.remaining);
  if (order.hold > need) Release(order, order.hold - static_cast<int64_t>(need));
}

}  // namespace rialto::engine
