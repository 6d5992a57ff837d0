// Money in and out.

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {

Outcome Engine::Decide(const Deposit& command, Events& events) {
  return Transfer(command.transaction_id,
                  {.is_deposit = true,
                   .account_id = command.account_id,
                   .asset_id = command.asset_id,
                   .amount = command.amount},
                  events);
}

Outcome Engine::Decide(const Withdraw& command, Events& events) {
  return Transfer(command.transaction_id,
                  {.is_deposit = false,
                   .account_id = command.account_id,
                   .asset_id = command.asset_id,
                   .amount = command.amount},
                  events);
}

Outcome Engine::Transfer(const TransactionId& id, RememberedTransfer transfer, Events& events) {
  Refusal refusal;
  const RememberedTransfer* known = memory_.FindTransfer(id);
  if (known == nullptr) {
    refusal = CheckTransfer(transfer);
  } else if (known->is_deposit == transfer.is_deposit && known->account_id == transfer.account_id &&
             known->asset_id == transfer.asset_id && known->amount == transfer.amount) {
    Outcome outcome = known->outcome;
    outcome.repeated = true;
    return outcome;
  } else {
    refusal = {RejectReason::kTransactionIdReused};
  }

  Outcome outcome = Refuse(refusal);
  if (!outcome.accepted()) {
    Emit<TransferRejected>(events, id, transfer.account_id, transfer.asset_id, transfer.amount,
                           refusal.reason, refusal.need, refusal.have);
  } else if (transfer.is_deposit) {
    accounts_.MoveAvailable(transfer.asset_id, kExternal, transfer.account_id, transfer.amount);
    Emit<Deposited>(events, id, transfer.account_id, transfer.asset_id, transfer.amount);
  } else {
    accounts_.MoveAvailable(transfer.asset_id, transfer.account_id, kExternal, transfer.amount);
    Emit<Withdrawn>(events, id, transfer.account_id, transfer.asset_id, transfer.amount);
  }
  if (known == nullptr) {
    transfer.outcome = outcome;
    memory_.Remember(id, transfer);
    if (outcome.accepted()) transferred_ = memory_.FindTransfer(id);
  }
  return outcome;
}

Engine::Refusal Engine::CheckTransfer(const RememberedTransfer& transfer) const {
  if (accounts_.FindUser(transfer.account_id) == nullptr) return {RejectReason::kUnknownAccount};
  if (FindAsset(transfer.asset_id) == nullptr) return {RejectReason::kUnknownAsset};
  if (transfer.amount < Amount(1)) {
    return {RejectReason::kInvalidOrder, 1, transfer.amount.value()};
  }
  if (transfer.is_deposit) {
    // `external` is minus what everybody else owns.
    const Amount room = limits::kSupplyMax + accounts_.Get(kExternal, transfer.asset_id).available;
    if (transfer.amount > room) {
      return {RejectReason::kAmountOverflow, transfer.amount.value(), room.value()};
    }
  } else {
    const Amount available = accounts_.Get(transfer.account_id, transfer.asset_id).available;
    if (transfer.amount > available) {
      return {RejectReason::kInsufficientFunds, transfer.amount.value(), available.value()};
    }
  }
  return {};
}

}  // namespace rialto::engine
