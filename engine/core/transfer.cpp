// Money in and out, and from account to account: README.md, Transfers.

#include "engine/core/engine.h"
#include "engine/core/transfer_draft.h"

namespace rialto::engine {

// --- What is decided ---

Outcome Engine::Decide(const Deposit& command, Events& events) {
  const Transfer transfer{.transaction_id = command.transaction_id,
                          .kind = TransferKind::kDeposit,
                          .debit_account_id = kExternal,
                          .credit_account_id = command.account_id,
                          .asset_id = command.asset_id,
                          .amount = command.amount};
  return DecideTransfers({&transfer, 1}, events);
}

Outcome Engine::Decide(const Withdraw& command, Events& events) {
  const Transfer transfer{.transaction_id = command.transaction_id,
                          .kind = TransferKind::kWithdraw,
                          .debit_account_id = command.account_id,
                          .credit_account_id = kExternal,
                          .asset_id = command.asset_id,
                          .amount = command.amount};
  return DecideTransfers({&transfer, 1}, events);
}

Outcome Engine::Decide(const MakeTransfers& command, Events& events) {
  const auto count = static_cast<int64_t>(command.transfers.size());
  if (count < 1 || count > limits::kTransfersPerCommandMax) {
    const int64_t bound = count < 1 ? 1 : limits::kTransfersPerCommandMax;
    return Refuse({RejectReason::kInvalidTransfer, bound, count});
  }
  for (const Transfer& transfer : command.transfers) {
    const bool is_outside =
        transfer.kind == TransferKind::kDeposit || transfer.kind == TransferKind::kWithdraw;
    if (is_outside) return Refuse({RejectReason::kInvalidTransfer});
  }
  return DecideTransfers(command.transfers, events);
}

Outcome Engine::DecideTransfers(std::span<const Transfer> transfers, Events& events) {
  const uint64_t fingerprint = Fingerprint(transfers);
  const RememberedTransfer* known = memory_.FindTransfer(transfers[0].transaction_id);
  if (known != nullptr && known->fingerprint == fingerprint) return known->ToOutcome();

  TransferDraft draft(*this);
  Refusal refusal;
  uint32_t refused = 0;
  for (uint32_t i = 0; i < transfers.size() && !refusal; ++i) {
    refusal = draft.Add(transfers[i]);
    if (refusal) refused = i + 1;
  }

  // From here on it must succeed.
  Outcome outcome;
  for (uint32_t i = 0; i < transfers.size(); ++i) {
    const Transfer& transfer = transfers[i];
    RememberedTransfer made;
    if (!refusal) {
      made = draft[i];
    } else {
      made.kind = {transfer.kind};
      made.debit_account_id = transfer.debit_account_id;
      made.credit_account_id = transfer.credit_account_id;
      made.asset_id = transfer.asset_id;
      made.amount = transfer.amount;
      made.refused_asset_id = draft.last_asset_id();
      made.need = refusal.need;
      made.have = refusal.have;
    }
    made.reason = refusal.reason;
    made.refused = refused;
    made.member = static_cast<uint8_t>(i);
    made.fingerprint = fingerprint;
    made.sequence = sequence_;
    if (i == 0) {
      outcome = made.ToOutcome();
      outcome.repeated = false;
    }
    if (!refusal) {
      Make(transfer, made, events);
    } else {
      const Refusal own = i + 1 == refused ? refusal : Refusal{RejectReason::kLinkedFailed};
      Emit<TransferRejected>(events, transfer.transaction_id, SubjectOf(transfer),
                             transfer.asset_id, transfer.amount, own.reason, own.need, own.have);
    }
    // An id that is known stays what it was.
    if (memory_.FindTransfer(transfer.transaction_id) != nullptr) continue;
    RememberedTransfer* remembered = memory_.Remember(transfer.transaction_id, made);
    if (!refusal && transfers.size() == 1) transferred_ = remembered;
  }
  return outcome;
}

// --- What happens ---

void Engine::Make(const Transfer& transfer, const RememberedTransfer& made, Events& events) {
  switch (transfer.kind) {
    case TransferKind::kPending:
      return HoldPending(transfer, made, events);
    case TransferKind::kPost:
    case TransferKind::kVoid:
      return Resolve(transfer, made, events);
    default:
      return Move(transfer, made, events);
  }
}

void Engine::Move(const Transfer& transfer, const RememberedTransfer& made, Events& events) {
  const AssetId asset_id = made.asset_id;
  accounts_.MoveAvailable(asset_id, made.debit_account_id, made.credit_account_id, made.amount);
  if (transfer.kind == TransferKind::kDeposit) {
    return Emit<Deposited>(events, transfer.transaction_id, made.credit_account_id, asset_id,
                           made.amount);
  }
  if (transfer.kind == TransferKind::kWithdraw) {
    return Emit<Withdrawn>(events, transfer.transaction_id, made.debit_account_id, asset_id,
                           made.amount);
  }
  if (transfer.kind == TransferKind::kReverse) {
    memory_.FindTransfer(transfer.target)->is_reversed = true;
  }
  Emit<Transferred>(events, transfer.transaction_id, made.debit_account_id, made.credit_account_id,
                    asset_id, made.amount, transfer.target, transfer.reference);
}

void Engine::HoldPending(const Transfer& transfer, const RememberedTransfer& made, Events& events) {
  accounts_.Reserve({made.debit_account_id, made.asset_id}, made.amount);
  const uint64_t number = made.pending_number();
  pending_.emplace(number, transfer.transaction_id);
  ++pending_of_account_[made.debit_account_id];
  if (made.expires != Timestamp(0)) timers_.emplace(made.expires, TimerKind::kPending, number);
  Emit<TransferPending>(events, transfer.transaction_id, made.debit_account_id,
                        made.credit_account_id, made.asset_id, made.amount, made.expires,
                        transfer.reference);
}

void Engine::Resolve(const Transfer& transfer, const RememberedTransfer& made, Events& events) {
  RememberedTransfer& pending = *memory_.FindTransfer(transfer.target);
  const bool is_post = transfer.kind == TransferKind::kPost;
  const Amount posted = is_post ? made.amount : Amount(0);
  const Amount released = pending.amount - posted;
  accounts_.MoveHeld(made.asset_id, made.debit_account_id, made.credit_account_id, posted);
  accounts_.Release({made.debit_account_id, made.asset_id}, released);
  ClosePending(pending, is_post ? TransferState::kPosted : TransferState::kVoided);
  Emit<PendingResolved>(events, transfer.transaction_id, transfer.target, pending.state,
                        made.debit_account_id, made.credit_account_id, made.asset_id, posted,
                        released, transfer.reference);
}

void Engine::Expire(uint64_t number, Events& events) {
  const TransactionId id = pending_.at(number);
  RememberedTransfer& pending = *memory_.FindTransfer(id);
  accounts_.Release({pending.debit_account_id, pending.asset_id}, pending.amount);
  ClosePending(pending, TransferState::kExpired);
  Emit<PendingResolved>(events, TransactionId(), id, pending.state, pending.debit_account_id,
                        pending.credit_account_id, pending.asset_id, Amount(0), pending.amount,
                        CallerId());
}

void Engine::ClosePending(RememberedTransfer& transfer, TransferState state) {
  const uint64_t number = transfer.pending_number();
  pending_.erase(number);
  const auto count = pending_of_account_.find(transfer.debit_account_id);
  if (--count->second == 0) pending_of_account_.erase(count);
  if (transfer.expires != Timestamp(0)) {
    timers_.erase({transfer.expires, TimerKind::kPending, number});
  }
  transfer.state = state;
}

}  // namespace rialto::engine
